/** Actions variables of a repository. */
import { gitHub } from '../refusal.ts';
import type { Context, Reply, Request, Route } from '../route.ts';
import { openRepository } from './access.ts';
import { checkSize, nameOf, readStrings, spellName } from './names.ts';
import { page } from './paging.ts';
import type { RepositoryState, VariableState } from './state.ts';

const MOST_VARIABLES = 500;
const ALL = '/repos/{owner}/{repo}/actions/variables';

function answer(name: string, variable: VariableState): Record<string, string> {
  const { value, createdAt, updatedAt } = variable;
  return { name, value, created_at: new Date(createdAt).toISOString(), updated_at: new Date(updatedAt).toISOString() };
}

function find(request: Request, { variables }: RepositoryState): VariableState {
  const variable = variables[nameOf(request)];
  if (variable === undefined) throw gitHub(404, 'Not Found');
  return variable;
}

function listVariables(request: Request, context: Context): Reply {
  const variables = Object.entries(openRepository(request, context).variables)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, variable]) => answer(name, variable));
  return { status: 200, body: page('variables', variables, request, { usual: 10, most: 30 }) };
}

function getVariable(request: Request, context: Context): Reply {
  const variable = find(request, openRepository(request, context));
  return { status: 200, body: answer(nameOf(request), variable) };
}

function createVariable(request: Request, context: Context): Reply {
  const { variables } = openRepository(request, context);
  const fields = ['name', 'value'] as const;
  const given = readStrings(request, { required: fields, known: fields });
  const name = spellName(given.name ?? '', 'Variable');
  const value = given.value ?? '';
  checkSize(value);
  if (variables[name] !== undefined) throw gitHub(409, 'Already exists - Variable already exists');
  if (Object.keys(variables).length >= MOST_VARIABLES)
    throw gitHub(422, `A repository has at most ${String(MOST_VARIABLES)} variables.`);
  variables[name] = { value, createdAt: context.now, updatedAt: context.now };
  return { status: 201, body: {} };
}

/** Changes the value, the name, or both. */
function updateVariable(request: Request, context: Context): Reply {
  const repository = openRepository(request, context);
  const variable = find(request, repository);
  const given = readStrings(request, { required: [], known: ['name', 'value'] });
  const name = given.name === undefined ? nameOf(request) : spellName(given.name, 'Variable');
  const value = given.value ?? variable.value;
  checkSize(value);
  if (name !== nameOf(request) && repository.variables[name] !== undefined)
    throw gitHub(409, 'Already exists - Variable already exists');
  const others = Object.entries(repository.variables).filter(([one]) => one !== nameOf(request));
  repository.variables = Object.fromEntries([...others, [name, { ...variable, value, updatedAt: context.now }]]);
  return { status: 204 };
}

function deleteVariable(request: Request, context: Context): Reply {
  const repository = openRepository(request, context);
  find(request, repository);
  const name = nameOf(request);
  repository.variables = Object.fromEntries(Object.entries(repository.variables).filter(([one]) => one !== name));
  return { status: 204 };
}

export const variableRoutes: Route[] = [
  { on: `GET ${ALL}`, handle: listVariables },
  { on: `POST ${ALL}`, handle: createVariable },
  { on: `GET ${ALL}/{name}`, handle: getVariable },
  { on: `PATCH ${ALL}/{name}`, handle: updateVariable },
  { on: `DELETE ${ALL}/{name}`, handle: deleteVariable },
];
