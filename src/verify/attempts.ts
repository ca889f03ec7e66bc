import type { Cloud } from '../cloud/google/clients.ts';
import { isSameLocation } from '../cloud/google/datasets.ts';
import { testPermissions } from '../cloud/google/project-policies.ts';
import { dryRun, seeDataset, seeTables } from '../cloud/google/queries.ts';
import { ApiError } from '../errors/api-error.ts';
import { STATE_DATASET } from '../inputs/names.ts';
import type { Claim } from './claims.ts';

/** A claim that was tried, and what was found. */
export interface Trial {
  readonly claim: Claim;
  readonly holds: boolean;
  /** Whether the question itself was refused, so that nothing is known: neither that it holds nor that it does not. */
  readonly isUnanswered?: boolean;
  /** What the service said against it; undefined when it answered, and the answer tells. */
  readonly error: ApiError | undefined;
  /** What was seen instead. */
  readonly seen: string | undefined;
}

/** Tries every claim as the account, in one round trip. */
export async function tryClaims(cloud: Cloud, claims: readonly Claim[]): Promise<Trial[]> {
  const permissions = claims.flatMap(({ attempt }) => (attempt.kind === 'permission' ? [attempt.permission] : []));
  const held = permissions.length === 0 ? Promise.resolve([]) : testPermissions(cloud, [...new Set(permissions)]);
  return Promise.all(
    claims.map(async (claim): Promise<Trial> => {
      try {
        const seen = await attempt(cloud, claim, held);
        return { claim, holds: seen === undefined, error: undefined, seen };
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (provesReading(claim, error)) return { claim, holds: true, error: undefined, seen: undefined };
        // To ask for permissions takes an API of its own in the account's project: Segment does without it.
        return { claim, holds: false, isUnanswered: claim.attempt.kind === 'permission', error, seen: undefined };
      }
    }),
  );
}

/** BigQuery checks name and access before it demands a filter: a table that is refused for that alone can be read. */
function provesReading({ attempt: how }: Claim, { words }: ApiError): boolean {
  return how.kind === 'statement' && how.table !== undefined && /used for partition elimination/i.test(words);
}

function permissionFault(isHeld: boolean, permission: string, expected: Claim['expected']): string | undefined {
  if (isHeld === (expected === 'can')) return undefined;
  return `it ${isHeld ? 'holds' : 'does not hold'} ${permission} on the project`;
}

/** Returns what was seen that should not be; undefined when all is as claimed. @throws ApiError when it was refused */
async function attempt(cloud: Cloud, claim: Claim, held: Promise<string[]>): Promise<string | undefined> {
  const { attempt: how, expected } = claim;
  switch (how.kind) {
    case 'mint':
    case 'sync':
    case 'model':
      return undefined; // Who tries has a token; what Segment did is told without trying; and models are tried by themselves.
    case 'permission':
      return permissionFault((await held).includes(how.permission), how.permission, expected);
    case 'statement':
      await dryRun(cloud, how.statement, how.location);
      return undefined;
    case 'tables':
      await seeTables(cloud, how.dataset);
      return undefined;
    case 'dataset':
      return seenElsewhere(cloud, how.location);
  }
}

async function seenElsewhere(cloud: Cloud, wanted: string | undefined): Promise<string | undefined> {
  const location = (await seeDataset(cloud, STATE_DATASET)).location ?? '';
  const isElsewhere = wanted !== undefined && !isSameLocation(location, wanted);
  return isElsewhere ? `it is in ${location}` : undefined;
}
