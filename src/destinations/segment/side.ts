import type { Canary } from '../../cloud/segment/canary.ts';
import type { PublicApi, SourceEvent } from '../../cloud/segment/public-api.ts';
import type { Telling } from '../../cloud/call.ts';
import type { Cloud } from '../../cloud/google/clients.ts';
import type { RunOptions } from '../../inputs/options.ts';
import type { Target } from '../../inputs/target.ts';
import type { Claims } from '../../ownership/claims.ts';
import type { KeyList } from '../../ownership/key-list.ts';
import { DAY, once } from '../../time.ts';
import { remembered } from '../remembered.ts';
import { consumerOf } from './consumer.ts';
import type { Consumption } from './consumer.ts';
import type { Creation } from './creation.ts';
import { look } from './look.ts';
import type { Looked } from './look.ts';
import { openApi } from './open.ts';
import { readRunning } from './running.ts';
import type { MaybeRunning } from './running.ts';

/** Segment as one run sees it: the same for the source as a resource, and for the source as a place where a key goes. */
export interface SegmentSide {
  /** Without a token nothing of Segment is read or written. */
  readonly isAsked: boolean;
  /** Name of the project that the source reads. */
  readonly projectId: string;
  readonly mask: (value: string) => void;
  readonly api: () => Promise<PublicApi>;
  /** Asks once, then remembers until `relook`, or until something was written. */
  readonly look: () => Promise<Looked>;
  readonly relook: () => Promise<Looked>;
  readonly forget: () => void;
  /** What the audit trail holds of a source since the oldest key there is: asked once, as `look`. */
  readonly events: (sourceId: string) => Promise<readonly SourceEvent[]>;
  /** Models and mappings as they were when somebody first asked: before anything was written. */
  readonly running: () => Promise<MaybeRunning>;
  /** What its consumer does: asked once, by whoever needs it first. */
  readonly consumption: () => Promise<Consumption | undefined>;
  /** A powerless key for a source that is about to be created: it takes a moment to make. */
  readonly canary: () => Promise<Canary>;
  /** What this run has done to the source. */
  readonly progress: Progress;
}

/** What a run has done to the source so far. */
export interface Progress {
  /** Id of the source that it created. */
  sourceId?: string;
  /** Whether a powerless key was put into the setting, and did not come back. */
  isProven?: boolean;
  /** What the source is made of where Segment takes no powerless key, so that it is created with the real one. */
  deferred?: Creation;
  /** Whether it may be enabled once it holds the key, although it is not recorded as ours to enable. */
  mayEnable?: boolean;
  /** Id of the source that was given the key, and is as it should be with it. */
  deliveredTo?: string;
}

/** What Segment is asked with. */
export interface SideOptions {
  readonly target: Target;
  readonly options: RunOptions;
  readonly want: 'present' | 'absent';
  readonly cloud: Cloud;
  readonly telling: Telling;
  readonly mask: (value: string) => void;
  readonly claims: Pick<Claims, 'read'>;
  readonly keyList: KeyList;
}

/** The audit trail of Segment holds this much. */
const TRAIL = 90 * DAY;
const HOUR = 3_600_000;

export function segmentSide(options: SideOptions): SegmentSide {
  const { claims, cloud, keyList, mask, target, want } = options;
  const { segmentToken: token, consent } = options.options;
  const { clock, endpoints } = cloud;
  const api = openApi({ target, options: options.options, endpoints, clock, telling: options.telling });
  const { adopt } = consent;
  const trails = new Map<string, Promise<readonly SourceEvent[]>>();
  const looked = remembered(() => look({ wanted: target.segment, api, claims, adopt, want }));
  const sinceOldest = async (): Promise<number> => {
    const now = cloud.clock.now();
    const oldest = Math.min(now, ...(await keyList()).map(({ createdAt }) => createdAt));
    return Math.max(now - TRAIL, oldest - HOUR);
  };
  const trailOf = async (sourceId: string): Promise<readonly SourceEvent[]> =>
    (await api()).events(sourceId, await sinceOldest());
  return {
    ...{ isAsked: token !== undefined, projectId: target.projectId, mask, api },
    look: looked.get,
    relook: () => {
      trails.clear();
      return looked.again();
    },
    forget: () => {
      trails.clear();
      looked.forget();
    },
    running: once(() => readRunning(api, looked.get)),
    events: (sourceId) => {
      const asked = trails.get(sourceId) ?? trailOf(sourceId);
      trails.set(sourceId, asked);
      return asked;
    },
    consumption: untilKnown(async () =>
      token === undefined ? undefined : consumerOf({ api, claims, cloud, keyList, since: sinceOldest }),
    ),
    canary: once(async () => {
      const { makeCanary } = await import('../../cloud/segment/canary.ts');
      return makeCanary(target.projectId, mask);
    }),
    progress: {},
  };
}

/** Asked once by everybody; again where there was no answer yet. */
function untilKnown<T>(ask: () => Promise<T | undefined>): () => Promise<T | undefined> {
  const known = remembered(async () => {
    const found = await ask();
    if (found === undefined) known.forget();
    return found;
  });
  return async () => {
    try {
      return await known.get();
    } catch (error) {
      known.forget();
      throw error;
    }
  };
}
