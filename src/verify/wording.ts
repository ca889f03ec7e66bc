import type { Difference } from '../engine/resource.ts';
import type { Notice, Problem } from '../errors/diagnostic.ts';
import type { Verifying } from '../inputs/options.ts';
import type { Trial } from './attempts.ts';
import type { Proof, Verification } from './verification.ts';

/** From a verification to lines, problems and fields of the plan. Pure. */

/** `✓ can run a query (dry run of SELECT 1)`, a line or more per claim. */
export function proofLines(verification: Verification): string[] {
  if (!verification.isVerified) return [notVerified(verification.why)];
  const why = uncheckedProofs(verification)[0]?.words;
  return [
    `Access checks as the service account (${verification.how}):`,
    ...verification.proofs.flatMap(linesOf),
    ...(why === undefined ? [] : [`Not checked: ${why}`]),
  ];
}

/** That nothing was verified is never told as "ok". */
export function notVerified(why: string): string {
  return `Access not verified: ${cannotAct(why)}. ${ACT}`;
}

const ACT =
  "Set credentials_json to the key in use, or let the workflow's identity impersonate the service account " +
  '(roles/iam.serviceAccountTokenCreator).';

function cannotAct(why: string): string {
  return `this run cannot act as the service account (${why.replace(/\.$/, '')})`;
}

/** What was not verified although it was asked for; an error where it was demanded. */
export function unverified(verification: Verification | undefined, verify: Verifying): (Problem | Notice)[] {
  if (verification === undefined || verify === 'false') return [];
  const told = verification.isVerified
    ? unaskedIn(verification)
    : { because: `access was not verified: ${cannotAct(verification.why)}`, remedy: ACT };
  if (told === undefined) return [];
  if (verify === 'required')
    return [
      {
        severity: 'error',
        code: 'verify.required',
        attempted: 'verify access, which verify: required demands',
        ...told,
      },
    ];
  return verification.isVerified ? [] : [{ severity: 'warning', code: 'verify.not-verified', ...told }];
}

function unaskedIn(verification: Verification): { readonly because: string; readonly remedy: string } | undefined {
  const unchecked = uncheckedProofs(verification);
  if (unchecked.length === 0) return undefined;
  const count = unchecked.length === 1 ? '1 access check' : `${String(unchecked.length)} access checks`;
  return {
    because: `${count} could not be made: ${unchecked[0]?.words ?? ''}`,
    remedy: 'Under Not checked, the report says what to do.',
  };
}

function linesOf(proof: Proof): string[] {
  const sign = { holds: '✓', fails: '✗', 'not yet effective': '…', 'not checked': '?' }[proof.outcome];
  const { diagnosis } = proof;
  return [
    `${sign} ${worded(proof)}${proof.outcome === 'not checked' ? ': not checked' : ''}`,
    ...(proof.words === undefined || proof.outcome === 'not checked' ? [] : [`      ${proof.words}`]),
    ...(diagnosis === undefined ? [] : [`      cause: ${diagnosis.cause}`]),
  ];
}

/** `can mint a token`, `cannot use … on the project` */
export function worded({ claim }: Proof): string {
  return `${claim.expected} ${claim.what}`;
}

/** Claims that should hold, and do not. */
export function failedProofs(verification: Verification | undefined): readonly Proof[] {
  return notHolding(verification).filter(({ claim }) => claim.expected === 'can');
}

/** What the account can do, and should not be able to: drift of kind surplus. */
export function excessProofs(verification: Verification | undefined): readonly Proof[] {
  return notHolding(verification).filter(({ claim }) => claim.expected === 'cannot');
}

function notHolding(verification: Verification | undefined): readonly Proof[] {
  return (verification?.proofs ?? []).filter(({ outcome }) => outcome === 'fails' || outcome === 'not yet effective');
}

/** Claims that nobody could check: they neither hold nor fail. */
export function uncheckedProofs(verification: Verification | undefined): readonly Proof[] {
  return (verification?.proofs ?? []).filter(({ outcome }) => outcome === 'not checked');
}

/** One for each claim that does not hold, with cause and remedy; what Segment needs comes first. */
export function proofProblems(verification: Verification | undefined): Problem[] {
  return [...failedProofs(verification), ...excessProofs(verification)].map((proof) => {
    const { diagnosis } = proof;
    return {
      severity: 'error',
      code: diagnosis?.code ?? 'verify.not-effective',
      attempted: 'verify access',
      because: becauseOf(proof),
      remedy: diagnosis?.remedy ?? PATIENCE,
    };
  });
}

/** `service account cannot run a query (dry run of SELECT 1): Access Denied: …; role/…: permission … is absent, …` */
function becauseOf(proof: Proof): string {
  const { claim, diagnosis, outcome, words } = proof;
  const details = [
    ...(outcome === 'not yet effective' ? ['not yet effective'] : []),
    ...(words === undefined || isPlain(proof) ? [] : [words]),
    ...(diagnosis === undefined || diagnosis.cause === words ? [] : [diagnosis.cause]),
  ].map((part) => part.trim().replace(/\.$/, ''));
  const finding =
    claim.attempt.kind === 'permission' && claim.expected === 'cannot'
      ? `service account has unexpected permission ${claim.attempt.permission}`
      : `service account cannot ${claim.what}`;
  return details.length === 0 ? finding : `${finding}: ${details.join('; ')}`;
}

/** Whether the finding says it all: the service was not asked for anything but a yes or no. */
function isPlain({ claim }: Proof): boolean {
  return claim.attempt.kind === 'permission' && claim.expected === 'cannot';
}

const PATIENCE =
  'Nothing that can be seen explains it, so the access has most likely not taken effect yet, which takes minutes: run check ' +
  'again in some minutes, or raise `patience_minutes`. Otherwise look for an IAM deny policy or for VPC Service Controls.';

/** For the log, while waiting: what does not hold yet. */
export function notEffectiveYet({ claim, error, seen }: Trial): string {
  const should = claim.expected === 'can' ? 'should be able to' : 'should no longer be able to';
  return `Not effective yet: the service account ${should} ${claim.what} (${error?.words ?? seen ?? ''})`;
}

/** `permission bigquery.jobs.create is absent, should be present` */
export function wordedDifference({ field, live, desired }: Difference): string {
  return `${field} is ${live}, should be ${desired}`;
}

/** `10 minutes` */
export function minutes(count: number): string {
  return `${String(count)} minute${count === 1 ? '' : 's'}`;
}

/** What the output `plan` says of a verification. */
export function verificationJson(verification: Verification | undefined): unknown {
  if (verification === undefined) return undefined;
  if (!verification.isVerified) return { tried: false, verified: false, why: verification.why, checks: [] };
  return {
    tried: true,
    verified: verification.proofs.every(({ outcome }) => outcome === 'holds'),
    how: verification.how,
    checks: verification.proofs.map(({ claim, diagnosis, outcome, words }) => ({
      what: claim.what,
      expected: claim.expected,
      outcome,
      ...(words === undefined ? {} : { words }),
      ...(diagnosis === undefined ? {} : { cause: diagnosis.cause, remedy: diagnosis.remedy }),
    })),
  };
}
