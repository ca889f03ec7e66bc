/** One entry of an access list: one holder, one role, each in the one spelling that BigQuery answers. */
import { iamState } from '../../directory/iam.ts';
import { isProjectOfDomain } from '../../directory/projects.ts';
import { list, record, text } from '../../engine/json.ts';
import { isTooNew } from '../../engine/lag.ts';
import { bigQuery } from '../envelope.ts';
import type { AccessState } from '../state.ts';
import { isLiveView } from '../tables/former-views.ts';
import { datasetRole } from './roles.ts';
import { refusedPolicy } from './writing.ts';
import type { Writing } from './writing.ts';

const REFERENCES: Readonly<Record<string, readonly string[]>> = {
  view: ['projectId', 'datasetId', 'tableId'],
  routine: ['projectId', 'datasetId', 'routineId'],
  dataset: ['projectId', 'datasetId'],
};
const HOLDERS = ['userByEmail', 'groupByEmail', 'domain', 'specialGroup', 'iamMember', ...Object.keys(REFERENCES)];
const GROUPS = ['projectOwners', 'projectReaders', 'projectWriters', 'allAuthenticatedUsers'];
const ONE_OF =
  'An access entry must have exactly one of userByEmail, groupByEmail, domain, specialGroup defined, view, routine, or dataset.';

/** Throws what BigQuery says of an entry that it refuses. */
export function canonicalEntry(given: unknown, writing: Writing): AccessState {
  const entry = Object.fromEntries(Object.entries(record(given)).filter(([, value]) => value !== null));
  const [holder = '', ...others] = HOLDERS.filter((field) => entry[field] !== undefined);
  if (holder === '' || others.length > 0) throw bigQuery(400, 'invalid', ONE_OF);
  if (REFERENCES[holder] !== undefined) return reference(entry, holder, writing);
  const role = datasetRole(text(entry['role']), writing);
  const condition = entry['condition'];
  if (condition !== undefined) checkCondition(record(condition));
  const member = canonicalMember(holder, text(entry[holder]) ?? '', writing);
  return { role, ...member, ...(condition === undefined ? {} : { condition }) };
}

function reference(entry: AccessState, holder: string, writing: Writing): AccessState {
  if (entry['role'] !== undefined) throw bigQuery(400, 'invalid', `A role may not be given to a ${holder}.`);
  const named = holder === 'dataset' ? record(record(entry['dataset'])['dataset']) : record(entry[holder]);
  const isWhole = (REFERENCES[holder] ?? []).every((field) => (text(named[field]) ?? '') !== '');
  if (!isWhole) throw bigQuery(400, 'invalid', `Required parameter is missing in the access entry of a ${holder}.`);
  if (holder === 'dataset' && list(record(entry['dataset'])['targetTypes']).length === 0)
    throw bigQuery(400, 'invalid', 'Required parameter is missing: targetTypes');
  if (holder === 'view') checkView(named, writing);
  return { [holder]: entry[holder] };
}

/** A view that is to be authorized must be there: also one that stands in the list already, and was deleted since. */
function checkView(named: Record<string, unknown>, { dataset, context }: Writing): void {
  if (isLiveView(named, context)) return;
  const { projectId, datasetId, tableId } = named;
  const name = `${String(projectId)}:${String(datasetId)}.${String(tableId)}`;
  throw bigQuery(400, 'invalid', `View ${name} to authorize not found in location ${dataset.location}`);
}

/** Any well-formed one is stored, even if this world cannot evaluate it. */
function checkCondition(condition: Record<string, unknown>): void {
  for (const field of ['expression', 'title']) {
    if ((text(condition[field]) ?? '').trim() === '')
      throw bigQuery(400, 'invalid', `A condition of an access entry needs its ${field}.`);
  }
}

function canonicalMember(holder: string, value: string, writing: Writing): AccessState {
  if (holder === 'userByEmail') {
    if (value.startsWith('deleted:')) return canonicalMember('iamMember', value, writing);
    if (writing.mustExist) checkAccount(email(value), writing);
    return { userByEmail: email(value) };
  }
  if (holder === 'groupByEmail') return { groupByEmail: email(value) };
  if (holder === 'specialGroup') {
    if (!GROUPS.includes(value)) throw bigQuery(400, 'invalid', `Invalid special group: ${value}`);
    return { specialGroup: value };
  }
  if (holder === 'domain') {
    if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(value)) throw bigQuery(400, 'invalid', `Invalid domain: ${value}`);
    return { domain: value.toLowerCase() };
  }
  return ofIam(value, writing);
}

/** Members in IAM's own spelling come back in the access list's, where it has one. */
function ofIam(member: string, writing: Writing): AccessState {
  const [, kind = '', name = ''] = /^(user|serviceAccount|group|domain):(.+)$/.exec(member) ?? [];
  if (kind === 'group') return canonicalMember('groupByEmail', name, writing);
  if (kind === 'domain') return canonicalMember('domain', name, writing);
  if (kind !== '') return canonicalMember('userByEmail', name, writing);
  if (member === 'allAuthenticatedUsers') return { specialGroup: member };
  const isKnown =
    member === 'allUsers' ||
    /^deleted:(serviceAccount|user|group):[^?\s]+\?uid=\d+$/.test(member) ||
    /^principal(Set)?:\/\/iam\.googleapis\.com\/\S+$/.test(member);
  if (!isKnown) throw refusedPolicy(writing.dataset, `Invalid member ${member}.`);
  return { iamMember: member };
}

function email(value: string): string {
  if (!/^[^@\s:]+@[^@\s:]+\.[^@\s:]+$/.test(value)) throw bigQuery(400, 'invalid', `Invalid e-mail address: ${value}`);
  return value.toLowerCase();
}

/** Accounts of projects that this world knows must be there, and not be too new; others are taken on trust. */
function checkAccount(account: string, { dataset, context }: Writing): void {
  const domain = /@(.+)\.iam\.gserviceaccount\.com$/.exec(account)?.[1];
  if (domain === undefined) return;
  const found = iamState(context.world).accounts[account];
  if (
    found === undefined
      ? isProjectOfDomain(context.world, domain)
      : isTooNew({ ...found, id: found.uniqueId }, 'accountInBigQuery', context)
  )
    throw refusedPolicy(dataset, `Service account ${account} does not exist.`);
}
