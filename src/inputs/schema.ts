import type { InputRow, Rows, ValuesOf } from './row.ts';
import { delivery, keyLife } from './schema/delivery.ts';
import { fleet } from './schema/fleet.ts';
import { models } from './schema/models.ts';
import { reporting } from './schema/reporting.ts';
import { consent, identity, task, tokens, verification } from './schema/run.ts';
import { segment } from './schema/segment.ts';
import { access, names, project, proof } from './schema/target.ts';

/** Every input of action.yml, by what it belongs to. Pure data. */

/** What is wanted. A Target is made of these alone. */
export const targetInputs = { project, access, names, delivery, segment, keyLife, proof } as const;

/** What one run does, as whom, and how it reports. */
export const runInputs = { task, identity, tokens, verification, models, consent, reporting, fleet } as const;

/** What a review covers, and so the digest: the target, and what a user opts in to. */
export const reviewedInputs = { ...targetInputs, consent } as const;

/** All of them, in the order of action.yml, of the README and of problems. */
export const inputGroups: typeof targetInputs & typeof runInputs = {
  task,
  project,
  access,
  identity,
  names,
  delivery,
  segment,
  tokens,
  keyLife,
  verification,
  proof,
  models,
  consent,
  reporting,
  fleet,
};

export type TargetValues = ValuesOfGroups<typeof targetInputs>;
export type RunValues = ValuesOfGroups<typeof runInputs>;
export type InputValues = TargetValues & RunValues;

/** Rows by groups, as above. */
export type Groups = Readonly<Record<string, Rows>>;

type ValuesOfGroups<G extends Groups> = { readonly [Group in keyof G]: ValuesOf<G[Group]> };

export function rowsOf(groups: Groups): readonly InputRow[] {
  return Object.values(groups).flatMap((rows) => Object.values(rows));
}
