import { previousOf } from './compare.ts';
import { judge } from './judge.ts';
import type { Model } from './model.ts';
import { offlineFindings } from './offline.ts';
import { needsTables, override, overridesOf } from './overrides.ts';
import type { Overridden, Overrides } from './overrides.ts';
import type { MaybeCompared } from './reference.ts';
import type { Candidate, Trier } from './try.ts';
import { countAll } from './unique.ts';
import type { Runnable } from './unique.ts';
import { expectedOf } from './validating.ts';
import type { Tried, Validating } from './validating.ts';

/** Every query that is worth it, tried as the account: as it is, as it was, and what runs in Segment. */

/** With what, and where. */
export interface Trial {
  readonly trier: Trier;
  readonly location: string;
  readonly reference: MaybeCompared;
  /** Queries that are tried in the same go. */
  readonly besides: readonly Candidate[];
}

/** What makes a dry run say less than what is known already. */
const HOPELESS: readonly string[] = ['file', 'statements', 'unclosed', 'parameters'];

function isWorthTrying(model: Model): boolean {
  return !offlineFindings(model).some(({ id }) => HOPELESS.includes(id));
}

export async function tryModels(
  validating: Validating,
  { trier, location, reference, besides }: Trial,
): Promise<Tried> {
  const { loaded, inputs, target } = validating;
  const models = loaded.models.filter(isWorthTrying);
  const overrides = overridesOf(inputs.datasetOverrides, target.projectId);
  const overridden = await overrideAll(models, overrides, { trier, projectId: target.projectId });
  const now = models.map((model): Candidate => ({
    query: overridden.get(model.name)?.text ?? model.query.text,
    what: whatOf(model),
  }));
  const before = 'whyNot' in reference ? [] : models.flatMap((model) => beforeOf(model, reference));
  const answers = await trier.tryAll([...now, ...before, ...besides]);
  const runnable = models.flatMap((model): Runnable[] => {
    const query = overridden.get(model.name)?.text ?? model.query.text;
    const answer = answers.get(query);
    if (answer === undefined || !('facts' in answer)) return [];
    // What is wrong already need not be paid for.
    const isSound = judge(model, answer.facts, expectedOf(validating)).every(({ weight }) => weight !== 'error');
    return isSound ? [{ model, query, facts: answer.facts }] : [];
  });
  const counted = await countAll(runnable, { trier, maxBytes: inputs.maxBytes });
  return { answers, overridden, location, ...counted };
}

function whatOf({ name }: Model): string {
  return `the model ${name}`;
}

function beforeOf(model: Model, reference: Exclude<MaybeCompared, { whyNot: string }>): Candidate[] {
  const query = previousOf(model, reference)?.query;
  return query === undefined ? [] : [{ query, what: `${whatOf(model)} as it was` }];
}

interface Overriding {
  readonly trier: Trier;
  readonly projectId: string;
}

/** Only where it takes the tables of the query as it is, that is tried first. */
async function overrideAll(
  models: readonly Model[],
  overrides: Overrides,
  { trier, projectId }: Overriding,
): Promise<Map<string, Overridden>> {
  if (overrides.size === 0) return new Map();
  const unclear = models.filter(({ query }) => needsTables(query, overrides, projectId));
  const answers = await trier.tryAll(unclear.map((model) => ({ query: model.query.text, what: whatOf(model) })));
  return new Map(
    models.map((model) => {
      const answer = answers.get(model.query.text);
      const tables = answer !== undefined && 'facts' in answer ? answer.facts.tables : undefined;
      return [model.name, override(model.query, overrides, projectId, tables)];
    }),
  );
}
