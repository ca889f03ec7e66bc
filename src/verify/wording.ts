import type { Proof, Proofs } from './prove.ts';
import { sentence } from '../errors/diagnostic.ts';

/** From proofs to lines, sentences and fields of the plan. Pure. */

/** `✓ can run a query (dry run of SELECT 1)`, a line or more per claim. */
export function proofLines(proofs: Proofs): string[] {
  if ('why' in proofs) return [notProven(proofs.why)];
  return [`Tried as the account itself, ${proofs.how}:`, ...proofs.proofs.flatMap(linesOf)];
}

/** That nothing was proven is never told as "ok". */
export function notProven(why: string): string {
  return `Not proven: this run cannot become the account (${why}). Give it credentials_json, or let it impersonate the account.`;
}

function linesOf(proof: Proof): string[] {
  const sign = { holds: '✓', fails: '✗', 'not yet effective': '…' }[proof.outcome];
  const { diagnosis } = proof;
  return [
    `${sign} ${worded(proof)}`,
    ...(proof.words === undefined ? [] : [`      ${proof.words}`]),
    ...(diagnosis === undefined ? [] : [`      because ${diagnosis.cause}`]),
  ];
}

/** `can mint a token`, `cannot use … on the project` */
export function worded({ claim }: Proof): string {
  return `${claim.expected} ${claim.what}`;
}

/** Claims that should hold, and do not. */
export function failedClaims(proofs: Proofs | undefined): readonly Proof[] {
  return (proofs?.proofs ?? []).filter(({ claim, outcome }) => outcome !== 'holds' && claim.expected === 'can');
}

/** What the account can do, and should not be able to: drift of kind surplus. */
export function surplusClaims(proofs: Proofs | undefined): readonly Proof[] {
  return (proofs?.proofs ?? []).filter(({ claim, outcome }) => outcome !== 'holds' && claim.expected === 'cannot');
}

/** One sentence per failure, with cause and remedy. */
export function proofSentences(proofs: Proofs | undefined): string[] {
  return [...failedClaims(proofs), ...surplusClaims(proofs)].map((proof) => {
    const { claim, words, diagnosis, outcome } = proof;
    const because = [
      ...(outcome === 'not yet effective' ? ['it is not yet effective'] : []),
      ...(words === undefined ? [] : [words]),
      ...(diagnosis === undefined ? [] : [diagnosis.cause]),
    ];
    const verb = claim.expected === 'can' ? 'see' : 'rule out';
    return sentence({
      attempted: `${verb} that the account can ${claim.what}`,
      because: because.map((part) => part.trim().replace(/\.$/, '')).join('; '),
      remedy: diagnosis?.remedy ?? PATIENCE,
    });
  });
}

const PATIENCE =
  'Nothing that can be seen is off, so the access is most likely still spreading, which takes minutes: run check again in ' +
  'some minutes, or raise patience_minutes. Otherwise look for a deny policy, or for VPC Service Controls.';

/** What the output `plan` says of the proofs. */
export function proofsJson(proofs: Proofs | undefined): unknown {
  if (proofs === undefined) return undefined;
  if ('why' in proofs) return { proven: false, why: proofs.why, claims: [] };
  return {
    proven: true,
    how: proofs.how,
    claims: proofs.proofs.map((proof) => ({
      what: proof.claim.what,
      expected: proof.claim.expected,
      outcome: proof.outcome,
      ...(proof.words === undefined ? {} : { words: proof.words }),
      ...(proof.diagnosis === undefined ? {} : { cause: proof.diagnosis.cause, remedy: proof.diagnosis.remedy }),
    })),
  };
}
