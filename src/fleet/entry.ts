import type { InputRow } from '../inputs/row.ts';
import { inputGroups, rowsOf } from '../inputs/schema.ts';
import { didYouMean } from '../inputs/nearest.ts';
import type { Complaint } from './problem.ts';

/** One value of the file, as the text that the input would be given in a step. Pure. */

const rows = new Map(rowsOf(inputGroups).map((row) => [row.input, row]));

/** What may stand in the file. */
export const fileInputs: readonly InputRow[] = [...rows.values()].filter(({ scope }) => scope !== 'run');
const names = fileInputs.map(({ input }) => input);

type Wrong = Omit<Complaint, 'what'>;

/** Whether a key may stand in the file; undefined = it may. A key that names a secret is told as such, whatever it holds. */
export function wrongKey(key: string): Wrong | undefined {
  if (names.includes(key)) return undefined;
  const row = rows.get(key);
  if (row?.secret !== undefined || (row === undefined && isOfSecret(key))) {
    return {
      code: 'config.secret',
      because: 'secrets never stand in this file',
      remedy:
        'Remove it and rotate the secret, because the history of the repository contains it. Pass secrets to the step as github_token, segment_token or credentials_json.',
    };
  }
  if (row !== undefined) {
    return {
      code: 'config.unknown',
      because: `${key} is an input of the run, not of a target`,
      remedy: `Set ${key} in the with block of the step.`,
    };
  }
  const meant = didYouMean(key, names);
  return {
    code: 'config.unknown',
    because: 'there is no such input',
    remedy: `${meant}docs/reference.md lists all inputs.`,
  };
}

function isOfSecret(key: string): boolean {
  return /token|passw|credential|private|api_?key|secret(?!_)|bearer/i.test(key) && !names.includes(key);
}

/** What was found in a value that is no value of its input. */
export type Read = { readonly text: string } | { readonly wrong: Wrong };

/** @param value - as YAML has it */
export function readValue(row: InputRow, value: unknown): Read {
  const isList = row.kind.json['type'] === 'array';
  if (Array.isArray(value)) return isList ? readList(row, value) : wrong('it is a list, but takes a single value', row);
  if (value === null) return wrong('it has no value', row);
  if (typeof value === 'object') return wrong('it has keys below it, but takes a single value', row);
  return readScalar(row, value);
}

function readList(row: InputRow, items: readonly unknown[]): Read {
  // An empty list stands for itself only where nothing else would be meant by it.
  if (items.length === 0)
    return row.default === '' ? { text: '' } : wrong('it is an empty list, which would mean the default', row);
  const read = items.map((item) =>
    typeof item === 'object' ? wrong('one of its items is no value', row) : readScalar(row, item),
  );
  const bad = read.find((one) => 'wrong' in one);
  if (bad !== undefined) return bad;
  const texts = read.map((one) => ('text' in one ? one.text : ''));
  if (texts.some((text) => text.includes('\n'))) return wrong('one of its items has several lines', row);
  return { text: texts.join('\n') };
}

function readScalar(row: InputRow, value: unknown): Read {
  const text = String(value).trim();
  if (looksSecret(text)) {
    return {
      wrong: {
        code: 'config.secret',
        because: 'its value looks like a secret',
        remedy: 'Secrets never stand in this file: remove it, and replace the secret.',
      },
    };
  }
  if (text === '') return wrong('it has no value', row);
  if (text.includes('${{')) return wrong('it holds an expression, and nothing evaluates expressions in this file', row);
  return { text };
}

function wrong(because: string, { input }: InputRow): Read {
  const remedy = `Write the value of ${input} itself, or remove the key.`;
  return { wrong: { code: 'config.value', because, remedy } };
}

/** As GitHub, Google and Segment shape theirs. */
const SECRETS = [
  /-----BEGIN [A-Z ]*PRIVATE KEY/,
  /"private_key"/,
  /\bgh[pousr]_[A-Za-z0-9]{20,}/,
  /\bgithub_pat_[A-Za-z0-9_]{20,}/,
  /\bsgp_[A-Za-z0-9]{20,}/,
  /\bya29\.[\w-]{10,}/,
  /\bAIza[\w-]{30,}/,
];

export function looksSecret(text: string): boolean {
  return SECRETS.some((shape) => shape.test(text));
}
