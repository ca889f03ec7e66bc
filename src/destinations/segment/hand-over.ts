import type { IssuedKey } from '../../cloud/google/keys.ts';
import { publicHalfOf } from '../../cloud/google/public-half.ts';
import type { NewSource, Source } from '../../cloud/segment/sources.ts';
import type { PublicApi } from '../../cloud/segment/public-api.ts';
import { ApiError, isUnclear } from '../../errors/api-error.ts';
import { Blocked } from '../../errors/diagnostic.ts';
import type { Problem } from '../../errors/diagnostic.ts';
import { explain } from '../../errors/explain.ts';
import { complainsOf } from '../../errors/from-segment.ts';
import { parseSecret } from '../../secret.ts';
import type { Secret } from '../../secret.ts';
import { NotTaken, TakenBack } from '../destination.ts';
import type { Creation } from './creation.ts';
import type { Seen } from './look.ts';
import type { Setting } from './setting.ts';
import type { SegmentSide } from './side.ts';

/** How a key gets into a source, so that nobody can read it there. */

/** A setting as it is sent. */
export function settingsWith({ name, as }: Setting, file: Secret): Record<string, unknown> {
  return { [name]: as === 'object' ? parseSecret(file.reveal()) : file.reveal() };
}

/**
 * Creates the source once, whatever becomes of the answer: where that is lost, it is looked for by its slug.
 *
 * @throws ApiError where nothing was created, or nobody can tell
 */
export async function createOnce(
  api: PublicApi,
  { slug, metadataId, location, setting }: Omit<Creation, 'name'>,
  file: Secret,
): Promise<Source> {
  const made: NewSource = { slug, metadataId, settings: { location, ...settingsWith(setting, file) } };
  try {
    return await api.create(made);
  } catch (error) {
    if (!isUnclear(error)) throw error;
    const found = await findBySlug(api, made);
    if (found === undefined) throw error;
    return found;
  }
}

/** A disabled BigQuery source of this slug. */
async function findBySlug(api: PublicApi, { slug, metadataId }: NewSource): Promise<Source | undefined> {
  for await (const page of api.sources()) {
    const found = page.find((one) => one.slug === slug && one.metadataId === metadataId && !one.enabled);
    if (found !== undefined) return api.source(found.id);
  }
  return undefined;
}

/** Whether a private key shows somewhere; by its public half, because nobody needs to see more. */
export function shows({ exposed }: Pick<Source, 'exposed'>, publicKey: string): string | undefined {
  return exposed.find((one) => one.publicKey === publicKey)?.setting;
}

/** Takes the value of settings away. */
export async function empty(api: PublicApi, id: string, settings: readonly string[]): Promise<void> {
  await api.patch(id, { settings: Object.fromEntries(settings.map((name) => [name, null])) });
}

/** A source that was just created, and what is still to be found out about it. */
export interface Created {
  readonly id: string;
  /** Reads it again: the powerless key must not show. @throws Blocked where the setting is not kept secret */
  readonly prove: () => Promise<void>;
}

/**
 * Creates the source disabled, with a powerless key: if that can be read there, so could the real one, which then never leaves
 * Google. Where Segment refuses it because it is powerless, the source is created later, with the real one.
 *
 * @returns undefined where it is created later
 */
export async function createWithCanary(side: SegmentSide, creation: Creation): Promise<Created | undefined> {
  const { progress } = side;
  const api = await side.api();
  const { setting } = creation;
  const canary = await side.canary();
  try {
    const made = await createOnce(api, creation, canary.file);
    progress.sourceId = made.id;
    const prove = async (): Promise<void> => {
      const read = (await api.source(made.id)) ?? made;
      const open = shows(read, canary.publicKey) ?? shows(made, canary.publicKey);
      if (open !== undefined) {
        await empty(api, made.id, [open]);
        throw new Blocked([notSecret(open, 'No key of the service account was sent there.')]);
      }
      progress.isProven = true;
    };
    return { id: made.id, prove };
  } catch (error) {
    if (!complainsOf(error, setting.name)) throw error;
    if (setting.by === 'user') throw new Blocked([inspected(setting, error)], error);
    progress.deferred = creation;
    return undefined;
  }
}

/** Suffix of the slug of a source that lives for one question. */
const PROBE = '-probe';

/**
 * Puts a powerless key into a source made for this, and deletes that: whether the setting is kept secret is known before
 * anything real goes into a source that is in use.
 *
 * @throws NotTaken where it is not, or where a setting that only the user named takes no powerless key
 */
export async function probe(side: SegmentSide, seen: Seen, source: Source, setting: Setting): Promise<void> {
  const api = await side.api();
  const { makeCanary } = await import('../../cloud/segment/canary.ts');
  const canary = await makeCanary(side.projectId, side.mask);
  const { metadataId } = seen.kind;
  const slug = `${source.slug}${PROBE}`;
  const creation = { slug, metadataId, location: source.location ?? 'US', setting };
  await removeLeft(api, slug, metadataId);
  let made: Source;
  try {
    made = await createOnce(api, creation, canary.file);
  } catch (error) {
    if (!complainsOf(error, setting.name)) throw error;
    if (setting.by === 'user') throw new NotTaken([inspected(setting, error)], error);
    return; // Segment takes none but working keys there; the catalog says that it is the right setting.
  }
  const read = (await api.source(made.id)) ?? made;
  await api.remove(made.id);
  const open = shows(read, canary.publicKey) ?? shows(made, canary.publicKey);
  if (open !== undefined) throw new NotTaken([notSecret(open, 'No key of the service account was sent there.')]);
  side.progress.isProven = true;
}

/** One that a run has left that died. */
async function removeLeft(api: PublicApi, slug: string, metadataId: string): Promise<void> {
  const left = await findBySlug(api, { slug, metadataId, settings: {} });
  if (left !== undefined) await api.remove(left.id);
}

/** The key, and where it goes. */
export interface HandOver {
  readonly key: IssuedKey;
  readonly sourceId: string;
  readonly setting: Setting;
  /** Told each time that the key is sent. */
  readonly onSend: () => void;
}

/**
 * Writes the key into the setting, and reads the source again: a key that can be read there is taken back.
 *
 * @throws TakenBack where it could be read
 */
export async function handOver(side: SegmentSide, { key, sourceId, setting, onSend }: HandOver): Promise<void> {
  const api = await side.api();
  await api.patch(sourceId, { settings: settingsWith(setting, key.file) }, onSend);
  await afterTaken(async () => takeBackIfOpen(api, sourceId, await api.source(sourceId), key));
}

/** Once Segment holds the key, no refusal of anything means that nobody does: such a key is never deleted for it. */
export async function afterTaken(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw error instanceof ApiError ? new Blocked(explain(error), error) : error;
  }
}

export async function takeBackIfOpen(
  api: PublicApi,
  sourceId: string,
  read: Source | undefined,
  key: IssuedKey,
): Promise<void> {
  const { private_key: pem } = parseSecret(key.file.reveal()) as { readonly private_key: string };
  const open = read === undefined ? undefined : shows(read, publicHalfOf(pem) ?? '');
  if (open === undefined) return;
  const copies = `${await emptied(api, sourceId, open)} Look for copies of the key ${key.id.slice(0, 12)}, in Git Sync for one.`;
  throw new TakenBack([notSecret(open, copies)]);
}

/** Whether or not that works, the key is deleted next. */
async function emptied(api: PublicApi, sourceId: string, setting: string): Promise<string> {
  try {
    await empty(api, sourceId, [setting]);
    return 'The setting was emptied.';
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return `Empty the setting by hand, because that failed (${error.words}).`;
  }
}

function notSecret(setting: string, more: string): Problem {
  return {
    severity: 'error',
    code: 'segment.not-secret',
    attempted: 'deliver the key to Segment',
    because: `the setting ${setting} came back in clear text: Segment does not keep it secret`,
    remedy: `${more} Name another setting in segment_credentials_setting.`,
  };
}

function inspected({ name }: Setting, error: unknown): Problem {
  return {
    severity: 'error',
    code: 'segment.setting-refused',
    attempted: `make sure that Segment keeps the setting ${name} secret`,
    because: error instanceof ApiError ? `Segment does not take a powerless key there: ${error.words}` : String(error),
    remedy:
      'A setting that only segment_credentials_setting names gets no key before that is known. Check its name, or leave it out ' +
      "where Segment's catalog names one.",
  };
}
