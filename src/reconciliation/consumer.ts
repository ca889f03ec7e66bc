import { ApiError } from '../errors/api-error.ts';
import { modes } from '../inputs/modes.ts';
import { reportConsumer } from '../resources/credential/consumer-report.ts';
import type { ConsumerReport } from '../resources/credential/consumer-report.ts';
import type { Reconciling, Scene } from './scene.ts';

/** Which key Segment uses, where a key goes there; undefined elsewhere. */
export async function consumerIn(
  { target, options }: Reconciling,
  { account, claims, cloud, keyList, segment }: Scene,
): Promise<ConsumerReport | undefined> {
  if (!target.delivery.to.includes('segment') || modes[options.mode].wants === 'absent') return undefined;
  try {
    const { sourceId } = segment.progress;
    const [consumption, { owned }, keys] = await Promise.all([
      sourceId === undefined ? segment.consumption() : NEW,
      claims.read(),
      keyList(),
    ]);
    const { keyId: inUse } = options.credentials ?? {};
    const isIssued = account.issued() !== undefined;
    return reportConsumer({ consumption, owned, keys, isIssued, inUse, now: cloud.clock.now() });
  } catch (error) {
    // What could not be read has its own step, which says so.
    if (!(error instanceof ApiError)) throw error;
    return reportConsumer({ ...NOTHING, inUse: undefined, now: cloud.clock.now() });
  }
}

/** Nothing can hang yet on a source that this very run made. */
const NEW = { syncs: [], uses: [], keys: [] };
const NOTHING = { consumption: undefined, owned: undefined, keys: [], isIssued: false };
