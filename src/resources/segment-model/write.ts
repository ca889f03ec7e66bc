import type { Model, ModelPatch, NewModel } from '../../cloud/segment/models.ts';
import type { PublicApi } from '../../cloud/segment/public-api.ts';
import type { Run } from '../../engine/resource.ts';
import { unreachable } from '../../engine/unreachable.ts';
import { isUnclear } from '../../errors/api-error.ts';
import { Blocked } from '../../errors/diagnostic.ts';
import { readModelMark, isOfRepository } from '../../ownership/model-mark.ts';
import { STEADY, once, poll } from '../../time.ts';
import { isSameText } from './design.ts';
import type { Match, ModelChange, ModelDesign } from './design.ts';
import { descriptionOf } from './examine.ts';
import type { ModelOptions } from './options.ts';
import { fewAtATime } from './queue.ts';

/** How models are written. Segment knows no etags: each is read again just before, and only what differs is sent. */

/** What is to be done to one model. */
export interface Writing {
  readonly design: ModelDesign;
  readonly match: Match;
  readonly changes: readonly ModelChange[];
  readonly run: Run;
}

export interface ModelWriter {
  readonly write: (writing: Writing) => Promise<void>;
  readonly remove: (model: Model) => Promise<void>;
}

/** Segment limits how often a token may call. */
const AT_A_TIME = 4;

export function modelWriter(options: ModelOptions): ModelWriter {
  const { publishing, side } = options;
  const inTurn = fewAtATime(AT_A_TIME);
  const sourceId = once(() => sourceIdOf(options));
  const prove = once(publishing.prove);
  // Since the plan, another run may have been quicker; and somebody may use what nobody used.
  const known = once(async () => (await side.api()).models(await sourceId()));
  const mappings = once(async () => (await side.api()).mappings(await sourceId()));
  const atTheEnd = once(async () => {
    const [api, id] = await Promise.all([side.api(), sourceId()]);
    const [models, used] = await Promise.all([api.models(id), api.mappings(id)]);
    return { models, used: new Set(used.map(({ modelId }) => modelId)) };
  });
  return {
    write: async (writing) => {
      await prove();
      await refuseUnsound(options, writing.design);
      await inTurn(async () => {
        const writer: Writer = { options, api: await side.api(), sourceId: await sourceId(), known, atTheEnd };
        const { match } = writing;
        if ('model' in match) await patch(writer, writing, match.model);
        else await create(writer, writing);
      });
    },
    remove: (model) =>
      inTurn(async () => {
        const using = (await mappings()).filter(({ modelId }) => modelId === model.id);
        if (using.length > 0) throw inUse(model, using.map(({ name }) => name).join(', '));
        const api = await side.api();
        const now = await api.model(model.id);
        if (now !== undefined && !isSameModel(now, model)) throw contested(model.name, 'it was changed since the plan');
        await api.removeModel(model);
      }),
  };
}

interface Writer {
  readonly options: ModelOptions;
  readonly api: PublicApi;
  readonly sourceId: string;
  /** Models of the source, as they were before the first one was created. */
  readonly known: () => Promise<readonly Model[]>;
  /** Models of the source, and ids of those that mappings use, once all are written. */
  readonly atTheEnd: () => Promise<{ readonly models: readonly Model[]; readonly used: ReadonlySet<string> }>;
}

async function sourceIdOf({ side }: ModelOptions): Promise<string> {
  const { sourceId } = side.progress;
  if (sourceId !== undefined) return sourceId;
  const looked = await side.relook();
  const id = looked.state === 'seen' ? looked.source?.id : undefined;
  if (id !== undefined) return id;
  throw contested(undefined, 'the source no longer exists');
}

/** That model alone: others are written. */
async function refuseUnsound({ publishing }: ModelOptions, { name }: ModelDesign): Promise<void> {
  const because = await publishing.whyUnsound(name);
  if (because === undefined) return;
  const remedy =
    'Only models that were tried as the service account, without an error, are written: see what the report says of it.';
  throw new Blocked([
    {
      ...{ severity: 'error', code: 'segment-model.unsound' },
      ...{ attempted: `write the model ${name} to Segment`, because, remedy },
    },
  ]);
}

/** Never sent twice: a lost answer is settled by listing. */
async function create(writer: Writer, { design, run }: Writing): Promise<void> {
  const { api, known, options, sourceId } = writer;
  const { publish } = options;
  const { enabled, identifier, name, query } = design;
  if ((await known()).some((model) => model.name === name))
    throw contested(name, 'a model of this name has appeared since the plan');
  const description = descriptionOf(publish, design, undefined);
  const made: NewModel = { sourceId, name, description, enabled, query, queryIdentifierColumn: identifier };
  const created = await orSettled(
    () => api.createModel(made),
    async () => {
      const models = await api.models(sourceId);
      const isOurs = (model: Model): boolean =>
        model.name === name && isOfRepository(readModelMark(model.description).mark, publish.repository);
      return models.find(isOurs);
    },
    run,
  );
  checkAnswer(created, made, name);
  run.confirm(() => leaveOne(writer, name, run));
}

/**
 * Segment has no guard against two runs that create the same model. Whoever looks last sees all of them, and each run that
 * sees several keeps the same one: that of before, one that a mapping uses, else the one with the smallest id.
 */
async function leaveOne({ api, atTheEnd, known, options }: Writer, name: string, run: Run): Promise<void> {
  const { models, used } = await atTheEnd();
  const { repository } = options.publish;
  const twins = models
    .filter((model) => model.name === name && isOfRepository(readModelMark(model.description).mark, repository))
    .sort((one, other) => (one.id < other.id ? -1 : 1));
  const before = new Set((await known()).map(({ id }) => id));
  const kept = twins.find(({ id }) => before.has(id)) ?? twins.find(({ id }) => used.has(id)) ?? twins[0];
  const others = twins.filter((model) => model !== kept);
  const needed = others.filter(({ id }) => before.has(id) || used.has(id));
  if (needed.length > 0) throw contested(name, 'two runs created it at the same moment, and mappings use both');
  for (const model of others) {
    await api.removeModel(model);
    run.say(`Another run created the model ${name} at the same moment: one of the two was deleted again.`);
  }
}

async function orSettled<T>(send: () => Promise<T>, find: () => Promise<T | undefined>, { clock }: Run): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (!isUnclear(error)) throw error;
    const found = await poll({ clock, within: STEADY, first: 1_000, most: 2_000 }, async () => {
      const value = await find();
      return value === undefined ? undefined : { value };
    });
    if (found === undefined) throw error;
    return found.value;
  }
}

async function patch({ api, options }: Writer, { changes, design }: Writing, planned: Model): Promise<void> {
  const now = await api.model(planned.id);
  if (now === undefined) throw contested(design.name, 'it was deleted since the plan');
  if (!isSameModel(now, planned)) throw contested(design.name, 'it was changed since the plan');
  const all = changes.map((change) => patchOf(change, design, { options, now }));
  const wanted: ModelPatch = Object.assign({}, ...all) as ModelPatch;
  if (Object.keys(wanted).length === 0) return;
  checkAnswer(await api.patchModel(planned, wanted), wanted, design.name);
}

function patchOf(
  change: ModelChange,
  design: ModelDesign,
  { options, now }: { readonly options: ModelOptions; readonly now: Model },
): ModelPatch {
  if ('adopt' in change) return { description: descriptionOf(options.publish, design, now) };
  if ('set' in change) {
    switch (change.set) {
      case 'name':
        return { name: design.name };
      case 'query':
        return { query: design.query };
      case 'identifier':
        return { queryIdentifierColumn: design.identifier };
      case 'description':
        return { description: descriptionOf(options.publish, design, now) };
      case 'enabled':
        return { enabled: design.enabled };
    }
  }
  if ('create' in change || 'delete' in change || 'leave' in change || 'byHand' in change) return {};
  return unreachable(change);
}

function isSameModel(one: Model, other: Model): boolean {
  return (
    one.name === other.name &&
    one.query === other.query &&
    one.identifier === other.identifier &&
    one.isEnabled === other.isEnabled &&
    one.description === other.description
  );
}

/** What an answer does not tell is not known; what it tells otherwise somebody else has written. */
function checkAnswer(model: Model, wanted: ModelPatch, name: string): void {
  const { description, enabled, query, queryIdentifierColumn: identifier } = wanted;
  const isOther =
    (query !== undefined && model.query !== undefined && !isSameText(query, model.query)) ||
    (identifier !== undefined && model.identifier !== undefined && identifier !== model.identifier) ||
    (enabled !== undefined && model.isEnabled !== undefined && enabled !== model.isEnabled) ||
    (description !== undefined && !isSameText(description, model.description));
  if (isOther) throw contested(name, "Segment's answer differs from what was sent");
}

/** @param name - of the model; undefined = whichever */
function contested(name: string | undefined, because: string): Blocked {
  const remedy =
    "Find out in Segment's audit trail who else changes it, make sure that only one of you does, and run again.";
  return new Blocked([
    {
      ...{ severity: 'error', code: 'segment-model.contested' },
      ...{
        attempted: name === undefined ? 'write the models to Segment' : `write the model ${name} to Segment`,
        because,
        remedy,
      },
    },
  ]);
}

function inUse({ id, name }: Model, using: string): Blocked {
  return new Blocked([
    {
      ...{ severity: 'error', code: 'segment-model.in-use', attempted: `delete the model ${name} (${id}) in Segment` },
      because: `since the plan, mappings use it: ${using}`,
      remedy: 'Delete these in Segment first, if the model is to go.',
    },
  ]);
}
