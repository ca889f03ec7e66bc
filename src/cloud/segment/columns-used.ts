/** Which columns of a model a mapping names: in paths, templates, whatever is nested in directives, and its trigger. Pure. */

/** Columns, each with the field that takes it. */
export interface ColumnsUsed {
  readonly uses: readonly Use[];
  /** Whether it takes all columns as they come. */
  readonly takesAll: boolean;
}

export interface Use {
  readonly column: string;
  /** `traits.plan`, `trigger` */
  readonly takenBy: string;
}

/** Levels: what is nested deeper is not looked into, and may name any column. */
const DEEPEST = 64;

/**
 * A directive that nobody here knows is walked like any other: a column counts as used rather than not.
 *
 * @param settings - fields of the action, each a value or a directive
 * @param trigger - FQL
 */
export function columnsUsed(settings: Readonly<Record<string, unknown>>, trigger: string): ColumnsUsed {
  const found: Found[] = [];
  for (const [taker, value] of Object.entries(settings)) walk(value, { taker, depth: 0, found });
  // A condition that names no column tests the event alone.
  const tested = accessesIn(trigger).filter((column) => column !== undefined);
  const taken = [...found, ...tested.map((column) => ({ column, takenBy: 'trigger' }))];
  const uses = taken.flatMap(({ column, takenBy }) => (column === undefined ? [] : [{ column, takenBy }]));
  const distinct = new Map(uses.map((use) => [JSON.stringify([use.column, use.takenBy]), use]));
  return { uses: [...distinct.values()], takesAll: taken.some(({ column }) => column === undefined) };
}

/** undefined = all of them. */
type Taken = string | undefined;

interface Found {
  readonly column: Taken;
  readonly takenBy: string;
}

interface Walk {
  /** The field that is filled. */
  readonly taker: string;
  readonly depth: number;
  readonly found: Found[];
}

function walk(value: unknown, { taker, depth, found }: Walk): void {
  if (typeof value === 'string') {
    found.push(...columnsIn(value).map((column) => ({ column, takenBy: taker })));
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  if (depth >= DEEPEST) {
    found.push({ column: undefined, takenBy: taker });
    return;
  }
  const isDirective = Array.isArray(value) || Object.keys(value).some((key) => key.startsWith('@'));
  for (const [key, inner] of Object.entries(value)) {
    // What a directive holds says how its field is filled, and is no field itself.
    walk(inner, { taker: isDirective || depth > 0 ? taker : `${taker}.${key}`, depth: depth + 1, found });
  }
}

/** Of a path that is the whole text; else wherever a template, or whatever else, names properties. */
function columnsIn(text: string): Taken[] {
  const trimmed = text.trim();
  if (/^\$(?:$|[.[])/.test(trimmed)) return columnAt(trimmed);
  // The bare word may stand in any text: it takes all columns only where something is filled in.
  const isTemplate = text.includes('{{');
  return accessesIn(text).filter((column) => column !== undefined || isTemplate);
}

/** `$.properties.COLUMN…`, `$['properties']['COLUMN']`; `$.properties`, `$.` and `$` are all of them. */
function columnAt(path: string): Taken[] {
  const [first, second] = namesIn(path.slice(1));
  if (first === undefined) return [undefined];
  return first === 'properties' ? [second] : []; // Else it is of the message itself, or of an item of a list.
}

/** Names as a path joins them: after a period, or in brackets. */
function namesIn(path: string): string[] {
  const step = /\[(?:\s*'([^'[\]]*)'\s*|\s*"([^"[\]]*)"\s*|([^'"[\]]*))\]|([^.[\]]+)/g;
  return [...path.matchAll(step)].flatMap(([, single, double, bare, plain]) => {
    const name = (single ?? double ?? bare ?? plain ?? '').trim().replace(/^`(.*)`$/, '$1');
    return name === '' ? [] : [name];
  });
}

/** `properties.COLUMN`, `properties["COLUMN"]`, with or without `$.` before it. */
const ACCESS =
  /(?<![\p{L}\p{N}_$.])(?:\$\.)?properties((?:\.[\p{L}\p{N}_-]+|\.`[^`]*`|\.?\[(?:\s*'[^'[\]]*'\s*|\s*"[^"[\]]*"\s*|[^\]'"[]*)\])*)/gu;

function accessesIn(text: string): Taken[] {
  return [...text.matchAll(ACCESS)].map(([, path = '']) => namesIn(path)[0]);
}
