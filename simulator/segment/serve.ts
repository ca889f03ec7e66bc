/** One call of the Public API: who may make it, in which versions, and with which parameters. */
import type { Context, Reply, Request, Route } from '../engine/route.ts';
import { segment, unfit } from './envelope.ts';
import { versionSent, versionWanted } from './media.ts';
import type { Version } from './media.ts';
import { segmentState } from './part.ts';
import type { SegmentState } from './state.ts';
import { askerOf, requireOwner } from './tokens.ts';
import type { Asker } from './tokens.ts';

/** Calls that have settled, and those that have not: the former are there in every version. */
export const STABLE: readonly Version[] = ['v1', 'v1beta', 'v1alpha'];
export const ALPHA: readonly Version[] = ['v1alpha'];

export interface How {
  readonly versions: readonly Version[];
  /** Of the query, besides the pages of a list. */
  readonly parameters?: readonly string[];
  readonly isPaged?: boolean;
  /** Whether a token of a member will not do, although nothing is written. */
  readonly isForOwners?: boolean;
}

/** What a handler works with. */
export interface Call {
  readonly request: Request;
  readonly context: Context;
  readonly state: SegmentState;
  readonly asker: Asker;
  readonly version: Version;
}

/** What a call answers under `data`, with the status if it is not 200. */
export interface Answer {
  readonly status?: number;
  readonly data: Readonly<Record<string, unknown>>;
}

const PAGES = ['pagination[count]', 'pagination[cursor]', 'pagination.count', 'pagination.cursor'];

export function serve(on: string, how: How, handle: (call: Call) => Answer | Promise<Answer>): Route {
  const isWrite = !on.startsWith('GET ');
  return {
    on,
    handle: async (request, context): Promise<Reply> => {
      const asker = askerOf(request);
      if (isWrite || how.isForOwners === true) requireOwner(asker);
      const wanted = versionWanted(request, how.versions);
      const version = versionSent(request, how.versions);
      checkQuery(request, how);
      if (typeof request.body === 'string') throw segment(400, 'The body is not valid JSON.');
      const call = { request, context, state: segmentState(context.world), asker, version };
      const { status = 200, data } = await handle(call);
      return { status, body: { data }, headers: { 'content-type': `application/vnd.segment.${wanted}+json` } };
    },
  };
}

function checkQuery({ query }: Request, { parameters = [], isPaged = false }: How): void {
  const known = [...parameters, ...(isPaged ? PAGES : [])];
  const unknown = [...query.keys()].find((name) => !known.includes(name));
  if (unknown !== undefined) throw unfit(unknown, `The parameter ${unknown} is not known.`);
}
