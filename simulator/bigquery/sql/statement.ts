/** The statements that this world understands. */

/** A table or dataset as a statement names it, part by part. */
export type Path = readonly string[];

/** What a SELECT lists or compares. */
export type Expression =
  | { readonly kind: 'literal'; readonly type: string; readonly value: string | null }
  | { readonly kind: 'column'; readonly name: string; readonly at: string }
  | { readonly kind: 'count' }
  | { readonly kind: 'session user' };

export interface SelectItem {
  readonly expression: Expression | { readonly kind: 'all' };
  readonly alias: string | undefined;
}

export interface Select {
  readonly kind: 'select';
  readonly items: readonly SelectItem[];
  readonly from: Path | undefined;
  /** By what name columns may be qualified. */
  readonly alias: string | undefined;
  /** Pairs of what is compared; all must hold. */
  readonly where: readonly (readonly [Expression, Expression])[];
  readonly limit: number | undefined;
}

export interface CreateSchema {
  readonly kind: 'create schema';
  readonly path: Path;
  readonly ifNotExists: boolean;
  /** Fields of a dataset. */
  readonly options: Readonly<Record<string, unknown>>;
}

export interface CreateTable {
  readonly kind: 'create table';
  readonly path: Path;
  readonly orReplace: boolean;
  readonly ifNotExists: boolean;
  readonly columns: readonly { readonly name: string; readonly type: string; readonly isRequired: boolean }[];
}

export interface Drop {
  readonly kind: 'drop schema' | 'drop table';
  readonly path: Path;
  readonly ifExists: boolean;
  readonly cascade: boolean;
}

export interface GrantOrRevoke {
  readonly kind: 'grant' | 'revoke';
  readonly roles: readonly string[];
  readonly path: Path;
  readonly members: readonly string[];
}

export type Statement = Select | CreateSchema | CreateTable | Drop | GrantOrRevoke;
