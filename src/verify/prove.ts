import type { ApiError } from '../errors/api-error.ts';
import type { Clock } from '../time.ts';
import type { Cloud } from '../cloud/google/clients.ts';
import { tryClaims } from './attempts.ts';
import type { Finding } from './attempts.ts';
import { MINT } from './claims.ts';
import type { Claim } from './claims.ts';
import type { Diagnosis } from './diagnosis.ts';

/** A claim, and what came of trying it. */
export interface Proof {
  readonly claim: Claim;
  readonly outcome: 'holds' | 'fails' | 'not yet effective';
  /** The service's own words, or what was seen instead. */
  readonly words: string | undefined;
  readonly diagnosis: Diagnosis | undefined;
}

/** What was proven, as whom; or why nothing could be. */
export type Proofs =
  { readonly how: string; readonly proofs: readonly Proof[] } | { readonly why: string; readonly proofs: readonly [] };

/** Google Cloud as the account itself; why this run cannot become it; or the refusal of a token to a key that should work. */
export type AsAccount =
  | { readonly cloud: Cloud; readonly how: string }
  | { readonly why: string }
  | { readonly refused: ApiError; readonly how: string };

/** How to prove. */
export interface ProveOptions {
  /** May be asked again: a new key takes minutes to work everywhere. */
  readonly asAccount: () => Promise<AsAccount>;
  /** A first attempt that is under way already: begun while a new key was being delivered. */
  readonly early?: Promise<Attempted> | undefined;
  readonly claims: readonly Claim[];
  readonly datasetId: string;
  /** The cause of a failure that is no matter of patience; undefined where none can be seen. */
  readonly diagnose: (finding: Finding) => Diagnosis | undefined;
  readonly patienceMinutes: number;
  /** Whether this run took rights away: they too take minutes to go. */
  readonly tookAway: boolean;
  readonly clock: Clock;
  readonly say: (line: string) => void;
}

const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 15_000;

/**
 * Tries, as the account that Segment uses, what Segment will do, and some things that it must not be able to do. A failure
 * without a visible cause is waited out: access takes 2 to 7 minutes to spread, or longer.
 */
export async function prove(options: ProveOptions): Promise<Proofs> {
  const { clock, say, patienceMinutes } = options;
  const end = clock.now() + patienceMinutes * 60_000;
  let { early } = options;
  for (let attempt = 0; ; attempt += 1) {
    const { account, findings } = await (early ?? tryOnce(options));
    early = undefined;
    if ('why' in account) return { why: account.why, proofs: [] };
    const open = findings.filter((finding) => mayBeLag(finding, options));
    const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** attempt);
    if (open[0] === undefined || clock.now() + pause > end)
      return { how: account.how, proofs: findings.map((finding) => conclude(finding, options)) };
    say(`Not effective yet: ${describe(open[0])}; trying again, for ${minutes(patienceMinutes)} at most …`);
    await clock.sleep(pause);
  }
}

/** One attempt at every claim. */
export interface Attempted {
  readonly account: AsAccount;
  /** Empty where the account could not be tried. */
  readonly findings: readonly Finding[];
}

/** Becomes the account, and tries everything once. */
export async function tryOnce(options: Pick<ProveOptions, 'asAccount' | 'claims' | 'datasetId'>): Promise<Attempted> {
  const account = await options.asAccount();
  if ('why' in account) return { account, findings: [] };
  if ('refused' in account)
    return { account, findings: [{ claim: MINT, holds: false, error: account.refused, seen: undefined }] };
  return { account, findings: await tryClaims(account.cloud, [MINT, ...options.claims], options.datasetId) };
}

function mayBeLag(finding: Finding, { diagnose, tookAway }: ProveOptions): boolean {
  if (finding.holds || diagnose(finding) !== undefined) return false;
  return finding.claim.expected === 'can' || tookAway;
}

function conclude(finding: Finding, options: ProveOptions): Proof {
  const { claim, holds, error, seen } = finding;
  const words = error?.words ?? seen;
  if (holds) return { claim, outcome: 'holds', words: undefined, diagnosis: undefined };
  const outcome = mayBeLag(finding, options) ? 'not yet effective' : 'fails';
  return { claim, outcome, words, diagnosis: options.diagnose(finding) };
}

function describe({ claim, error, seen }: Finding): string {
  const should = claim.expected === 'can' ? 'should be able to' : 'should no longer be able to';
  return `the account ${should} ${claim.what} (${error?.words ?? seen ?? ''})`;
}

export function minutes(count: number): string {
  return `${String(count)} minute${count === 1 ? '' : 's'}`;
}
