/** The values of this chapter: what a model is, and what is said of it. */

import type { ModelFindingId, Weight } from './findings.ts';

/** A place in a file. Lines and columns count from 1, columns in UTF-16 code units, as editors and SARIF count them. */
export interface Place {
  /** From the workspace, with `/`. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The text of a query, and where each of its characters stands in a file. */
export interface Query {
  /** Lines end in `\n`, whatever they end in where they come from. */
  readonly text: string;
  /** @param offset - in `text`; its length and beyond name the end */
  readonly placeAt: (offset: number) => Place;
  /** Set where the text is made from the file, so that its lines are not the file's: `the compiled SQL`. */
  readonly madeFrom?: string;
}

/** A Reverse ETL model, as a file or a dbt manifest has it. */
export interface Model extends ModelOptions {
  readonly name: string;
  readonly description: string | undefined;
  readonly query: Query;
  readonly identifier: string;
  /** Whether Segment is to run it. */
  readonly enabled: boolean;
  readonly places: ModelPlaces;
}

/** What a model asks to be tried besides running. */
interface ModelOptions {
  /** Columns that must be there. */
  readonly columns: readonly string[];
  readonly maxBytes: number | undefined;
  /** Whether one real query counts how often the identifier repeats. */
  readonly verifyUnique: boolean;
  /** Findings that are meant. */
  readonly allow: readonly ModelFindingId[];
  readonly previousName: string | undefined;
}

/** Where the parts of a model stand. */
export interface ModelPlaces {
  readonly model: Place;
  readonly identifier: Place;
  /** Of each name in `columns`. */
  readonly columns: readonly Place[];
  readonly maxBytes: Place;
  readonly verifyUnique: Place;
}

/** One thing that is said of a model, or of a file. */
export interface ModelFinding {
  readonly id: ModelFindingId;
  readonly weight: Weight;
  readonly place: Place;
  /** One sentence or more: what was found, and what to do. */
  readonly message: string;
  /** Set where the model allows it: it is told, and counts for nothing. */
  readonly isAllowed?: true;
}

/** A column that a query returns. */
export interface Column {
  readonly name: string;
  /** As GoogleSQL spells it: `INT64`, `ARRAY<STRUCT<x STRING>>`. */
  readonly type: string;
}

/** How sure BigQuery is of the bytes. */
export type Accuracy = 'PRECISE' | 'LOWER_BOUND' | 'UPPER_BOUND' | 'UNKNOWN';

/** What a query would do, as a dry run tells. */
export interface QueryFacts {
  readonly statementType: string;
  readonly columns: readonly Column[];
  /** `project.dataset.table` */
  readonly tables: readonly string[];
  readonly routines: readonly string[];
  readonly bytes: number;
  readonly accuracy: Accuracy;
}

/** What became of a model since what it is compared with. */
export interface Change {
  readonly kind: 'new' | 'identifier' | 'query' | 'settings' | 'none' | 'removed' | 'not compared';
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Bytes that it read before; undefined = not known. */
  readonly bytesBefore: number | undefined;
}

/** What came of one model. */
export interface ModelResult {
  readonly name: string;
  readonly place: Place;
  readonly change: Change;
  /** undefined = it was not tried, or BigQuery refused it. */
  readonly facts: QueryFacts | undefined;
  /** Whether BigQuery was asked, and answered. */
  readonly tried: boolean;
  /** How often Segment reads it in a month, at least, by the schedules of its enabled mappings; undefined = not known. */
  readonly syncsAMonth: number | undefined;
  readonly findings: readonly ModelFinding[];
}

/** What came of all models. */
export interface ModelsReport {
  readonly models: readonly ModelResult[];
  /** About files and inputs, and no one model. */
  readonly findings: readonly ModelFinding[];
  /** How the models were tried: `by impersonation, in EU`; or why they were not. */
  readonly trying: { readonly how: string } | { readonly whyNot: string };
  /** What they were compared with: `the base commit 1f2e3d4`; or why they were not. */
  readonly comparing: { readonly with: string } | { readonly whyNot: string };
  /** Why Segment could not be read, although it was asked; undefined = it was, or nobody asked it. */
  readonly unreadInSegment: string | undefined;
  /** Bytes that were billed for `verify_unique`; undefined where no query ran. */
  readonly billed: number | undefined;
  /** US dollars for one TiB; undefined = no cost is shown. */
  readonly pricePerTib: number | undefined;
}

/** All findings of a report, those of files first. */
export function findingsIn({ models, findings }: Pick<ModelsReport, 'models' | 'findings'>): ModelFinding[] {
  return [...findings, ...models.flatMap((model) => model.findings)];
}
