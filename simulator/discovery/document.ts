/** Google's discovery documents (see README.md beside this), as far as they are read here. */
import { readFileSync } from 'node:fs';

/** Discovery's own JSON schema. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
}

export interface Parameter extends Schema {
  readonly location: string;
}

export interface Method {
  readonly id: string;
  readonly httpMethod: string;
  readonly flatPath: string;
  readonly parameters?: Readonly<Record<string, Parameter>>;
  readonly request?: { readonly $ref: string };
  readonly response?: { readonly $ref: string };
}

interface Resource {
  readonly methods?: Readonly<Record<string, Method>>;
  readonly resources?: Readonly<Record<string, Resource>>;
}

export interface Document extends Resource {
  readonly name: string;
  readonly version: string;
  readonly revision: string;
  readonly servicePath: string;
  /** Those that every method takes. */
  readonly parameters: Readonly<Record<string, Parameter>>;
  readonly schemas: Readonly<Record<string, Schema>>;
}

export function readDocument(file: URL): Document {
  return JSON.parse(readFileSync(file, 'utf8')) as Document;
}

/** The method of an id such as `projects.roles.create`. */
export function findMethod(document: Document, id: string): Method {
  const path = id.split('.');
  const verb = path.pop() ?? '';
  const resource = path.reduce<Resource | undefined>((found, name) => found?.resources?.[name], document);
  const method = resource?.methods?.[verb];
  if (method === undefined) throw new Error(`the discovery document of ${document.name} has no ${id}`);
  return method;
}

/** The pattern of its route, in which every parameter is called after its collection: `roles/{role}`. */
export function patternOf(method: Method, { servicePath }: Document): string {
  const path = method.flatPath
    // Where Google leaves open whose something is, this world has projects alone.
    .replace('{v1Id}/{v1Id1}', 'projects/{projectsId}')
    .replace(/(\w+)\/\{\w+\}/g, (_all, collection: string) => `${collection}/{${singular(collection)}}`);
  return `${method.httpMethod} /${servicePath}${path}`;
}

function singular(collection: string): string {
  return collection.replace(/ies$/, 'y').replace(/s$/, '');
}
