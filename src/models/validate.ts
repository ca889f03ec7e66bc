import { isModelFindingId } from './findings.ts';
import { explain, explainApiError } from '../errors/explain.ts';
import type { Problem } from '../errors/diagnostic.ts';
import type { ModelInputs } from '../inputs/options.ts';
import type { Target } from '../inputs/target.ts';
import type { Clock } from '../time.ts';
import type { AsSegment } from './account.ts';
import type { BaseReference } from './base.ts';
import { NOT_COMPARED, compare, previousOf, removedFrom } from './compare.ts';
import type { Compared, Reference, ReferenceModel } from './compare.ts';
import type { Loaded } from './file.ts';
import { judge } from './judge.ts';
import type { Expected } from './judge.ts';
import { locate } from './location.ts';
import type { Model, ModelFinding, ModelResult, ModelsReport, QueryFacts } from './model.ts';
import { offlineFindings } from './offline.ts';
import { needsTables, override, overridesOf } from './overrides.ts';
import type { Overridden, Overrides } from './overrides.ts';
import { refusedFinding } from './refused.ts';
import { trierOf } from './try.ts';
import { countAll } from './unique.ts';
import type { Runnable } from './unique.ts';
import type { Answer, Candidate, Trier } from './try.ts';

/** From models to what is said of them: offline, as the account, and compared with what they were. */

/** What they are compared with, or why there is nothing. */
export type Based = BaseReference | { readonly whyNot: string };

/** What models are validated with. */
export interface Validating {
  readonly target: Target;
  readonly inputs: ModelInputs;
  readonly loaded: Loaded;
  readonly based: () => Promise<Based>;
  readonly clock: Clock;
}

/** What was found, and why it is not all that could be. */
export interface Validated {
  readonly report: ModelsReport;
  /** What kept the models from being tried, although this run may. */
  readonly problems: readonly Problem[];
}

/** Asks nobody. @param whyNot - why nobody is asked */
export async function validateOffline(validating: Validating, whyNot: string): Promise<ModelsReport> {
  const none: Tried = { answers: new Map(), overridden: new Map(), uniqueness: new Map(), billed: undefined };
  return reportOf(validating, none, { whyNot });
}

/** @param acting - the account, or why this run cannot act as it */
export async function validate(validating: Validating, acting: AsSegment): Promise<Validated> {
  if ('whyNot' in acting) {
    const report = await validateOffline(validating, acting.whyNot);
    const { refused } = acting;
    return { report, problems: refused === undefined ? [] : [explainApiError(refused)] };
  }
  try {
    const located = await locate(await acting.cloud(), validating.target);
    if ('problem' in located) {
      return { report: await validateOffline(validating, located.problem.because), problems: [located.problem] };
    }
    const { location } = located;
    const trier = trierOf(acting, location, validating.clock);
    const tried = await tryModels(validating, trier, location);
    return { report: await reportOf(validating, tried, { how: `${acting.how}, in ${location}` }), problems: [] };
  } catch (error) {
    const problems = explain(error);
    const why = problems.map(({ because }) => because).join('; ');
    return { report: await validateOffline(validating, why), problems };
  }
}

/** What came of trying. */
interface Tried {
  /** By the text of the query. */
  readonly answers: ReadonlyMap<string, Answer>;
  /** By the name of the model: what was tried in the place of its query. */
  readonly overridden: ReadonlyMap<string, Overridden>;
  readonly uniqueness: ReadonlyMap<string, readonly ModelFinding[]>;
  readonly billed: number | undefined;
  /** Where. */
  readonly location?: string;
}

/** What makes a dry run say less than what is known already. */
const HOPELESS: readonly string[] = ['file', 'statements', 'unclosed', 'parameters'];

function isWorthTrying(model: Model): boolean {
  return !offlineFindings(model).some(({ id }) => HOPELESS.includes(id));
}

async function tryModels(validating: Validating, trier: Trier, location: string): Promise<Tried> {
  const { loaded, inputs, target } = validating;
  const models = loaded.models.filter(isWorthTrying);
  const overrides = overridesOf(inputs.datasetOverrides, target.projectId);
  const overridden = await overrideAll(models, overrides, { trier, projectId: target.projectId });
  const based = await validating.based();
  const now = models.map((model): Candidate => ({
    query: overridden.get(model.name)?.text ?? model.query.text,
    what: whatOf(model),
  }));
  const before = 'whyNot' in based ? [] : models.flatMap((model) => beforeOf(model, based));
  const answers = await trier.tryAll([...now, ...before]);
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

function beforeOf(model: Model, based: BaseReference): Candidate[] {
  const previous = previousOf(model, based);
  return previous === undefined || !isComparable(model, based)
    ? []
    : [{ query: previous.query, what: `${whatOf(model)} as it was` }];
}

/** A base without its manifest tells nothing of dbt models. */
function isComparable({ query }: Model, { hasManifest }: BaseReference): boolean {
  return query.madeFrom === undefined || hasManifest;
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

async function reportOf(validating: Validating, tried: Tried, trying: ModelsReport['trying']): Promise<ModelsReport> {
  const { loaded, inputs } = validating;
  const based = await validating.based();
  const reference = 'whyNot' in based ? undefined : based;
  const models = loaded.models.map((model) => resultOf(validating, model, { tried, reference }));
  return {
    models: [...models, ...(reference === undefined ? [] : removed(reference, loaded))],
    findings: loaded.findings,
    trying,
    comparing: 'whyNot' in based ? based : { with: based.what },
    billed: tried.billed,
    pricePerTib: inputs.pricePerTib,
  };
}

/** A file that cannot be read may hold the models that are missing. */
function removed(reference: Reference, { models, findings }: Loaded): ModelResult[] {
  const unread = new Set(findings.map(({ place }) => place.file));
  return removedFrom(reference, models)
    .filter(({ model }) => !unread.has(model.place.file))
    .map(({ model, finding: told }) => ({
      ...{ name: model.name, place: model.place, facts: undefined, tried: false, findings: [told] },
      change: { ...NOT_COMPARED, kind: 'removed' },
    }));
}

interface Around {
  readonly tried: Tried;
  readonly reference: BaseReference | undefined;
}

function resultOf(validating: Validating, model: Model, { tried, reference }: Around): ModelResult {
  const sent = tried.overridden.get(model.name);
  const answer = tried.answers.get(sent?.text ?? model.query.text);
  const facts = answer !== undefined && 'facts' in answer ? answer.facts : undefined;
  const compared = comparedWith({ model, facts }, tried, reference);
  const findings = [
    ...offlineFindings(model),
    ...(sent?.findings ?? []),
    ...(answer === undefined ? [] : findingsOf(validating, model, { answer, sent, location: tried.location ?? '' })),
    ...(tried.uniqueness.get(model.name) ?? []),
    ...compared.findings,
  ];
  return {
    ...{ name: model.name, place: model.places.model, change: compared.change, facts },
    tried: answer !== undefined && ('facts' in answer || answer.error.code !== undefined),
    findings: findings.map((one) => allowedBy(model, one)).sort(byPlace),
  };
}

function expectedOf({ target, inputs }: Validating): Expected {
  return { sourceDatasets: target.access.sourceDatasets, maxBytes: inputs.maxBytes };
}

function findingsOf(
  validating: Validating,
  model: Model,
  { answer, sent, location }: { answer: Answer; sent: Overridden | undefined; location: string },
): ModelFinding[] {
  if ('facts' in answer) {
    return judge(model, answer.facts, expectedOf(validating));
  }
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
  reference: BaseReference | undefined,
): Compared {
  if (reference === undefined || !isComparable(model, reference)) return { change: NOT_COMPARED, findings: [] };
  const previous: ReferenceModel | undefined = previousOf(model, reference);
  const answer = previous === undefined ? undefined : answers.get(previous.query);
  const before = answer !== undefined && 'facts' in answer ? answer.facts : undefined;
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

/** Models that may be published: nothing is wrong with them. */
export function publishable(loaded: Loaded, { models }: ModelsReport): Model[] {
  const wrong = new Set(
    models.filter(({ findings }) => findings.some(({ weight }) => weight === 'error')).map(({ name }) => name),
  );
  return loaded.models.filter(({ name }) => !wrong.has(name));
}
