import { LineCounter, isAlias, isMap, isPair, isScalar, isSeq, parseDocument } from 'yaml';
import type { Document, Node, Scalar } from 'yaml';
import { alignment } from './alignment.ts';
import type { Place, Query } from './model.ts';
import { queryInLines, withoutReturns } from './places.ts';

/**
 * YAML and JSON as plain values, with the place of each. Loaded late: few runs read any. Nothing is ever built of aliases, so
 * that none can make a small file big; nothing in a text is run, and no tag counts.
 */

/** Where one value is: keys and indexes from the root. */
export type Path = readonly (string | number)[];

export interface Parsed {
  readonly value: unknown;
  /** Of a value, or of the nearest thing around it that is there. */
  readonly placeOf: (path: Path) => Place;
  /** Of its key; else of itself. */
  readonly keyPlaceOf: (path: Path) => Place;
  /** A text in it as a query; undefined = there is no text. */
  readonly queryAt: (path: Path) => Query | undefined;
  /** What is wrong with the syntax; the value is then not to be used. */
  readonly mistakes: readonly Mistake[];
}

export interface Mistake {
  readonly place: Place;
  /** A sentence. */
  readonly message: string;
}

/** Levels and values of a file: none of models or targets comes near. */
const DEEPEST = 12;
const MOST_VALUES = 100_000;
const MOST_MISTAKES = 10;

/** @param file - as places name it */
export function parseYaml(file: string, text: string): Parsed {
  try {
    return read(file, text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const place = { file, line: 1, column: 1 };
    const nowhere = (): Place => place;
    const mistakes = [{ place, message: 'This YAML is nested too deep.' }];
    return { value: undefined, placeOf: nowhere, keyPlaceOf: nowhere, queryAt: () => undefined, mistakes };
  }
}

function read(file: string, text: string): Parsed {
  const counter = new LineCounter();
  const document = parsed(text, counter);
  const reader = new Reader(file, text, counter, document);
  const value = document.errors.length === 0 ? reader.read(document.contents, [], 0) : undefined;
  const syntax = document.errors.slice(0, MOST_MISTAKES).map(({ message, pos }) => ({
    place: reader.placeAt(pos[0]),
    message: `This is no YAML: ${message.split('\n')[0] ?? ''}.`.replace(/\.\.$/, '.'),
  }));
  return {
    value,
    placeOf: (path) => reader.placeOf(path, reader.values),
    keyPlaceOf: (path) => reader.placeOf(path, reader.keys),
    queryAt: (path) => reader.queryAt(path),
    mistakes: [...syntax, ...reader.mistakes].slice(0, MOST_MISTAKES),
  };
}

/** Each of thousands of mistakes would be given a stack trace, which takes longer than to find it. */
function parsed(text: string, lineCounter: LineCounter): Document {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    // Whether a key stands twice is looked for below: the library compares each with each.
    return parseDocument(text, { lineCounter, uniqueKeys: false, prettyErrors: false, logLevel: 'silent' });
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

class Reader {
  readonly values = new Map<string, number>();
  readonly keys = new Map<string, number>();
  readonly mistakes: Mistake[] = [];
  readonly #texts = new Map<string, Scalar>();
  readonly #file: string;
  readonly #source: string;
  readonly #counter: LineCounter;
  readonly #document: Document;
  #count = 0;

  constructor(file: string, source: string, counter: LineCounter, document: Document) {
    this.#file = file;
    this.#source = source;
    this.#counter = counter;
    this.#document = document;
  }

  read(node: unknown, path: Path, depth: number): unknown {
    if (node === null || node === undefined) return null;
    const at = (node as Node).range?.[0];
    if (at !== undefined) this.values.set(keyOf(path), at);
    this.#count += 1;
    if (depth <= DEEPEST && this.#count <= MOST_VALUES) return this.#readKnown(node as Node, path, depth);
    this.#complain(at, 'It is nested too deep, or holds too much.');
    return undefined;
  }

  #readKnown(node: Node, path: Path, depth: number): unknown {
    const target = isAlias(node) ? this.#resolved(node) : node;
    if (isMap(target)) return this.#readMap(target.items, path, depth);
    if (isSeq(target)) return target.items.map((item, index) => this.read(item, [...path, index], depth + 1));
    if (!isScalar(target)) return undefined;
    if (typeof target.value === 'string' && target === node) this.#texts.set(keyOf(path), target);
    return target.value;
  }

  #readMap(items: readonly unknown[], path: Path, depth: number): Record<string, unknown> {
    const made: Record<string, unknown> = {};
    for (const item of items) {
      if (!isPair(item)) continue;
      const key = isScalar(item.key) ? String(item.key.value) : undefined;
      const at = (item.key as Node | null)?.range?.[0];
      if (key === undefined) {
        this.#complain(at, 'This key is no text.');
        continue;
      }
      if (Object.hasOwn(made, key)) this.#complain(at, `The key ${key} stands here twice.`);
      if (at !== undefined) this.keys.set(keyOf([...path, key]), at);
      const value = this.read(item.value, [...path, key], depth + 1);
      Object.defineProperty(made, key, { value, enumerable: true, configurable: true, writable: true });
    }
    return made;
  }

  /** What an alias stands for, if that is a single value. */
  #resolved(alias: Node): unknown {
    const target = isAlias(alias) ? alias.resolve(this.#document) : undefined;
    if (isScalar(target)) return target;
    this.#complain(alias.range?.[0], 'This alias stands for more than one value, or for none: write the value itself.');
    return undefined;
  }

  #complain(at: number | undefined, message: string): void {
    this.mistakes.push({ place: this.placeAt(at ?? 0), message });
  }

  placeAt(offset: number): Place {
    const { line, col } = this.#counter.linePos(Math.min(offset, this.#source.length));
    return { file: this.#file, line: Math.max(1, line), column: Math.max(1, col) };
  }

  placeOf(path: Path, known: ReadonlyMap<string, number>): Place {
    const at = known.get(keyOf(path)) ?? this.values.get(keyOf(path));
    if (at !== undefined) return this.placeAt(at);
    return path.length === 0 ? this.placeAt(0) : this.placeOf(path.slice(0, -1), this.values);
  }

  queryAt(path: Path): Query | undefined {
    const scalar = this.#texts.get(keyOf(path));
    const [start, end] = scalar?.range ?? [];
    if (scalar === undefined || start === undefined || end === undefined) return undefined;
    const text = String(scalar.value);
    if (scalar.type === 'BLOCK_LITERAL') return this.#literal(text, start);
    const offsets = alignment(withoutReturns(text), this.#source, { start, end, type: scalar.type });
    return {
      text: withoutReturns(text),
      placeAt: (offset) => this.placeAt(offsets[Math.min(offset, offsets.length - 1)] ?? start),
    };
  }

  /** Line by line as it stands there, but for what it is indented by. */
  #literal(text: string, header: number): Query {
    const first = this.#counter.linePos(header).line + 1;
    const lines = this.#source.split(/\r?\n/);
    const at = text.split('\n').findIndex((line) => line.trim() !== '');
    const indent = (lines[first - 1 + at] ?? '').length - (text.split('\n')[at] ?? '').length;
    const column = Math.max(0, indent) + 1;
    return queryInLines(text, { file: this.#file, line: first, column }, column);
  }
}

function keyOf(path: Path): string {
  return JSON.stringify(path);
}
