import { readFileSync } from 'node:fs';

/**
 * Google's own descriptions of the APIs (Apache-2.0), cut down to the methods that are used here and their schemas: the
 * judge of whether a request of the action and a reply of the simulator have the shape that Google promises.
 */
interface Method {
  readonly httpMethod: string;
  readonly path: string;
  readonly query: readonly string[];
  readonly request: string | null;
  readonly response: string | null;
}

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
}

interface Api {
  readonly methods: Readonly<Record<string, Method>>;
  readonly schemas: Readonly<Record<string, Schema>>;
}

const apis = JSON.parse(readFileSync(new URL('discovery.json', import.meta.url), 'utf8')) as Readonly<
  Record<string, Api>
>;
const STANDARD = ['alt', 'prettyPrint', '$alt', 'key', 'quotaUser', 'fields'];

/** One exchange on the wire. */
export interface Exchange {
  readonly method: string;
  readonly url: string;
  readonly request: unknown;
  readonly status: number;
  readonly reply: unknown;
}

/** Everything about an exchange that does not fit any description; [] = it fits. */
export function misfits(exchange: Exchange): string[] {
  const url = new URL(exchange.url, 'http://localhost');
  const path = decodeURIComponent(url.pathname).replace(/^\//, '');
  const candidates = Object.entries(apis).flatMap(([name, api]) =>
    Object.values(api.methods).map((method) => ({ name, api, method })),
  );
  const found = candidates.find(
    ({ method }) => method.httpMethod === exchange.method && pattern(method.path).test(path),
  );
  if (found === undefined) return [`${exchange.method} ${path}: no API has this method`];
  const { api, method, name } = found;
  const at = `${name} ${exchange.method} ${path}`;
  const unknown = [...url.searchParams.keys()].filter((key) => !method.query.includes(key) && !STANDARD.includes(key));
  const problems = unknown.map((key) => `${at}: unknown parameter ${key}`);
  if (exchange.request !== undefined && typeof exchange.request === 'object') {
    problems.push(
      ...check(exchange.request, method.request === null ? {} : { $ref: method.request }, { api, at: `${at} request` }),
    );
  }
  if (exchange.status === 200) {
    problems.push(
      ...check(exchange.reply, method.response === null ? {} : { $ref: method.response }, { api, at: `${at} reply` }),
    );
  }
  return problems;
}

function pattern(path: string): RegExp {
  const source = path
    .split(/(\{[^}]+\})/)
    .map((part) =>
      part.startsWith('{') ? (part.startsWith('{+') ? '.+' : '[^/]+?') : part.replace(/[.*+?^$()|[\]\\]/g, '\\$&'),
    );
  return new RegExp(`^${source.join('')}$`);
}

interface Place {
  readonly api: Api;
  readonly at: string;
}

function check(value: unknown, schema: Schema, { api, at }: Place): string[] {
  if (value === undefined || value === null) return [];
  if (schema.$ref !== undefined) return check(value, api.schemas[schema.$ref] ?? {}, { api, at });
  if (Array.isArray(value)) {
    if (schema.type !== 'array') return [`${at}: a list where ${schema.type ?? 'nothing'} belongs`];
    return value.flatMap((one: unknown, index) =>
      check(one, schema.items ?? {}, { api, at: `${at}[${String(index)}]` }),
    );
  }
  if (typeof value === 'object') {
    if (schema.properties === undefined && schema.additionalProperties === undefined)
      return schema.type === 'any' || schema.type === 'object'
        ? []
        : [`${at}: an object where ${schema.type ?? 'nothing'} belongs`];
    return Object.entries(value).flatMap(([field, one]) => {
      const known = schema.properties?.[field] ?? schema.additionalProperties;
      return known === undefined ? [`${at}: unknown field ${field}`] : check(one, known, { api, at: `${at}.${field}` });
    });
  }
  if (schema.type === 'any') return [];
  const types: Readonly<Record<string, string>> = {
    integer: 'number',
    number: 'number',
    boolean: 'boolean',
    string: 'string',
  };
  if (typeof value !== types[schema.type ?? ''])
    return [`${at}: ${typeof value} where ${schema.type ?? 'nothing'} belongs`];
  if (typeof value === 'string' && schema.enum?.includes(value) === false)
    return [`${at}: "${value}" is not in the enum`];
  return [];
}
