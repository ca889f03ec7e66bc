import type { Place } from '../models/model.ts';
import type { Parsed, Path } from '../models/yaml.ts';
import { fileInputs, looksSecret, readValue, wrongKey } from './entry.ts';
import { didYouMean } from '../inputs/nearest.ts';
import { fileProblem } from './problem.ts';
import type { Complaint, FileProblem } from './problem.ts';

/**
 * The file that tells of all targets: from text to what each of them says, with its place, or to everything that is wrong
 * with it. Pure.
 */

/** What stands in the file of one target, `defaults` included. */
export interface FileTarget {
  readonly name: string;
  /** Of its name. */
  readonly place: Place;
  /** By the name of the input, as the text that a step would be given. */
  readonly said: ReadonlyMap<string, Said>;
  /** Inputs that are told to be wrong already. */
  readonly unread: readonly string[];
}

interface Said {
  readonly text: string;
  readonly place: Place;
  /** Whether it stands in `defaults`. */
  readonly isDefault: boolean;
}

export interface ReadFile {
  readonly targets: readonly FileTarget[];
  readonly problems: readonly FileProblem[];
  /** Values that must never be printed. */
  readonly secrets: readonly string[];
}

const KEYS = ['version', 'defaults', 'targets'];
const NAME = /^[A-Za-z0-9_-]{1,100}$/;
const inputs = new Map(fileInputs.map((row) => [row.input, row]));

/** @param parsed - the file, as YAML */
export function readFleetFile(parsed: Parsed): ReadFile {
  const mistakes = parsed.mistakes.map(({ place, message }) =>
    fileProblem(place, { code: 'config.syntax', what: 'the file', because: message, remedy: 'Correct it.' }),
  );
  const secrets: string[] = [];
  if (parsed.value === undefined) return { targets: [], problems: mistakes, secrets };
  const reader = { parsed, problems: mistakes, secrets };
  return { targets: readRoot(reader), problems: mistakes, secrets };
}

interface Reader {
  readonly parsed: Parsed;
  readonly problems: FileProblem[];
  readonly secrets: string[];
}

function complain({ parsed, problems }: Reader, path: Path, complaint: Complaint): void {
  problems.push(fileProblem(parsed.keyPlaceOf(path), complaint));
}

function readRoot(reader: Reader): FileTarget[] {
  const { value } = reader.parsed;
  if (!isMap(value)) {
    const because = 'it holds no keys';
    complain(reader, [], { code: 'config.missing', what: 'the file', because, remedy: `Write ${KEYS.join(', ')}.` });
    return [];
  }
  for (const key of Object.keys(value).filter((one) => !KEYS.includes(one))) {
    const remedy = `${didYouMean(key, KEYS)}The file has the keys ${KEYS.join(', ')}.`;
    complain(reader, [key], {
      code: 'config.unknown',
      what: `the key ${key}`,
      because: 'there is no such key',
      remedy,
    });
  }
  readVersion(reader, value);
  const defaults = readDefaults(reader, value['defaults']);
  return readTargets(reader, value['targets'], defaults);
}

function readVersion(reader: Reader, { version }: Readonly<Record<string, unknown>>): void {
  if (version === 1) return;
  const because = version === undefined ? 'it is missing' : 'this action knows only version 1';
  const path = version === undefined ? [] : ['version'];
  complain(reader, path, { code: 'config.value', what: 'version', because, remedy: 'Write version: 1.' });
}

/** Values by the names of inputs, and what could not be read. */
type Entries = Pick<FileTarget, 'said' | 'unread'>;

const NOTHING: Entries = { said: new Map(), unread: [] };

function readDefaults(reader: Reader, value: unknown): Entries {
  if (value === undefined || value === null) return NOTHING;
  if (isMap(value)) return readEntries(reader, value, { path: ['defaults'], whose: 'in defaults' });
  const remedy = 'Write inputs below it, each with its value, or remove it.';
  complain(reader, ['defaults'], { code: 'config.value', what: 'defaults', because: 'it holds no keys', remedy });
  return NOTHING;
}

function readTargets(reader: Reader, value: unknown, defaults: Entries): FileTarget[] {
  if (!isMap(value) || Object.keys(value).length === 0) {
    const because = value === undefined ? 'it is missing' : 'it holds no target';
    const remedy = 'Write one target below it at least: its name, and below that project_id.';
    const path = value === undefined ? [] : ['targets'];
    complain(reader, path, { code: 'config.missing', what: 'targets', because, remedy });
    return [];
  }
  return Object.entries(value).flatMap(([name, target]) => readTarget(reader, name, target, defaults));
}

function readTarget(reader: Reader, name: string, value: unknown, defaults: Entries): FileTarget[] {
  const path = ['targets', name];
  const what = `the target ${name}`;
  if (!NAME.test(name)) {
    const remedy = 'Use 1 to 100 letters, digits, hyphens and underscores.';
    complain(reader, path, { code: 'config.value', what, because: 'that is no name of a target', remedy });
  }
  if (value !== null && value !== undefined && !isMap(value)) {
    const remedy = 'Write inputs below it, each with its value: project_id at least.';
    complain(reader, path, { code: 'config.value', what, because: 'it holds no keys', remedy });
    return [];
  }
  const own = readEntries(reader, value ?? {}, { path, whose: `of ${what}` });
  const said = new Map([...defaults.said, ...own.said]);
  const unread = [...new Set([...own.unread, ...defaults.unread.filter((one) => !own.said.has(one))])];
  if (!said.has('project_id') && !unread.includes('project_id')) {
    complain(reader, path, {
      ...{ code: 'config.missing', what, because: 'it has no project_id' },
      remedy: 'Write the ID of its project: project_id.',
    });
    unread.push('project_id');
  }
  return [{ name, place: reader.parsed.keyPlaceOf(path), said, unread }];
}

interface Where {
  readonly path: Path;
  readonly whose: string;
}

function readEntries(reader: Reader, map: Readonly<Record<string, unknown>>, { path, whose }: Where): Entries {
  const said = new Map<string, Said>();
  const unread: string[] = [];
  for (const [key, value] of Object.entries(map)) {
    const at = [...path, key];
    const what = `${key} ${whose}`;
    const row = inputs.get(key);
    const wrong = row === undefined ? wrongKey(key) : undefined;
    const texts = textsIn(value);
    if (wrong?.code === 'config.secret' || texts.some(looksSecret)) reader.secrets.push(...texts);
    if (wrong !== undefined) complain(reader, at, { ...wrong, what });
    if (row === undefined) continue;
    if (value === undefined) {
      unread.push(key); // An alias, of which is told already.
      continue;
    }
    const read = readValue(row, value);
    if ('text' in read)
      said.set(key, { text: read.text, place: reader.parsed.placeOf(at), isDefault: path[0] === 'defaults' });
    else {
      complain(reader, at, { ...read.wrong, what });
      unread.push(key);
    }
  }
  return { said, unread };
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(textsIn);
  return typeof value === 'string' || typeof value === 'number' ? [String(value)] : [];
}
