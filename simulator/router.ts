/** Finds the route of a request: the most exact pattern wins. */
import type { Route } from './route.ts';

/** A route and what its `{name}` parts matched. */
export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/** @param segments - of the path, percent-decoded one by one: one may hold a slash */
export type Router = (method: string, segments: readonly string[]) => Match | undefined;

interface Compiled {
  readonly route: Route;
  readonly method: string;
  readonly parts: readonly Part[];
  /** Comparable text: smaller = more exact. */
  readonly rank: string;
}

interface Part {
  readonly pattern: RegExp;
  readonly name: string | undefined;
  readonly isMany: boolean;
}

export function makeRouter(routes: readonly Route[]): Router {
  const compiled = routes.map(compile).sort((one, other) => (one.rank < other.rank ? -1 : 1));
  return (method, segments) => {
    for (const { route, method: expected, parts } of compiled) {
      if (expected !== method) continue;
      const params = match(parts, segments);
      if (params !== undefined) return { route, params };
    }
    return undefined;
  };
}

function compile(route: Route): Compiled {
  const [method = '', path = ''] = route.on.split(' ');
  const parts = path.split('/').slice(1).map(compilePart);
  const rank = parts.map(({ name, isMany, pattern }) => rankOf(name, isMany, pattern)).join('');
  return { route, method, parts, rank };
}

/** a = literal, b = `{name}:verb`, c = `{name}`, d = `{name+}`. */
function rankOf(name: string | undefined, isMany: boolean, pattern: RegExp): string {
  if (name === undefined) return 'a';
  if (pattern.source !== '^(.+)$') return 'b';
  return isMany ? 'd' : 'c';
}

function compilePart(part: string): Part {
  const variable = /^\{(\w+)(\+?)\}(.*)$/.exec(part);
  if (variable === null) return { pattern: new RegExp(`^${escape(part)}$`), name: undefined, isMany: false };
  const [, name = '', plus, rest = ''] = variable;
  return { pattern: new RegExp(`^(.+)${escape(rest)}$`), name, isMany: plus === '+' };
}

function escape(literal: string): string {
  return literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function match(parts: readonly Part[], segments: readonly string[]): Record<string, string> | undefined {
  const [part, ...later] = parts;
  if (part === undefined) return segments.length === 0 ? {} : undefined;
  const most = part.isMany ? segments.length - later.length : 1;
  if (segments.length < most || most < 1) return undefined;
  const value = part.pattern.exec(segments.slice(0, most).join('/'));
  const rest = value === null ? undefined : match(later, segments.slice(most));
  if (value === null || rest === undefined) return undefined;
  return part.name === undefined ? rest : { [part.name]: value[1] ?? '', ...rest };
}
