/** Actions variables. */
import type { Context, Reply, Request } from '../engine/route.ts';
import { readAudience } from './audience.ts';
import { checkRoom, entryHandlers, findEntry } from './entries.ts';
import { gitHub } from './envelope.ts';
import { checkSize, nameOf, readStrings, spellName } from './names.ts';
import type { OpenStore, StoreHandler } from './stores.ts';

const fields = ['name', 'value'] as const;

function createVariable(request: Request, context: Context, store: OpenStore): Reply {
  const { isShared } = store.kind;
  const required = isShared ? ([...fields, 'visibility'] as const) : fields;
  const given = readStrings(request, { required, known: fields, isShared });
  const name = spellName(given.name ?? '', 'Variable');
  const value = given.value ?? '';
  checkSize(value);
  const audience = readAudience(request, context, { store, before: {} });
  if (store.state.variables[name] !== undefined) throw gitHub(409, 'Already exists - Variable already exists');
  checkRoom(store);
  store.state.variables[name] = { value, createdAt: context.now, updatedAt: context.now, ...audience };
  return { status: 201, body: {} };
}

/** Changes the value, the name, who may use it, or all of these. */
function updateVariable(request: Request, context: Context, store: OpenStore): Reply {
  const variable = findEntry(request, store);
  const given = readStrings(request, { required: [], known: fields, isShared: store.kind.isShared });
  const name = given.name === undefined ? nameOf(request) : spellName(given.name, 'Variable');
  const { createdAt } = variable;
  const value = given.value ?? variable.value;
  checkSize(value);
  const audience = readAudience(request, context, { store, before: variable });
  const { variables } = store.state;
  if (name !== nameOf(request) && variables[name] !== undefined)
    throw gitHub(409, 'Already exists - Variable already exists');
  const others = Object.entries(variables).filter(([one]) => one !== nameOf(request));
  const changed = { value, createdAt, updatedAt: context.now, ...audience };
  store.state.variables = Object.fromEntries([...others, [name, changed]]);
  return { status: 204 };
}

export const variableHandlers: Readonly<Record<string, StoreHandler>> = {
  ...entryHandlers,
  'POST ': createVariable,
  'PATCH /{name}': updateVariable,
};
