import { UnreadableAnswer } from '../../errors/unreadable.ts';
import { expectList, expectObject } from '../answer.ts';
import { pagesOf } from '../pages.ts';
import type { Cloud } from './clients.ts';

/** That a key was used to authenticate, somewhere within a few minutes. Times in milliseconds since 1970. */
export interface KeyUse {
  readonly keyId: string;
  readonly from: number;
  readonly until: number;
}

/** Google samples every ten minutes, and shows a sample after three hours at most. */
export const USE_DELAY = 3 * 3_600_000 + 10 * 60_000;

const METRIC = 'iam.googleapis.com/service_account/key/authn_events_count';

/**
 * When keys of an account were used, as Cloud Monitoring knows it: by whomever, in vain too.
 *
 * @param uniqueId - number of the account
 */
export async function keyUseOf(cloud: Cloud, uniqueId: string, since: number): Promise<KeyUse[]> {
  const url = `${cloud.endpoints.monitoring}/v3/projects/${cloud.projectId}/timeSeries`;
  const params = {
    filter: `metric.type = "${METRIC}" AND resource.labels.unique_id = "${uniqueId}"`,
    'interval.startTime': new Date(since).toISOString(),
    'interval.endTime': new Date(cloud.clock.now()).toISOString(),
    view: 'FULL',
  };
  const call = `read in Cloud Monitoring which keys of ${cloud.projectId} were used`;
  const found: KeyUse[] = [];
  const pages = pagesOf((pageToken, check) =>
    cloud.call({ call, service: 'monitoring', repeatable: true }, async () => {
      const { auth } = cloud.clientOptions;
      const paged = pageToken === undefined ? params : { ...params, pageToken };
      const { data } = await auth.request<unknown>({ url, params: paged, retry: false });
      const answer = expectList<Series>('list of time series', expectObject(data), 'timeSeries');
      check(answer.nextPageToken);
      return { items: (answer.timeSeries ?? []).flatMap(usesIn), next: answer.nextPageToken };
    }),
  );
  for await (const page of pages) found.push(...page);
  return found;
}

interface Series {
  readonly timeSeries?: readonly OneSeries[];
  readonly nextPageToken?: string;
}

interface OneSeries {
  readonly metric?: { readonly labels?: Readonly<Record<string, string>> };
  readonly points?: readonly Point[];
}

interface Point {
  readonly interval?: { readonly startTime?: string; readonly endTime?: string };
  readonly value?: { readonly int64Value?: string | number };
}

/** A point of nothing says nothing; one without a time might be of any, so that nothing could be concluded. */
function usesIn({ metric, points = [] }: OneSeries): KeyUse[] {
  const keyId = metric?.labels?.['key_id'] ?? '';
  return points
    .filter(({ value }) => Number(value?.int64Value ?? 0) > 0)
    .map(({ interval }) => {
      const until = Date.parse(interval?.endTime ?? '');
      const from = Date.parse(interval?.startTime ?? interval?.endTime ?? '');
      if (Number.isNaN(until) || Number.isNaN(from) || keyId === '')
        throw new UnreadableAnswer('it is no time series of keys: a time or a key is missing');
      return { keyId, from: Math.min(from, until), until };
    });
}
