/**
 * The constraints that this world knows. Which are set on a project stands in `iamState(world).constraints`: a bare name
 * enforces a boolean constraint and denies everything under a list constraint; `NAME=one,other` lists values.
 */
import { iamState } from '../directory/iam.ts';
import type { World } from '../engine/world.ts';

const BOOLEAN = [
  'iam.disableServiceAccountCreation',
  'iam.disableServiceAccountKeyCreation',
  'iam.disableServiceAccountKeyUpload',
  'iam.managed.disableServiceAccountKeyCreation',
  'iam.managed.disableServiceAccountKeyUpload',
];
/** What the values of a list constraint are: it allows these alone, or denies these alone. */
const LISTS: Readonly<Record<string, 'allowedValues' | 'deniedValues'>> = {
  'gcp.resourceLocations': 'allowedValues',
  'gcp.restrictNonCmekServices': 'deniedValues',
  'gcp.restrictServiceUsage': 'allowedValues',
  'iam.allowedPolicyMemberDomains': 'allowedValues',
  'iam.serviceAccountKeyExpiryHours': 'allowedValues',
};

/** A rule of a policy, as the API writes it. */
export type Rule = Readonly<Record<string, unknown>>;

export function isConstraint(name: string): boolean {
  return BOOLEAN.includes(name) || Object.hasOwn(LISTS, name);
}

/** The constraints that are set on a project, by name. */
export function constraintsOn(world: World, project: string): string[] {
  const names = (iamState(world).constraints[project] ?? []).map((entry) => entry.split('=')[0] ?? '');
  return [...new Set(names)].filter(isConstraint).sort();
}

/** The rule that is in effect on a project: what is not set restricts nothing. */
export function ruleOf(world: World, project: string, constraint: string): Rule {
  const entries = entriesOf(world, project, constraint);
  const kind = LISTS[constraint];
  if (kind === undefined) return { enforce: entries.length > 0 };
  if (entries.length === 0) return { allowAll: true };
  const values = valuesOf(entries);
  return values === 'all' ? { denyAll: true } : { values: { [kind]: values } };
}

/** What a list constraint that denies takes away; without `is:`, which policies may write or leave out. */
export function deniedValuesOf(world: World, project: string, constraint: string): readonly string[] | 'all' {
  const values = valuesOf(entriesOf(world, project, constraint));
  return values === 'all' ? 'all' : values.map((value) => value.replace(/^is:/, ''));
}

function entriesOf(world: World, project: string, constraint: string): string[] {
  return (iamState(world).constraints[project] ?? []).filter((entry) => entry.split('=')[0] === constraint);
}

function valuesOf(entries: readonly string[]): string[] | 'all' {
  if (entries.some((entry) => !entry.includes('='))) return 'all';
  return entries.flatMap((entry) => entry.slice(entry.indexOf('=') + 1).split(','));
}
