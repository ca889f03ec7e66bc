/** GRANT and REVOKE on a schema. */
import { nextEtag } from '../../engine/random.ts';
import type { Context } from '../../engine/route.ts';
import { canonicalEntry } from '../access/entries.ts';
import { bigQuery, unsupported } from '../envelope.ts';
import { canonicalAccess, followAccess, isSameEntry } from '../members.ts';
import { requireOnDataset } from '../permissions.ts';
import type { GrantOrRevoke } from '../sql/statement.ts';
import type { AccessState, DatasetState } from '../state.ts';
import { datasetOf, done, locate } from './run.ts';
import type { StatementOptions, StatementResult } from './run.ts';

export function changeAccess(statement: GrantOrRevoke, options: StatementOptions, context: Context): StatementResult {
  // Google's dry run of these is limited, and nothing should rely on it.
  if (options.dryRun) throw unsupported(`The dry run of ${statement.kind.toUpperCase()}`);
  const name = datasetOf(statement.path, options);
  for (const verb of ['update', 'setIamPolicy']) requireOnDataset(context, `bigquery.datasets.${verb}`, name);
  const dataset = locate(name, options, context);
  const access = accessAfter(statement, dataset, context);
  if (access.length !== dataset.access.length) {
    Object.assign(dataset, { access, etag: nextEtag(context.world), modifiedAt: context.now });
    followAccess(dataset, context.now);
  }
  const dclTargetDataset = { projectId: name.project, datasetId: name.dataset };
  return done(dataset.location, { statementType: statement.kind.toUpperCase(), dclTargetDataset });
}

function accessAfter({ kind, roles, members }: GrantOrRevoke, dataset: DatasetState, context: Context): AccessState[] {
  const writing = { dataset, context, mustExist: kind === 'grant' };
  const named = roles.flatMap((role) =>
    members.map((member) => canonicalEntry({ role: iamRoleOnly(role), ...holder(member) }, writing)),
  );
  if (kind === 'grant') return canonicalAccess([...dataset.access, ...named], dataset, context);
  return dataset.access.filter((entry) => !named.some((one) => isSameEntry(one, entry)));
}

/** A statement names roles as IAM does. */
function iamRoleOnly(role: string): string {
  if (role.includes('/')) return role;
  throw bigQuery(400, 'invalidQuery', `Invalid role: ${role}`);
}

function holder(member: string): Record<string, string> {
  const group = /^specialGroup:(.+)$/.exec(member)?.[1];
  return group === undefined ? { iamMember: member } : { specialGroup: group };
}
