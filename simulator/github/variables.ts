/** Actions variables of a repository. */
import { record, text } from '../json.ts';
import { gitHub } from '../refusal.ts';
import type { Context, Request, Route } from '../route.ts';
import { openRepository } from './access.ts';
import { nameOf } from './secrets.ts';
import type { VariableState } from './state.ts';

const ALL = '/repos/{owner}/{repo}/actions/variables';

function answer(name: string, variable: VariableState): Record<string, string> {
  const { value, createdAt, updatedAt } = variable;
  return { name, value, created_at: new Date(createdAt).toISOString(), updated_at: new Date(updatedAt).toISOString() };
}

function find(request: Request, context: Context): [string, VariableState] {
  const name = (request.params['name'] ?? '').toUpperCase();
  const variable = openRepository(request, context).variables[name];
  if (variable === undefined) throw gitHub(404, 'Not Found');
  return [name, variable];
}

export const variableRoutes: Route[] = [
  {
    on: `GET ${ALL}`,
    handle: (request, context) => {
      const variables = Object.entries(openRepository(request, context).variables).map(([name, variable]) =>
        answer(name, variable),
      );
      return { status: 200, body: { total_count: variables.length, variables } };
    },
  },
  {
    on: `POST ${ALL}`,
    handle: (request, context) => {
      const { variables } = openRepository(request, context);
      const body = record(request.body);
      const name = nameOf(text(body['name']) ?? '');
      if (variables[name] !== undefined) throw gitHub(409, 'Already exists - Variable already exists');
      variables[name] = { value: text(body['value']) ?? '', createdAt: context.now, updatedAt: context.now };
      return { status: 201, body: {} };
    },
  },
  { on: `GET ${ALL}/{name}`, handle: (request, context) => ({ status: 200, body: answer(...find(request, context)) }) },
  {
    on: `PATCH ${ALL}/{name}`,
    handle: (request, context) => {
      const [, variable] = find(request, context);
      variable.value = text(record(request.body)['value']) ?? variable.value;
      variable.updatedAt = context.now;
      return { status: 204 };
    },
  },
  {
    on: `DELETE ${ALL}/{name}`,
    handle: (request, context) => {
      const [name] = find(request, context);
      const repository = openRepository(request, context);
      repository.variables = Object.fromEntries(Object.entries(repository.variables).filter(([one]) => one !== name));
      return { status: 204 };
    },
  },
];
