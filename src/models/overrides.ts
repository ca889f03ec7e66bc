import { finding } from './finding.ts';
import { mentionsOf } from './mentions.ts';
import type { Mention } from './mentions.ts';
import type { ModelFinding, Query } from './model.ts';

/**
 * Datasets that stand in for others in a query. Without a parser a name is replaced only where it cannot be anything but a
 * table: right after FROM, JOIN and the commas between them; and in backticks elsewhere, if a dry run names it. Pure.
 */

/** `project.dataset` → `project.dataset`. */
export type Overrides = ReadonlyMap<string, string>;

/** @param lines - `FROM=TO`; a bare dataset is one of the project itself */
export function overridesOf(lines: readonly string[], projectId: string): Overrides {
  const inFull = (name: string): string => (name.includes('.') ? name : `${projectId}.${name}`);
  return new Map(
    lines.map((line) => {
      const [from = '', to = ''] = line.split('=').map((part) => inFull(part.trim()));
      return [from, to];
    }),
  );
}

/** A query as it is tried. */
export interface Overridden {
  readonly text: string;
  /** Where an offset in it lies in the query as it was. */
  readonly inOriginal: (offset: number) => number;
  readonly findings: readonly ModelFinding[];
}

/** Whether it takes a dry run of the query as it is to tell what is a table. */
export function needsTables(query: Query, overrides: Overrides, projectId: string): boolean {
  return mentionsOf(query.text, overrides, projectId).some(({ kind }) => kind === 'quoted');
}

/** @param tables - that the query reads as it is, as a dry run names them; undefined = that is not known */
export function override(
  query: Query,
  overrides: Overrides,
  projectId: string,
  tables?: readonly string[],
): Overridden {
  const mentions = mentionsOf(query.text, overrides, projectId);
  const isClear = ({ kind, table }: Mention): boolean =>
    kind === 'table' || (kind === 'quoted' && tables?.includes(table) === true);
  const findings = mentions.filter((one) => !isClear(one)).map((one) => unclear(query, one, overrides));
  return { ...replaced(query.text, mentions.filter(isClear), overrides), findings };
}

function unclear(query: Query, { at, table }: Mention, overrides: Overrides): ModelFinding {
  const from = table.slice(0, table.lastIndexOf('.'));
  const message = `Whether ${table} names a table here is not clear, so that it was not tried on ${overrides.get(from) ?? ''}. Write the table right after FROM or JOIN.`;
  return finding('override-unclear', query.placeAt(at), message);
}

function replaced(text: string, mentions: readonly Mention[], overrides: Overrides): Omit<Overridden, 'findings'> {
  const pieces: { readonly text: string; readonly from: number; readonly isKept: boolean }[] = [];
  let done = 0;
  for (const { at, end, table } of mentions) {
    const split = table.lastIndexOf('.');
    const to = overrides.get(table.slice(0, split)) ?? table.slice(0, split);
    pieces.push({ text: text.slice(done, at), from: done, isKept: true });
    pieces.push({ text: `\`${to}.${table.slice(split + 1)}\``, from: at, isKept: false });
    done = end;
  }
  pieces.push({ text: text.slice(done), from: done, isKept: true });
  return {
    text: pieces.map((piece) => piece.text).join(''),
    inOriginal: (offset) => {
      let start = 0;
      for (const piece of pieces) {
        const within = offset - start;
        if (within < piece.text.length) return piece.from + (piece.isKept ? within : 0);
        start += piece.text.length;
      }
      return text.length;
    },
  };
}
