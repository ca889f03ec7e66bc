import { listOf, path } from './ask.ts';
import type { AskSegment, Asking } from './ask.ts';
import { idOf, objectIn, optionalText } from './fields.ts';
import { orAbsent } from '../call.ts';

/** Models of Segment. All alpha, so read leniently: what is not told is unknown, never absent. */

export interface Model {
  readonly id: string;
  readonly sourceId: string;
  readonly name: string;
  readonly description: string;
  /** undefined = not told: it may sync. */
  readonly isEnabled: boolean | undefined;
  /** undefined = not told. */
  readonly query: string | undefined;
  readonly identifier: string | undefined;
}

/** All that Segment keeps of a model. */
export interface NewModel {
  readonly sourceId: string;
  readonly name: string;
  /** Never empty. */
  readonly description: string;
  readonly enabled: boolean;
  readonly query: string;
  readonly queryIdentifierColumn: string;
}

export type ModelPatch = Partial<Omit<NewModel, 'sourceId'>>;

/** The calls about models. Writes of a chosen state may be repeated; a creation never is. */
export interface ModelCalls {
  /** Models of one source, in the order of Segment. */
  readonly models: (sourceId: string) => Promise<Model[]>;
  /** undefined = there is none with this id. */
  readonly model: (id: string) => Promise<Model | undefined>;
  readonly createModel: (made: NewModel) => Promise<Model>;
  readonly patchModel: (model: Pick<Model, 'id' | 'name'>, change: ModelPatch) => Promise<Model>;
  /** One that is gone already is as good as deleted. */
  readonly removeModel: (model: Pick<Model, 'id' | 'name'>) => Promise<void>;
}

const VERSION = 'v1alpha';

export function modelCalls(ask: AskSegment): ModelCalls {
  const picked = (data: Record<string, unknown>): Model => modelOf(objectIn(data, 'reverseEtlModel'));
  return {
    models: (sourceId) => modelsOf(ask, sourceId),
    model: (id) => orAbsent(ask({ call: `read the model ${id} in Segment`, repeatable: true }, at('GET', id), picked)),
    createModel: (made) => {
      const asking = { method: 'POST', path: '/reverse-etl-models', version: VERSION, body: { ...made } } as const;
      return ask({ call: `create the model ${made.name} in Segment`, repeatable: false }, asking, picked);
    },
    patchModel: ({ id, name }, change) => {
      const asking = { ...at('PATCH', id), body: { ...change } };
      return ask({ call: `change the model ${name} (${id}) in Segment`, repeatable: true }, asking, picked);
    },
    removeModel: async ({ id, name }) => {
      const call = `delete the model ${name} (${id}) in Segment`;
      await orAbsent(ask({ call, repeatable: true }, at('DELETE', id), () => undefined));
    },
  };
}

function at(method: Asking['method'], id: string): Asking {
  return { method, path: path`/reverse-etl-models/${id}`, version: VERSION };
}

async function modelsOf(ask: AskSegment, sourceId: string): Promise<Model[]> {
  const asking = { path: '/reverse-etl-models', version: VERSION } as const;
  const pages = listOf(ask, { call: 'list the models in Segment', asking, part: 'models', pick: modelOf });
  const found: Model[] = [];
  for await (const page of pages) found.push(...page.filter((model) => model.sourceId === sourceId));
  return found;
}

function modelOf(model: Record<string, unknown>): Model {
  const { enabled } = model;
  return {
    id: idOf('model', model, 'id'),
    sourceId: idOf('model', model, 'sourceId'),
    name: optionalText(model, 'name') ?? '',
    description: optionalText(model, 'description') ?? '',
    isEnabled: typeof enabled === 'boolean' ? enabled : undefined,
    query: optionalText(model, 'query'),
    identifier: optionalText(model, 'queryIdentifierColumn'),
  };
}
