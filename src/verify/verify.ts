import type { AsAccount } from '../cloud/google/sign-in/impersonate.ts';
import { poll, whenChanged } from '../time.ts';
import type { Clock } from '../time.ts';
import { tryClaims } from './attempts.ts';
import type { Trial } from './attempts.ts';
import { MINT } from './claims.ts';
import type { Claim } from './claims.ts';
import type { Diagnosis, Proof, Verification } from './verification.ts';
import { minutes, notEffectiveYet } from './wording.ts';

/** What of a verification its caller knows: the plan, and what was done of it. */
export interface Judging {
  /** The cause of a failure; undefined where none can be seen, so that access may just not have spread yet. */
  readonly diagnose: (trial: Trial) => Diagnosis | undefined;
  /** Whether this run took rights away: they too take minutes to go. */
  readonly tookAway: boolean;
}

/** How to verify. */
export interface VerifyOptions extends Judging {
  /** May be asked again: a new key takes minutes to work everywhere. */
  readonly asAccount: () => Promise<AsAccount>;
  /** A first attempt that is under way already: begun while a new key was being delivered. */
  readonly early?: Promise<Attempted> | undefined;
  readonly claims: readonly Claim[];
  readonly patienceMinutes: number;
  readonly clock: Clock;
  readonly say: (line: string) => void;
}

const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 15_000;

/**
 * Tries, as the account that Segment uses, what Segment will do, and some things that it must not be able to do. A failure
 * without a visible cause is waited out: access takes 2 to 7 minutes to spread, or longer.
 */
export async function verifyClaims(options: VerifyOptions): Promise<Verification> {
  const { clock, say, patienceMinutes } = options;
  let { early } = options;
  let last: Attempted = { account: { why: 'it was not tried' }, trials: [] };
  const isOpen = (trial: Trial): boolean => mayBeLag(trial, options);
  const tell = whenChanged(say);
  const onWait = (): void => {
    const open = last.trials.find(isOpen);
    if (open !== undefined) tell(`${notEffectiveYet(open)}; trying again, for ${minutes(patienceMinutes)} at most …`);
  };
  const patience = { within: patienceMinutes * 60_000, first: FIRST_PAUSE, most: LONGEST_PAUSE };
  await poll({ clock, onWait, ...patience }, async () => {
    last = await (early ?? tryOnce(options));
    early = undefined;
    return last.trials.some(isOpen) ? undefined : { value: last };
  });
  return verificationOf(last, options);
}

/** One attempt at every claim. */
export interface Attempted {
  readonly account: AsAccount;
  /** Empty where the account could not be tried. */
  readonly trials: readonly Trial[];
}

/** Becomes the account, and tries everything once. */
export async function tryOnce({ asAccount, claims }: Pick<VerifyOptions, 'asAccount' | 'claims'>): Promise<Attempted> {
  const account = await asAccount();
  if ('why' in account) return { account, trials: [] };
  if ('refused' in account)
    return { account, trials: [{ claim: MINT, holds: false, error: account.refused, seen: undefined }] };
  return { account, trials: await tryClaims(account.cloud, [MINT, ...claims]) };
}

function verificationOf({ account, trials }: Attempted, options: Judging): Verification {
  if ('why' in account) return { isVerified: false, why: account.why, proofs: [] };
  return { isVerified: true, how: account.how, proofs: trials.map((trial) => conclude(trial, options)) };
}

/** Whether it is worth waiting for: nothing that can be seen explains it, and such rights were just given or taken. */
function mayBeLag(trial: Trial, { diagnose, tookAway }: Judging): boolean {
  if (trial.holds || trial.isUnanswered === true) return false;
  const diagnosis = diagnose(trial);
  if (trial.claim.expected === 'can') return diagnosis === undefined;
  return tookAway && diagnosis?.code !== 'verify.excess-in-plan';
}

function conclude(trial: Trial, options: Judging): Proof {
  const { claim, holds, isUnanswered, error, seen } = trial;
  if (isUnanswered === true) return { claim, outcome: 'not checked', words: error?.words, diagnosis: undefined };
  if (holds) return { claim, outcome: 'holds', words: undefined, diagnosis: undefined };
  const outcome = mayBeLag(trial, options) ? 'not yet effective' : 'fails';
  return { claim, outcome, words: error?.words ?? seen, diagnosis: options.diagnose(trial) };
}
