import type { InputRow, Rows, ValuesOf } from './row.ts';
import { delivery, keyLife } from './schema/delivery.ts';
import { reporting } from './schema/reporting.ts';
import { consent, identity, task, tokens, verification } from './schema/run.ts';
import { access, names, project, proof } from './schema/target.ts';

/** Every input of action.yml, by what it belongs to. Pure data. */

/** What is wanted. The digest covers every row here, and only these and the consents make a Target. */
export const targetInputs = { project, access, names, delivery, keyLife, proof } as const;

/** What this run does, as whom, and how it reports. */
export const runInputs = { task, identity, tokens, verification, consent, reporting } as const;

/** What a review covers: the target, and what a user opts in to. */
export const reviewedInputs = { ...targetInputs, consent } as const;

export type TargetValues = GroupsOf<typeof targetInputs>;
export type RunValues = GroupsOf<typeof runInputs>;
export type InputValues = TargetValues & RunValues;

type GroupsOf<G extends Readonly<Record<string, Rows>>> = { readonly [Group in keyof G]: ValuesOf<G[Group]> };

/** In the order in which a reader wants to meet them. */
const inOrder: Readonly<Record<keyof InputValues, Rows>> = {
  task,
  project,
  access,
  identity,
  names,
  delivery,
  tokens,
  keyLife,
  verification,
  proof,
  consent,
  reporting,
};

/** Every input, in the order of action.yml and of the README. */
export const inputRows: readonly InputRow[] = Object.values(inOrder).flatMap((rows) => Object.values(rows));

/** What decides whether an input is part of a review, and of a target that several runs share. */
export type Scope = 'target' | 'run' | 'identity';

export function scopeOf(row: InputRow): Scope {
  const isIn = (rows: Rows): boolean => Object.values(rows).includes(row);
  if (Object.values(targetInputs).some(isIn)) return 'target';
  return isIn(identity) ? 'identity' : 'run';
}
