import { untilVisible } from '../../cloud/document.ts';
import type { Source, SourcePatch } from '../../cloud/segment/sources.ts';
import type { Workspace } from '../../cloud/segment/public-api.ts';
import type { Run } from '../../engine/resource.ts';
import { unreachable } from '../../engine/unreachable.ts';
import { isNotShown } from '../../errors/api-error.ts';
import { Blocked } from '../../errors/diagnostic.ts';
import { ACCOUNT_LAG, editOwnership, writeOwnership } from '../../ownership/account-record.ts';
import { refuseOverlap } from '../../ownership/overlap.ts';
import { short, workspaceMark } from '../../ownership/record.ts';
import type { RecordedSource } from '../../ownership/record.ts';
import { isSameLocation } from '../../cloud/google/datasets.ts';
import { madeOf } from '../service-account/made.ts';
import { isSeenThere } from './design.ts';
import type { NewSourceDesign, SourceChange, SourceLive } from './design.ts';
import { isIdle } from './refuse.ts';
import type { SourceOptions } from './options.ts';

/** How the source is brought to what it should be. Segment knows no etags: what is sent is what differs, and nothing else. */

/** What is to be done, and where it is told. */
interface Work {
  readonly live: SourceLive;
  readonly changes: readonly SourceChange[];
  readonly run: Run;
}

export async function changeSource(options: SourceOptions, { live, changes, run }: Work): Promise<void> {
  const concealed: string[] = [];
  for (const change of changes) {
    if ('conceal' in change) concealed.push(await conceal(options, change));
    else await carryOut({ options, live, run }, change);
  }
  // What was created is known; whatever else was changed is read again.
  if (!changes.some((change) => 'create' in change)) options.side.forget();
  if (concealed.length > 0) throw found(options, concealed);
}

type Plain = Exclude<SourceChange, { readonly conceal: string }>;

async function carryOut(carrying: Carrying, change: Plain): Promise<void> {
  const { options } = carrying;
  if ('create' in change) await create(carrying, change.create);
  else if ('adopt' in change) await adopt(carrying, change.adopt);
  else if ('rename' in change) await rename(options, change.id, change.rename);
  else if ('locate' in change) await locate(options, change.id, change.locate);
  else if ('enable' in change) await enable(carrying, change.enable);
  else if ('delete' in change) await (await options.side.api()).remove(change.delete);
  else if ('disable' in change) await disable(options, change);
  else if (!('leave' in change)) unreachable(change);
}

interface Carrying {
  readonly options: SourceOptions;
  readonly live: SourceLive;
  readonly run: Run;
}

/** Record, create, record: so that a run that dies in between leaves nothing that nobody knows of. */
async function create(carrying: Carrying, made: NewSourceDesign): Promise<void> {
  const { options, live, run } = carrying;
  const { design, side } = options;
  const { isCreated } = madeOf(run, design.after.account);
  const workspace = workspaceOf(live);
  // A new account says so from its first moment on.
  if (!isCreated) await record(options, { workspace, source: 'new' }, run);
  const { createWithCanary } = await import('../../destinations/segment/hand-over.ts');
  const source = await createWithCanary(side, made);
  if (source === undefined) {
    run.say('Segment takes no powerless key, so the source is created once there is a real one.');
    return;
  }
  const recorded = { workspace, source: { id: source.id, mark: 'created', isPending: true } } as const;
  const done = await Promise.allSettled([
    source.prove(),
    isCreated ? recordAtOnce(options, recorded, run) : record(options, recorded, run),
    patch(options, source.id, { name: made.name }, () => true),
  ]);
  for (const one of done) if (one.status === 'rejected') throw one.reason;
}

async function adopt({ options, live, run }: Carrying, id: string): Promise<void> {
  const { design, side } = options;
  if (isSeenThere(live) && !live.looked.source.enabled && isIdle(design, live)) side.progress.mayEnable = true;
  // Until it holds a key of ours, it is not ours for good.
  await record(options, { workspace: workspaceOf(live), source: { id, mark: 'adopted', isPending: true } }, run);
}

interface Recorded {
  readonly workspace: Workspace;
  readonly source: RecordedSource;
}

async function record(options: SourceOptions, { workspace, source }: Recorded, run: Run): Promise<void> {
  const { document, keyList, keys } = options;
  const { clock } = run;
  const mark = workspaceMark(workspace.id);
  await editOwnership(document, clock, (owned) => owned && { ...owned, workspace: mark, source });
  run.confirm(() => refuseOverlap({ document, keyList, keys, clock }));
}

/** For an account that this very run made: all that it says is known. IAM may not see it everywhere yet. */
async function recordAtOnce({ document }: SourceOptions, { workspace, source }: Recorded, run: Run): Promise<void> {
  const mark = workspaceMark(workspace.id);
  await untilVisible({ clock: run.clock, milliseconds: ACCOUNT_LAG, isInvisible: isNotShown }, () =>
    writeOwnership(document, (owned) => owned && { ...owned, workspace: mark, source }),
  );
}

function workspaceOf({ looked }: SourceLive): Workspace {
  if (looked === undefined) throw new Error('the source in Segment was never looked at');
  return looked.workspace;
}

/** Sends what differs, and makes sure that it stays. @throws Blocked where somebody else writes it too */
async function patch(
  { design, side }: SourceOptions,
  id: string,
  change: SourcePatch,
  isDone: (source: Source) => boolean,
): Promise<void> {
  const source = await (await side.api()).patch(id, change);
  if (isDone(source)) return;
  throw new Blocked([
    {
      severity: 'error',
      code: 'segment-source.contested',
      attempted: `change the source ${design.wanted} in Segment`,
      because:
        'its answer shows what was there before: somebody else writes this source, or Segment did not take the change',
      remedy: 'Find out in the audit trail of Segment who writes it, and let one of you do it.',
    },
  ]);
}

function rename(options: SourceOptions, id: string, wanted: string): Promise<void> {
  return patch(options, id, { name: wanted }, ({ name }) => name === wanted);
}

function locate(options: SourceOptions, id: string, location: string): Promise<void> {
  return patch(
    options,
    id,
    { settings: { location } },
    (source) => source.location === undefined || isSameLocation(source.location, location),
  );
}

type Concealing = Extract<SourceChange, { readonly conceal: string }>;

/** Both at once: whoever has read it can use it until it is disabled. */
async function conceal(
  { keys, side }: SourceOptions,
  { conceal: setting, disable: key, id }: Concealing,
): Promise<string> {
  const { empty } = await import('../../destinations/segment/hand-over.ts');
  await Promise.all([keys.disable(key), empty(await side.api(), id, [setting])]);
  return `the setting ${setting} showed the key ${short(key)}`;
}

/** Always told, and always red: what is disabled now was in use. */
function found({ design }: SourceOptions, concealed: readonly string[]): Blocked {
  return new Blocked([
    {
      severity: 'error',
      code: 'segment-source.exposed',
      attempted: `keep the key of ${design.email} secret in Segment`,
      because: `${concealed.join('; ')} in clear text; it was emptied, and the key disabled`,
      remedy:
        'Look for copies, in Git Sync for one. Then run the workflow again: it finds out whether the setting is kept secret ' +
        'before it delivers a new key; or name another one in segment_credentials_setting.',
    },
  ]);
}

/** What was left disabled by a run that died; or what a person has allowed again. */
async function enable({ options, live, run }: Carrying, id: string): Promise<void> {
  const { side } = options;
  const api = await side.api();
  const now = await api.source(id); // Delivering may have enabled it.
  if (now?.enabled === false) await patch(options, id, { enabled: true }, ({ enabled }) => enabled);
  const recorded = live.owned?.source;
  const mark = typeof recorded === 'object' ? recorded.mark : 'created';
  if (side.progress.deliveredTo !== undefined) return; // Recorded with the key.
  if (recorded === 'new' || (recorded?.mark === 'created' && recorded.isPending))
    await record(options, { workspace: workspaceOf(live), source: { id, mark, isPending: false } }, run);
}

type Disabling = Extract<SourceChange, { readonly empty: string | null }>;

async function disable({ side }: SourceOptions, { disable: id, empty }: Disabling): Promise<void> {
  const settings = empty === null ? {} : { settings: { [empty]: null } };
  await (await side.api()).patch(id, { enabled: false, ...settings });
}
