/** Access lists: one spelling for each role and member, members that exist, and what becomes of deleted ones. */
import { trackGrants } from '../grants.ts';
import { isTooNew } from '../iam/accounts.ts';
import type { AccountState } from '../iam/state.ts';
import { record, text } from '../json.ts';
import { bigQuery } from '../refusal.ts';
import type { Context } from '../route.ts';
import type { AccessState, DatasetState } from './state.ts';

const BASIC: Readonly<Record<string, string>> = {
  'roles/bigquery.dataOwner': 'OWNER',
  'roles/bigquery.dataEditor': 'WRITER',
  'roles/bigquery.dataViewer': 'READER',
};
const HOLDERS = ['userByEmail', 'groupByEmail', 'domain', 'specialGroup', 'iamMember', 'view', 'routine', 'dataset'];
const FIELDS = [...HOLDERS, 'role', 'condition'];
const ONE_OF =
  'An access entry must have exactly one of userByEmail, groupByEmail, domain, specialGroup defined, view, routine, or dataset.';

/** An entry as BigQuery stores and answers it. Throws 400 for one that it refuses. */
export function canonicalEntry(given: unknown, dataset: DatasetState, context: Context): AccessState {
  const entry = record(given);
  for (const field of Object.keys(entry)) {
    if (!FIELDS.includes(field))
      throw bigQuery(
        400,
        'invalid',
        `Invalid JSON payload received. Unknown name "${field}" at 'dataset.access': Cannot find field.`,
      );
  }
  const holders = HOLDERS.filter((field) => entry[field] !== undefined);
  if (holders.length !== 1) throw bigQuery(400, 'invalid', ONE_OF);
  const isReference = ['view', 'routine', 'dataset'].includes(holders[0] ?? '');
  const role = text(entry['role']);
  if (!isReference && role === undefined) throw bigQuery(400, 'invalid', 'Missing role in access entry.');
  if (isReference && role !== undefined && holders[0] !== 'dataset')
    throw bigQuery(400, 'invalid', 'A role may not be given to a view or a routine.');
  const account = /^serviceAccount:(.+)$/.exec(text(entry['iamMember']) ?? '')?.[1];
  const { iamMember, ...others } = entry;
  const canonical: AccessState = account === undefined ? { ...entry } : { ...others, userByEmail: account };
  if (role !== undefined) canonical['role'] = BASIC[role] ?? role;
  const email = text(canonical['userByEmail']);
  if (email !== undefined) {
    canonical['userByEmail'] = email.toLowerCase();
    checkMember(email.toLowerCase(), dataset, context);
  }
  return canonical;
}

function checkMember(email: string, dataset: DatasetState, context: Context): void {
  const { world } = context;
  const project = /@(.+)\.iam\.gserviceaccount\.com$/.exec(email)?.[1];
  if (project === undefined) return;
  const account = world.iam.accounts[email];
  const isOurs = Object.keys(world.resourceManager.projects).some(
    (id) => id.split(':').reverse().join('.') === project,
  );
  if (account === undefined ? isOurs : isTooNew(account, context)) {
    throw bigQuery(
      400,
      'invalid',
      `IAM setPolicy failed for Dataset ${dataset.project}:${dataset.datasetId}: Service account ${email} does not exist.`,
    );
  }
}

/** The grants that permissions are evaluated from. */
export function followAccess(dataset: DatasetState, now: number): void {
  const current = dataset.access.flatMap((entry) => {
    const member = memberOf(entry);
    const role = text(entry['role']);
    if (member === undefined || role === undefined) return [];
    const condition =
      entry['condition'] === undefined ? undefined : (text(record(entry['condition'])['expression']) ?? '');
    return [{ role, member, condition }];
  });
  trackGrants(dataset.grants, current, now);
}

function memberOf(entry: AccessState): string | undefined {
  const email = text(entry['userByEmail']);
  if (email !== undefined) return email.endsWith('.gserviceaccount.com') ? `serviceAccount:${email}` : `user:${email}`;
  const group = text(entry['groupByEmail']);
  if (group !== undefined) return `group:${group}`;
  return text(entry['specialGroup']) ?? text(entry['iamMember']);
}

/** A deleted account lives on in access lists under its number. */
export function onAccountDeleted({ world, now }: Context, account: AccountState): void {
  for (const dataset of Object.values(world.bigQuery.datasets)) {
    dataset.access = dataset.access.map((entry) => {
      if (entry['userByEmail'] !== account.email) return entry;
      const { userByEmail, ...others } = entry;
      return { ...others, iamMember: `deleted:serviceAccount:${account.email}?uid=${account.uniqueId}` };
    });
    followAccess(dataset, now);
  }
}
