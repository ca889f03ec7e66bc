import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Inputs } from '../inputs/inputs.ts';
import type { PlanJson } from '../report/plan-json.ts';
import type { Refusal } from '../errors/diagnostic.ts';

/**
 * What of a plan a person reviews, and its digest: the same on every machine and at every time, as long as the same is asked
 * for and the same would be done. No etags, times, ids of keys or messages. Pure.
 */
export interface Reviewed {
  /** What is asked for: the inputs that describe the target. */
  readonly target: PlanJson['target'];
  /** Of keys only whether one is issued, and whether those of others are removed. */
  readonly credential: { readonly issue: boolean; readonly prune: boolean };
  readonly steps: readonly {
    readonly address: string;
    readonly action: string;
    readonly differences: readonly Record<'field' | 'live' | 'desired' | 'kind', string>[];
  }[];
}

/** The inputs that describe the target: not who runs, with which tokens, in which mode, nor how it is reported. */
export function targetOf(inputs: Inputs): Record<string, unknown> {
  return {
    project_id: inputs.projectId,
    access_mode: inputs.accessMode,
    location: inputs.location,
    source_datasets: [...inputs.sourceDatasets].sort(),
    read_api: inputs.readApi,
    account_id: inputs.accountId,
    role_id: inputs.roleId,
    key_delivery: [...inputs.keyDelivery].sort(),
    secret_name: inputs.secretName,
    secret_scope: inputs.secretScope,
    secret_visibility: inputs.secretVisibility,
    secret_repositories: [...inputs.secretRepositories].sort(),
    secret_manager_secret: inputs.secretManagerSecret,
    key_max_age_days: inputs.keyMaxAgeDays,
    key_overlap_days: inputs.keyOverlapDays,
    key_lifetime_days: inputs.keyLifetimeDays,
    enable_apis: inputs.enableApis,
    adopt: inputs.adopt,
    restore: inputs.restore,
    prune: inputs.prune,
    delete_dataset: inputs.deleteDataset,
    impersonators: [...inputs.impersonators].sort(),
  };
}

/** What apply would do of a plan; or why that cannot be said. */
export function reviewedIn({ target, steps }: PlanJson): Reviewed | { readonly why: string } {
  const unknown = steps.filter(({ action }) => action === 'unknown').map(({ address }) => address);
  if (unknown.length > 0) return { why: `${unknown.join(', ')} could not be looked at` };
  const isKey = (address: string): boolean => address.startsWith('credential/');
  const chosen = steps.map(({ address, action, differences }) => ({
    address,
    action,
    differences: differences.filter((difference) => difference.carried_out),
  }));
  const keys = chosen.filter(({ address }) => isKey(address)).flatMap(({ differences }) => differences);
  return {
    target,
    credential: {
      issue: keys.some(({ field }) => field === 'key'),
      prune: keys.some(({ kind }) => kind === 'surplus'),
    },
    steps: chosen
      .filter(({ address, action }) => action !== 'none' && !isKey(address))
      .map(({ differences, ...step }) => ({
        ...step,
        differences: differences
          .map(({ field, live, desired, kind }) => ({ field, live, desired, kind }))
          .sort((one, other) => order(lineOf(one), lineOf(other))),
      }))
      .sort((one, other) => order(one.address, other.address)),
  };
}

/** SHA-256 of the canonical JSON (RFC 8785), in hexadecimal. */
export function digestOf(reviewed: Reviewed): string {
  return createHash('sha256')
    .update(canonicalize(JSON.parse(JSON.stringify(reviewed))) ?? '')
    .digest('hex');
}

/** How the log names a plan. */
export function digestLine(plan: PlanJson): string {
  const reviewed = reviewedIn(plan);
  return 'why' in reviewed ? `No plan digest: ${reviewed.why}.` : `Plan digest: ${digestOf(reviewed)}`;
}

/** What was reviewed, compared with what this run would do; undefined = the same. */
export interface Comparison {
  readonly refusal: Refusal;
  /** Line by line: `-` was reviewed, `+` is what this run would do. */
  readonly lines: readonly string[];
}

/** @param expected - a digest, or a plan as JSON */
export function compareWithReviewed(plan: PlanJson, expected: string): Comparison | undefined {
  const attempted = 'do what was reviewed, and nothing else';
  const now = reviewedIn(plan);
  if ('why' in now)
    return {
      refusal: {
        attempted,
        because: `what this run would do is not known: ${now.why}`,
        remedy: 'See the message about that.',
      },
      lines: [],
    };
  const digest = digestOf(now);
  const before = reviewedBefore(expected);
  const wanted = before === undefined ? expected : 'why' in before ? before.why : digestOf(before);
  if (wanted === digest) return undefined;
  const lines =
    before === undefined || 'why' in before
      ? deedsOf(now).map((line) => `+ ${line}`)
      : changes(linesOf(before), linesOf(now));
  const told = lines.length === 0 ? 'it would do nothing' : lines.join('; ');
  return {
    refusal: {
      attempted,
      because: `the digest of this run's plan is ${digest}, and expected_plan ${before === undefined ? 'is' : 'has'} ${wanted}: ${told}`,
      remedy:
        'Something changed since the review: in the workflow, or in the project. Run mode plan again, review what it says, and ' +
        'give its digest.',
    },
    lines,
  };
}

/** undefined = only its digest was given. */
function reviewedBefore(expected: string): Reviewed | { readonly why: string } | undefined {
  if (/^[0-9a-f]{64}$/.test(expected)) return undefined;
  try {
    const plan = JSON.parse(expected) as PlanJson;
    const { digest } = plan;
    const reviewed = reviewedIn(plan);
    if ('why' in reviewed || typeof digest !== 'string') return { why: 'no digest' };
    // A plan that was cut or changed on its way is nobody's review.
    return digestOf(reviewed) === digest ? reviewed : { why: `a digest that its own plan does not have` };
  } catch {
    return { why: 'no plan of this version in it' };
  }
}

/** What of a review a person reads, a line each. */
function linesOf(reviewed: Reviewed): string[] {
  const inputs = Object.entries(reviewed.target).map(
    ([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return [...inputs, ...deedsOf(reviewed)];
}

/** What would be done. */
function deedsOf({ credential, steps }: Reviewed): string[] {
  return [
    ...(credential.issue ? ['issue a key'] : []),
    ...(credential.prune ? ['remove the keys of others'] : []),
    ...steps.flatMap(({ address, action, differences }) =>
      differences.map((difference) => `${action} ${address}: ${lineOf(difference)}`),
    ),
  ];
}

const lineOf = ({ field, live, desired }: Record<'field' | 'live' | 'desired', string>): string =>
  `${field}: ${live} → ${desired}`;

function changes(before: readonly string[], now: readonly string[]): string[] {
  return [
    ...before.filter((line) => !now.includes(line)).map((line) => `- ${line}`),
    ...now.filter((line) => !before.includes(line)).map((line) => `+ ${line}`),
  ];
}

/** By code units, so that every machine sorts alike. */
function order(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
