import { ApiError } from '../errors/api-error.ts';
import type { Cloud } from '../cloud/google/clients.ts';
import { dryRun, seeDataset, seeTables } from '../cloud/google/queries.ts';
import { testPermissions } from '../cloud/google/project-policies.ts';
import { isSameLocation } from '../resources/state-dataset/location.ts';
import type { Claim } from './claims.ts';

/** What was found when a claim was tried. */
export interface Finding {
  readonly claim: Claim;
  readonly holds: boolean;
  /** What the service said against it; undefined when it answered, and the answer tells. */
  readonly error: ApiError | undefined;
  /** What was seen instead. */
  readonly seen: string | undefined;
}

/** Tries every claim as the account, in one round trip. */
export async function tryClaims(cloud: Cloud, claims: readonly Claim[], datasetId: string): Promise<Finding[]> {
  const permissions = claims.flatMap(({ attempt }) => (attempt.kind === 'permission' ? [attempt.permission] : []));
  const held = permissions.length === 0 ? Promise.resolve([]) : testPermissions(cloud, [...new Set(permissions)]);
  return Promise.all(
    claims.map(async (claim): Promise<Finding> => {
      try {
        const seen = await attempt(cloud, claim, { held, datasetId });
        return { claim, holds: seen === undefined, error: undefined, seen };
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        return { claim, holds: false, error, seen: undefined };
      }
    }),
  );
}

interface Common {
  readonly held: Promise<string[]>;
  readonly datasetId: string;
}

/** Returns what was seen that should not be; undefined when all is as claimed. @throws ApiError when it was refused */
async function attempt(cloud: Cloud, claim: Claim, { held, datasetId }: Common): Promise<string | undefined> {
  const { attempt: how, expected } = claim;
  switch (how.kind) {
    case 'mint':
      return undefined; // Who tries has a token.
    case 'permission': {
      const isHeld = (await held).includes(how.permission);
      if (isHeld === (expected === 'can')) return undefined;
      return isHeld ? 'it can' : `it does not hold ${how.permission} on the project`;
    }
    case 'statement':
      await dryRun(cloud, how.statement, how.location);
      return undefined;
    case 'tables':
      await seeTables(cloud, how.dataset);
      return undefined;
    case 'dataset': {
      const location = (await seeDataset(cloud, datasetId)).location ?? '';
      const isElsewhere = how.location !== undefined && !isSameLocation(location, how.location);
      return isElsewhere ? `it lies in ${location}` : undefined;
    }
  }
}
