/** Access lists as a whole: no contradictions, grants that follow them, and what becomes of deleted accounts. */
import { trackGrants } from '../directory/grants.ts';
import { record, text } from '../engine/json.ts';
import type { AccountEvent, Context } from '../engine/route.ts';
import { complaintOfGone } from '../iam-policy/members.ts';
import { canonicalEntry } from './access/entries.ts';
import { iamRole } from './access/roles.ts';
import { refusedPolicy } from './access/writing.ts';
import { bigQueryState } from './state.ts';
import type { AccessState, DatasetState } from './state.ts';

/** A list as BigQuery stores it: each entry once. Throws what it says of a list that it refuses. */
export function canonicalAccess(given: readonly unknown[], dataset: DatasetState, context: Context): AccessState[] {
  const entries: AccessState[] = [];
  for (const one of given) {
    const entry = canonicalEntry(one, { dataset, context, mustExist: !isAlreadyThere(one, dataset) });
    if (!entries.some((other) => isSameEntry(other, entry))) entries.push(entry);
  }
  for (const entry of entries) {
    const gone = complaintOfGone(memberOf(entry) ?? '', context);
    if (gone !== undefined) throw refusedPolicy(dataset, gone);
    const address = /^deleted:serviceAccount:(.+)\?uid=/i.exec(text(entry['iamMember']) ?? '')?.[1]?.toLowerCase();
    if (address !== undefined && entries.some((other) => other['userByEmail'] === address)) {
      const deleted = String(entry['iamMember']);
      throw refusedPolicy(
        dataset,
        `Inconsistent representation of deleted member: '${deleted}' and 'serviceAccount:${address}'`,
      );
    }
  }
  return entries.sort((one, other) => rankOf(one) - rankOf(other));
}

const RANKS = ['WRITER', 'OWNER', 'READER'];

/** The list comes back in BigQuery's own order: by role, and what is authorized last. */
function rankOf({ role }: AccessState): number {
  const rank = RANKS.indexOf(text(role) ?? '');
  return rank >= 0 ? rank : RANKS.length + (role === undefined ? 1 : 0);
}

/** A role that was deleted since may stay in the list it is in. */
function isAlreadyThere(given: unknown, dataset: DatasetState): boolean {
  return dataset.access.some((entry) => isSameEntry(entry, record(given)));
}

/** Whether two entries say the same, in whatever order of fields. */
export function isSameEntry(one: AccessState, other: AccessState): boolean {
  return spell(one) === spell(other);
}

function spell(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${fields.map(([name, child]) => `${name}:${spell(child)}`).join(',')}}`;
}

/** Brings the grants that permissions are evaluated from in line with the access list. */
export function followAccess(dataset: DatasetState, now: number): void {
  const current = dataset.access.flatMap((entry) => {
    const member = memberOf(entry);
    const role = text(entry['role']);
    if (member === undefined || role === undefined) return [];
    const condition =
      entry['condition'] === undefined ? undefined : (text(record(entry['condition'])['expression']) ?? '');
    return [{ role: iamRole(role), member, condition }];
  });
  trackGrants(dataset.grants, current, now);
}

/** As in a policy. Domains and references of views grant nothing to a caller of this world. */
function memberOf(entry: AccessState): string | undefined {
  const email = text(entry['userByEmail']);
  if (email !== undefined) return email.endsWith('.gserviceaccount.com') ? `serviceAccount:${email}` : `user:${email}`;
  const group = text(entry['groupByEmail']);
  if (group !== undefined) return `group:${group}`;
  return text(entry['specialGroup']) ?? text(entry['iamMember']);
}

/** A deleted account lives on in access lists under its number, in deleted datasets too; one that came back has its entries again. */
export function renameAccount({ what, email, uniqueId }: AccountEvent, { world, now }: Context): void {
  const living = ['userByEmail', email] as const;
  const dead = ['iamMember', `deleted:serviceAccount:${email}?uid=${uniqueId}`] as const;
  const [[field, member], [newField, newMember]] = what === 'deleted' ? [living, dead] : [dead, living];
  const { datasets, graveyard } = bigQueryState(world);
  for (const dataset of [...Object.values(datasets), ...graveyard]) {
    dataset.access = dataset.access.map((entry) => {
      const { [field]: named, ...others } = entry;
      return named === member ? { ...others, [newField]: newMember } : entry;
    });
    followAccess(dataset, now);
  }
}
