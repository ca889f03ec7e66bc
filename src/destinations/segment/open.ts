import type { Telling } from '../../cloud/call.ts';
import type { Endpoints } from '../../cloud/google/endpoints.ts';
import type { PublicApi } from '../../cloud/segment/public-api.ts';
import { REGION_URLS } from '../../cloud/segment/regions.ts';
import type { RunOptions } from '../../inputs/options.ts';
import type { Target } from '../../inputs/target.ts';
import { once } from '../../time.ts';
import type { Clock } from '../../time.ts';

/** What Segment is asked with. */
export interface Opening {
  readonly target: Pick<Target, 'segment'>;
  readonly options: Pick<RunOptions, 'segmentToken' | 'patienceMinutes'>;
  readonly endpoints: Endpoints;
  readonly clock: Clock;
  readonly telling: Telling;
}

/** The Public API, loaded once somebody needs it. */
export function openApi({ target, options, endpoints, clock, telling }: Opening): () => Promise<PublicApi> {
  const { segmentToken: token, patienceMinutes } = options;
  return once(async () => {
    if (token === undefined) throw new Error('there is no segment_token to ask Segment with');
    const { publicApi } = await import('../../cloud/segment/public-api.ts');
    const baseUrl = endpoints.segment ?? REGION_URLS[target.segment.region];
    return publicApi({ token, baseUrl, clock, patience: patienceMinutes * 60_000, ...telling });
  });
}
