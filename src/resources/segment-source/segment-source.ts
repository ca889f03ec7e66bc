import type { Looked } from '../../destinations/segment/look.ts';
import { disablingIn } from '../../destinations/segment/reading.ts';
import type { Resource } from '../../engine/resource.ts';
import { ApiError } from '../../errors/api-error.ts';
import type { Claim } from '../../ownership/claims.ts';
import { readDescription, writeDescription } from '../../ownership/description.ts';
import { ownership, workspaceMark } from '../../ownership/record.ts';
import type { Ownership } from '../../ownership/record.ts';
import { changeSource } from './change.ts';
import type { OwnExposed, SourceChange, SourceLive } from './design.ts';
import type { SourceOptions } from './options.ts';
import { examineSource } from './examine.ts';

/** The source that models and mappings hang on, and that takes the key. */
export function segmentSource(options: SourceOptions): Resource<SourceLive, SourceChange> {
  const { design } = options;
  return {
    address: design.address,
    want: design.want,
    outputs: { segment_source_id: '' },
    read: () => read(options),
    examine: (live) => examineSource(design, live),
    change: async (live, changes, run) => {
      if (live === undefined) return undefined;
      await changeSource(options, { live, changes, run });
      return undefined;
    },
  };
}

async function read(options: SourceOptions): Promise<SourceLive> {
  const { claims, design, side } = options;
  if (side.isAsked && design.want === 'present') return readAll(options);
  const { owned } = await claims.read();
  return side.isAsked && owned?.source !== undefined ? readAll(options) : { ...NOTHING, owned };
}

async function readAll(options: SourceOptions): Promise<SourceLive> {
  const { claims, delivers, design, side } = options;
  const isPresent = design.want === 'present';
  // What its consumer did takes the longest, and is needed last: whoever asks for it then gets the error, if there is one.
  if (isPresent) side.consumption().catch(() => undefined);
  const [looked, { account, owned }, reading, location] = await Promise.all([
    side.look(),
    claims.read(),
    options.destination?.reading(),
    isPresent ? options.location() : undefined,
  ]);
  // It takes a moment: made while the account is.
  if (delivers && looked.state === 'seen' && looked.source === undefined) side.canary().catch(() => undefined);
  const [exposed, recordedBy, disabling] = await Promise.all([
    exposedIn(options, looked),
    recordersOf(options, looked),
    disablingOf(options, looked),
  ]);
  const seen = { looked, owned, reading, location, ...exposed, recordedBy, disabling };
  return { ...seen, hasRoom: hasRoom(looked, { account, owned }) };
}

const NOTHING: SourceLive = {
  ...{ looked: undefined, owned: undefined, hasRoom: true, location: undefined, reading: undefined },
  ...{ exposed: [], foreign: [], recordedBy: [] },
};

/** Which keys of the account show: a forged file, which holds another key, must not cost one that is in use. */
async function exposedIn(
  { keyList, keys }: SourceOptions,
  looked: Looked,
): Promise<{ readonly exposed: readonly OwnExposed[]; readonly foreign: readonly string[] }> {
  const shown = looked.state === 'seen' ? (looked.source?.exposed ?? []) : [];
  if (shown.length === 0) return { exposed: [], foreign: [] };
  const halves = await Promise.all(
    (await keyList()).map(async ({ id }) => ({ keyId: id, publicKey: await keys.publicKey(id) })),
  );
  const exposed = shown.flatMap(({ publicKey, setting }) =>
    halves.filter((half) => half.publicKey === publicKey).map(({ keyId }) => ({ setting, keyId })),
  );
  const foreign = shown
    .map(({ setting }) => setting)
    .filter((name) => !exposed.some(({ setting }) => setting === name));
  return { exposed, foreign: [...new Set(foreign)] };
}

/** Who disabled it tells a person whom to ask; where the trail cannot be read, nobody is told. */
async function disablingOf({ side }: SourceOptions, looked: Looked): Promise<SourceLive['disabling']> {
  if (looked.state !== 'seen' || looked.source?.enabled !== false) return undefined;
  try {
    return disablingIn(await side.events(looked.source.id));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return undefined;
  }
}

/** Before a source is taken over: other targets of the project may have recorded it. */
async function recordersOf({ accounts, design }: SourceOptions, looked: Looked): Promise<SourceLive['recordedBy']> {
  if (looked.state !== 'seen' || looked.standing !== 'unmarked' || !design.adopt) return [];
  const id = looked.source?.id;
  try {
    return (await accounts()).flatMap(({ description, email }) => {
      const source = readDescription(description).ownership?.source;
      const isRecorder = typeof source === 'object' && source.id === id && email !== design.email;
      return isRecorder ? [email ?? ''] : [];
    });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { why: `could not ${error.call}: ${error.words}` };
  }
}

/** Whether the record can name the source, at its longest. */
function hasRoom(looked: Looked, { account, owned }: Pick<Claim, 'account' | 'owned'>): boolean {
  if (account === undefined || looked.state !== 'seen') return true; // Our own description leaves room.
  const id = looked.source?.id ?? '0'.repeat(22);
  const recorded: Ownership = {
    ...(owned ?? ownership('adopted')),
    workspace: workspaceMark(looked.workspace.id),
    source: { id, mark: 'adopted', isPending: true },
  };
  return writeDescription({ text: readDescription(account.description).text, ownership: recorded }) !== undefined;
}
