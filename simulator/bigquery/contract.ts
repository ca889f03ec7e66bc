/**
 * Routes made from Google's discovery document: a method's path, parameters and body are what the document says, and
 * anything else that is sent is refused.
 */
import { readFileSync } from 'node:fs';
import { list, record, text } from '../json.ts';
import { bigQuery } from '../refusal.ts';
import type { Context, Reply, Request, Route } from '../route.ts';
import { isEnabled } from '../serviceusage/disabled.ts';

/** Discovery's own JSON schema, as far as it is read here. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
}

interface Method {
  readonly httpMethod: string;
  readonly path: string;
  readonly parameters: Readonly<Record<string, Schema & { readonly location: string }>>;
  readonly request?: { readonly $ref: string };
  readonly response?: { readonly $ref: string };
}

/**
 * Google's discovery document (Apache-2.0, from https://bigquery.googleapis.com/$discovery/rest?version=v2, of the revision
 * it names), cut down to the methods that are served here and their schemas, without descriptions.
 */
export const discovery = JSON.parse(readFileSync(new URL('discovery.json', import.meta.url), 'utf8')) as {
  readonly parameters: Readonly<Record<string, Schema>>;
  readonly resources: Readonly<Record<string, { readonly methods: Readonly<Record<string, Method>> }>>;
  readonly schemas: Readonly<Record<string, Schema>>;
};

/** The route of a method such as `datasets.insert`. Its handler finds parameters and body checked. */
export function serveMethod(id: string, handle: (request: Request, context: Context) => Reply): Route {
  const [resource = '', verb = ''] = id.split('.');
  const method = discovery.resources[resource]?.methods[verb];
  if (method === undefined) throw new Error(`the discovery document has no ${id}`);
  const path = method.path.replace(/\{\+?(\w+)Id\}/g, '{$1}');
  return {
    on: `${method.httpMethod} /bigquery/v2/${path}`,
    handle: (request, context) => {
      context.caller();
      checkParameters(request, method);
      if (method.request !== undefined) checkBody(request.body, method.request.$ref);
      requireBigQuery(request.params['project'], context);
      return handle(request, context);
    },
  };
}

function checkParameters(request: Request, method: Method): void {
  for (const [name, value] of request.query) {
    const own = method.parameters[name];
    const schema = own?.location === 'query' ? own : discovery.parameters[name];
    if (schema === undefined)
      throw badRequest(`Invalid JSON payload received. Unknown name "${name}": Cannot bind query parameter.`);
    const isValid =
      schema.type === 'boolean'
        ? /^(true|false)$/i.test(value)
        : schema.type === 'integer'
          ? /^\d+$/.test(value)
          : schema.enum === undefined || schema.enum.includes(value);
    if (!isValid) throw badRequest(`Invalid value at '${name}': "${value}"`);
  }
  if (!['', '0', '1', '3'].includes(request.query.get('accessPolicyVersion') ?? ''))
    throw bigQuery(400, 'invalid', 'Invalid access policy version. Valid values are 0, 1, and 3.');
}

function checkBody(body: unknown, schema: string): void {
  if (body === undefined || (typeof body === 'object' && body !== null && !Array.isArray(body)))
    checkValue(body ?? {}, { $ref: schema }, '');
  else throw badRequest('Invalid JSON payload received. Root element must be a message.');
}

/** Throws 400 where the value does not fit the schema: an unknown field, a wrong type, a word that is not in the enum. */
export function checkValue(value: unknown, given: Schema, at: string): void {
  if (value === null) return;
  const schema = given.$ref === undefined ? given : (discovery.schemas[given.$ref] ?? {});
  const refuse = (type: string): Error => badRequest(`Invalid value at '${at}' (${type}), ${JSON.stringify(value)}`);
  if (schema.type === 'object') {
    if (typeof value !== 'object' || Array.isArray(value)) throw refuse('TYPE_MESSAGE');
    for (const [name, child] of Object.entries(record(value))) {
      const known = schema.properties?.[name] ?? schema.additionalProperties;
      if (known === undefined) {
        const where = at === '' ? '' : ` at '${at}'`;
        throw badRequest(`Invalid JSON payload received. Unknown name "${name}"${where}: Cannot find field.`);
      }
      checkValue(child, known, at === '' ? name : `${at}.${name}`);
    }
  } else if (schema.type === 'array') {
    if (!Array.isArray(value)) throw refuse('TYPE_LIST');
    for (const [index, child] of list(value).entries())
      checkValue(child, schema.items ?? {}, `${at}[${String(index)}]`);
  } else if (schema.type === 'boolean') {
    if (typeof value !== 'boolean') throw refuse('TYPE_BOOL');
  } else if (schema.type === 'integer' || /^u?int64$/.test(schema.format ?? '')) {
    if (!/^-?\d+$/.test(typeof value === 'number' ? String(value) : (text(value) ?? ''))) throw refuse('TYPE_INT64');
  } else if (schema.type === 'number') {
    if (typeof value !== 'number') throw refuse('TYPE_DOUBLE');
  } else if (schema.type === 'string') {
    const word = text(value);
    if (word === undefined || schema.enum?.includes(word) === false) throw refuse('TYPE_STRING');
  }
}

/** Not only the caller's project must have the API on: the one that is acted upon, too. */
function requireBigQuery(project: string | undefined, { world }: Context): void {
  if (project !== undefined && !isEnabled(world, project, 'bigquery.googleapis.com'))
    throw bigQuery(400, 'invalid', `The project ${project} has not enabled BigQuery.`);
}

function badRequest(message: string): Error {
  return bigQuery(400, 'badRequest', message);
}

/** What Google knows and this world does not: refused rather than silently left out. */
export function unsupported(what: string): Error {
  return bigQuery(400, 'invalid', `${what} is not supported by this simulator.`);
}
