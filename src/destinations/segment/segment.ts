import type { IssuedKey } from '../../cloud/google/keys.ts';
import type { SourceEvent } from '../../cloud/segment/public-api.ts';
import { ApiError } from '../../errors/api-error.ts';
import { Blocked } from '../../errors/diagnostic.ts';
import { explain } from '../../errors/explain.ts';
import type { Problem } from '../../errors/diagnostic.ts';
import { placeMark } from '../../ownership/place-mark.ts';
import { keyNamed } from '../../ownership/record.ts';
import type { DestinationContext } from '../context.ts';
import { NotTaken } from '../destination.ts';
import type { Destination, Reading } from '../destination.ts';
import { remembered } from '../remembered.ts';
import type { Creation } from './creation.ts';
import type { Looked, Seen } from './look.ts';
import { isContested, readingOf } from './reading.ts';
import { undecided } from './setting.ts';
import type { Setting } from './setting.ts';
import type { SegmentSide } from './side.ts';

/**
 * The source itself: the key goes from Google to Segment and nowhere else. Nothing that Segment answers tells which key is in
 * it: only the audit trail tells when its settings were written. The source as a thing is a resource of its own.
 */
export function segmentDestination(context: DestinationContext): Destination {
  const { segment: side, target } = context;
  const { source } = target.segment;
  const asked = remembered(() => read(context));
  return {
    address: { kind: 'segment', name: source },
    want: 'unmanaged',
    read: () => Promise.resolve(undefined),
    examine: () => ({ differences: [], diagnostics: [] }),
    change: () => Promise.resolve(undefined),
    name: `the source ${source} in Segment`,
    place: `segment ${source}`,
    mark: placeMark('segment', source),
    willing: false,
    isNameless: true,
    reading: asked.get,
    reread: () => {
      side.forget();
      return asked.again();
    },
    covered: async () => (side.isAsked ? coveredBy(await side.look(), source) : `segment ${source}`),
    refuse: () => refuse(side),
    foresee: () => foresee(side),
    deliver: async (key) => {
      await deliver(context, key);
      asked.forget();
      side.forget();
    },
    recording: (owned) => {
      const { deliveredTo: id } = side.progress;
      const mark = typeof owned.source === 'object' ? owned.source.mark : 'created';
      return id === undefined ? owned : { ...owned, source: { id, mark, isPending: false } };
    },
    note: () => Promise.resolve(), // Nothing can be noted beside it.
    retire: () => Promise.resolve(undefined), // The new key has overwritten it.
  };
}

async function read(context: DestinationContext): Promise<Reading> {
  const { segment: side } = context;
  if (!side.isAsked) return { state: 'unreadable', why: 'no segment_token was given' };
  try {
    return await readWith(context, side);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { state: 'unreadable', why: `could not ${error.call}: ${error.words}` };
  }
}

async function readWith({ claims }: DestinationContext, side: SegmentSide): Promise<Reading> {
  const recorded = (await claims.read()).owned?.source;
  const known = typeof recorded === 'object' ? recorded : undefined;
  const [looked, trail] = await Promise.all([side.look(), known && trailOf(side, known.id)]);
  if (looked.state !== 'seen') return { state: 'unreadable', why: 'it is in another workspace, or not offered there' };
  const { source } = looked;
  if (source === undefined) {
    // Where a creation may be under way, what the list does not show proves nothing.
    const why = 'a run was creating it when it ended';
    return recorded === 'new' ? { state: 'unreadable', why, isPending: true } : { state: 'absent' };
  }
  const isKnown = known?.id === source.id;
  const found = isKnown && trail !== undefined ? trail : await trailOf(side, source.id);
  const isPending = !isKnown || known.isPending;
  return 'why' in found ? { state: 'unreadable', ...found, isPending } : readingOf(found, isPending);
}

type Trail = readonly SourceEvent[] | { readonly why: string };

/** Not every token may read it. */
async function trailOf(side: SegmentSide, id: string): Promise<Trail> {
  try {
    return await side.events(id);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { why: `could not ${error.call}: ${error.words}` };
  }
}

/** What a review covers: which source it is, and which of its settings takes the key. */
function coveredBy(looked: Looked, source: string): string {
  if (looked.state !== 'seen') return `segment ${source}`;
  const setting = 'setting' in looked.choice ? `${looked.choice.setting.name}=${looked.choice.setting.as}` : '';
  return `segment ${source} ${looked.source?.id ?? 'new'} ${setting}`;
}

/** What else stands in the way is told by the step of the source. */
async function refuse(side: SegmentSide): Promise<Problem | undefined> {
  try {
    return await undecidedIn(side);
  } catch (error) {
    return explain(error)[0];
  }
}

async function foresee(side: SegmentSide): Promise<Problem | undefined> {
  if (!side.isAsked) return undefined; // The report says that Segment was not looked at.
  try {
    return await undecidedIn(side);
  } catch (error) {
    if (error instanceof ApiError) return undefined; // The source's own step says that it could not be read.
    throw error;
  }
}

async function undecidedIn(side: SegmentSide): Promise<Problem | undefined> {
  const looked = await side.look();
  return looked.state === 'seen' && 'because' in looked.choice ? undecided(looked.choice) : undefined;
}

async function deliver(context: DestinationContext, key: IssuedKey): Promise<void> {
  const { segment: side } = context;
  const { afterTaken, handOver, probe } = await import('./hand-over.ts');
  const seen = await side.look();
  if (seen.state !== 'seen' || 'because' in seen.choice) throw gone(context);
  const { setting } = seen.choice;
  const { progress } = side;
  if (progress.deferred !== undefined) return createFilled(side, progress.deferred, key);
  const { source } = seen;
  const sourceId = progress.sourceId ?? source?.id;
  if (sourceId === undefined) throw gone(context);
  if (source !== undefined && progress.isProven !== true && !(await isInUse(context, setting)))
    await probe(side, seen, source, setting);
  const before = context.cloud.clock.now();
  let writes = 0;
  await handOver(side, { key, sourceId, setting, onSend: () => (writes += 1) });
  await afterTaken(async () => {
    if (writes > 1) await refuseContested(context, sourceId, { since: before, sent: writes });
    if (isOursToEnable(side, seen)) await enable(side, sourceId);
  });
  progress.deliveredTo = sourceId;
}

/** Whether this very setting was proven to be kept secret, and nothing was seen since that says otherwise. */
async function isInUse({ claims, keyList }: DestinationContext, { by }: Setting): Promise<boolean> {
  const [{ owned }, keys] = await Promise.all([claims.read(), keyList()]);
  const { source } = owned ?? {};
  if (by !== 'catalog' || typeof source !== 'object' || source.mark !== 'created' || source.isPending) return false;
  const current = owned?.key === undefined ? undefined : keyNamed(owned.key, keys);
  return current !== undefined && !current.disabled;
}

/** Segment takes only a key that works, so the source begins with it. */
async function createFilled(side: SegmentSide, creation: Creation, key: IssuedKey): Promise<void> {
  const { afterTaken, createOnce, takeBackIfOpen } = await import('./hand-over.ts');
  const api = await side.api();
  const made = await createOnce(api, creation, key.file);
  side.progress.sourceId = made.id;
  await afterTaken(async () => {
    await takeBackIfOpen(api, made.id, await api.source(made.id), key);
    await api.patch(made.id, { name: creation.name });
    await enable(side, made.id);
  });
  side.progress.deliveredTo = made.id;
}

/** A write that was sent twice may have gone over what somebody else wrote in between. */
async function refuseContested(
  { segment: side }: DestinationContext,
  sourceId: string,
  { since, sent }: { readonly since: number; readonly sent: number },
): Promise<void> {
  const api = await side.api();
  const events = await api.events(sourceId, since).catch((error: unknown) => {
    if (error instanceof ApiError) return []; // Nobody else can be seen, and nobody can be ruled out.
    throw error;
  });
  if (!isContested(events, sent)) return;
  throw new Blocked([
    {
      severity: 'error',
      code: 'segment.contested',
      attempted: `deliver the key to the source ${sourceId} in Segment`,
      because: 'the answer to the write was lost, and somebody else has written its settings since',
      remedy: 'Find out who writes this source, let one of you do it, and run the workflow again. Both keys work.',
    },
  ]);
}

/** Only what this action itself created, or takes over in this very run: what a person disabled stays so. */
function isOursToEnable({ progress }: SegmentSide, { owned }: Seen): boolean {
  const recorded = owned?.source;
  if (progress.sourceId !== undefined || progress.mayEnable === true || recorded === 'new') return true;
  return recorded?.mark === 'created' && recorded.isPending;
}

async function enable(side: SegmentSide, sourceId: string): Promise<void> {
  await (await side.api()).patch(sourceId, { enabled: true });
}

function gone({ target }: DestinationContext): NotTaken {
  return new NotTaken([
    {
      severity: 'error',
      code: 'segment.source-gone',
      attempted: `deliver the key to the source ${target.segment.source} in Segment`,
      because: 'it is not there any more, or not as the plan has seen it',
      remedy: 'Run the workflow again: its plan says what is to be done.',
    },
  ]);
}

declare module '../../address.ts' {
  interface Kinds {
    readonly segment: true;
  }
}
