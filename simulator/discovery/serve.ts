/**
 * Routes made from Google's discovery documents: a method's path, parameters and body are what the document says, and
 * anything else that is sent is refused. What is answered must fit, too: else the simulator has a defect, and says so.
 */
import type { Envelope } from '../engine/envelope.ts';
import type { Context, Contract, Reply, Request, Route } from '../engine/route.ts';
import { findMethod, patternOf } from './document.ts';
import type { Document, Method, Schema } from './document.ts';
import { misfits, misfitsOfQuery } from './misfits.ts';

type Handle = Route['handle'];

/** The route of a method such as `projects.roles.create`. Its handler finds the caller, parameters and body checked. */
export type ServeMethod = (id: string, handle: Handle) => Route;

export interface Serving {
  readonly envelope: Envelope;
  /** Whether anybody may ask, without a token. */
  readonly isOpen?: boolean;
  /** The body as the document spells it, where it may be spelled otherwise. */
  readonly read?: (body: unknown) => unknown;
  /** What the service asks of every request whose shape is right. */
  readonly before?: (request: Request, context: Context) => void;
}

export function methodsOf(document: Document, serving: Serving): ServeMethod {
  const { envelope, isOpen = false, read = (body: unknown) => body, before } = serving;
  return (id, handle) => {
    const method = findMethod(document, id);
    const contract = contractOf(method, document, read);
    return {
      on: patternOf(method, document),
      contract,
      handle: async (sent, context) => {
        if (!isOpen) context.caller();
        const [misfit] = contract.misfitsOfRequest(sent);
        if (misfit !== undefined) throw envelope.malformed(misfit);
        const request = { ...sent, body: read(sent.body) };
        before?.(request, context);
        return promised(await handle(request, context), contract);
      },
    };
  };
}

const EMPTY: Schema = { type: 'object', properties: {} };

function contractOf(method: Method, document: Document, read: (body: unknown) => unknown): Contract {
  const { schemas } = document;
  return {
    id: method.id,
    misfitsOfRequest: ({ query, body }) => [
      ...misfitsOfQuery(query, method, document),
      ...misfits(read(body), method.request ?? EMPTY, '', { schemas, side: 'request' }),
    ],
    misfitsOfReply: (body) => [...misfits(body, method.response ?? EMPTY, '', { schemas, side: 'reply' })],
  };
}

function promised(reply: Reply, { id, misfitsOfReply }: Contract): Reply {
  const [misfit] = reply.status === 200 ? misfitsOfReply(reply.body) : [];
  if (misfit !== undefined) throw new Error(`${id} answered what its discovery document does not promise: ${misfit}`);
  return reply;
}
