import type { MaybeRunning } from '../destinations/segment/running.ts';
import { NOT_COMPARED, compare, previousOf, removedFrom } from './compare.ts';
import type { Compared } from './compare.ts';
import { isModelFindingId } from './findings.ts';
import { judge } from './judge.ts';
import type { Model, ModelFinding, ModelResult, ModelsReport, QueryFacts } from './model.ts';
import { offlineFindings } from './offline.ts';
import type { Overridden } from './overrides.ts';
import type { MaybeCompared } from './reference.ts';
import { syncsAMonthOf } from './reference-model.ts';
import { refusedFinding } from './refused.ts';
import type { Answer } from './try.ts';
import { expectedOf } from './validating.ts';
import type { Tried, Validating } from './validating.ts';

/** From what was tried to what is said of each model. Pure. */

/** What a report is made with besides. */
export interface Around {
  readonly trying: ModelsReport['trying'];
  readonly reference: MaybeCompared;
  readonly running: MaybeRunning | undefined;
}

export function reportOf(validating: Validating, tried: Tried, { trying, reference, running }: Around): ModelsReport {
  const { loaded, inputs } = validating;
  const models = loaded.models.map((model) => resultOf(validating, model, { tried, reference }));
  return {
    models: [...models, ...removed(reference, validating)],
    findings: loaded.findings,
    trying,
    comparing: 'whyNot' in reference ? reference : { with: reference.words },
    // What was asked for wrongly is an error of its own, and a source that is not there yet runs nothing.
    unreadInSegment:
      running !== undefined && 'whyNot' in running && running.fault === 'unread' ? running.whyNot : undefined,
    billed: tried.billed,
    pricePerTib: inputs.pricePerTib,
  };
}

/** A file that cannot be read may hold the models that are missing. */
function removed(reference: MaybeCompared, { loaded: { models, findings } }: Validating): ModelResult[] {
  if ('whyNot' in reference) return [];
  const unread = new Set(findings.map(({ place }) => place.file));
  return removedFrom(reference, models)
    .filter(({ finding: { place } }) => !unread.has(place.file))
    .map(({ name, finding: told }) => ({
      ...{ name, place: told.place, facts: undefined, tried: false, findings: [told], syncsAMonth: undefined },
      change: { ...NOT_COMPARED, kind: 'removed' },
    }));
}

function resultOf(
  validating: Validating,
  model: Model,
  { tried, reference }: { readonly tried: Tried; readonly reference: MaybeCompared },
): ModelResult {
  const sent = tried.overridden.get(model.name);
  const answer = tried.answers.get(sent?.text ?? model.query.text);
  const facts = factsIn(answer);
  const previous = 'whyNot' in reference ? undefined : previousOf(model, reference);
  const compared = comparedWith({ model, facts }, tried, reference);
  const findings = [
    ...offlineFindings(model),
    ...(sent?.findings ?? []),
    ...findingsOf(validating, model, { answer, sent, location: tried.location ?? '' }),
    ...(tried.uniqueness.get(model.name) ?? []),
    ...compared.findings,
  ];
  return {
    ...{ name: model.name, place: model.places.model, change: compared.change, facts },
    tried: isAnswered(answer),
    syncsAMonth: previous && syncsAMonthOf(previous),
    findings: findings.map((one) => allowedBy(model, one)).sort(byPlace),
  };
}

function factsIn(answer: Answer | undefined): QueryFacts | undefined {
  return answer !== undefined && 'facts' in answer ? answer.facts : undefined;
}

function isAnswered(answer: Answer | undefined): boolean {
  return answer !== undefined && ('facts' in answer || answer.error.code !== undefined);
}

function findingsOf(
  validating: Validating,
  model: Model,
  { answer, sent, location }: { answer: Answer | undefined; sent: Overridden | undefined; location: string },
): ModelFinding[] {
  if (answer === undefined) return [];
  if ('facts' in answer) return judge(model, answer.facts, expectedOf(validating));
  const { projectId, names, access } = validating.target;
  const refused = {
    ...{ query: model.query, sent: sent?.text ?? model.query.text, error: answer.error, liesIn: answer.liesIn },
    inOriginal: sent?.inOriginal ?? ((offset: number): number => offset),
  };
  return [refusedFinding(refused, { projectId, email: names.email, accessMode: access.mode, location })];
}

function comparedWith(
  { model, facts }: { model: Model; facts: QueryFacts | undefined },
  { answers }: Tried,
  reference: MaybeCompared,
): Compared {
  const nothing = { change: NOT_COMPARED, findings: [] };
  if ('whyNot' in reference) return nothing;
  const previous = previousOf(model, reference);
  if (previous === undefined && !reference.knows({ isCompiled: model.query.madeFrom !== undefined })) return nothing;
  const before = previous?.query === undefined ? undefined : factsIn(answers.get(previous.query));
  return compare({ model, facts }, previous && { model: previous, facts: before });
}

/** What is meant is told, and counts for nothing. */
function allowedBy({ allow }: Model, one: ModelFinding): ModelFinding {
  return isModelFindingId(one.id) && allow.includes(one.id) ? { ...one, weight: 'notice', isAllowed: true } : one;
}

const WEIGHTS = { error: 0, warning: 1, notice: 2 };

/** The gravest first, then as they stand in the file. */
function byPlace(one: ModelFinding, other: ModelFinding): number {
  return (
    WEIGHTS[one.weight] - WEIGHTS[other.weight] ||
    one.place.line - other.place.line ||
    one.place.column - other.place.column
  );
}
