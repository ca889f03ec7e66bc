import { readDocument } from '../discovery/document.ts';
import { methodsOf } from '../discovery/serve.ts';
import { googleEnvelope as envelope } from '../engine/envelope.ts';

/** The route of a method of iam.googleapis.com. */
export const serveMethod = methodsOf(readDocument(new URL('discovery.json', import.meta.url)), { envelope });
