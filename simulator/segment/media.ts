/** Which version of the API a request speaks: its media types say so, and no path. */
import type { Request } from '../engine/route.ts';
import { segment } from './envelope.ts';

const VERSIONS = ['v1', 'v1beta', 'v1alpha'] as const;
export type Version = (typeof VERSIONS)[number];

function versionIn(type: string): Version | 'any' | undefined {
  const name = type.split(';')[0]?.trim().toLowerCase() ?? '';
  if (['application/json', 'application/*', '*/*'].includes(name)) return 'any';
  const found = /^application\/vnd\.segment\.(\w+)\+json$/.exec(name)?.[1];
  return VERSIONS.find((version) => version === found);
}

/**
 * The version in which a body is written.
 *
 * @param known - versions that have this call; plain JSON is the most stable of them, except that what only alpha has must be
 * asked for in alpha
 */
export function versionSent({ headers, body }: Request, known: readonly Version[]): Version {
  const stable = known[0] ?? 'v1';
  if (body === undefined) return stable;
  const type = headers['content-type'] ?? '';
  const sent = versionIn(type);
  if (sent === 'any' && stable === 'v1' && !type.includes('*')) return stable;
  if (sent !== undefined && sent !== 'any' && known.includes(sent)) return sent;
  const wanted = known.map((version) => `application/vnd.segment.${version}+json`).join(', ');
  throw segment(415, `The content type ${type} is not supported: use ${wanted}.`);
}

/** The version in which the answer is wanted. */
export function versionWanted({ headers }: Request, known: readonly Version[]): Version {
  const accepted = (headers['accept'] ?? '*/*').split(',').map(versionIn);
  const named = accepted.find((version) => version !== undefined && version !== 'any' && known.includes(version));
  if (named !== undefined && named !== 'any') return named;
  if (accepted.includes('any')) return known[0] ?? 'v1';
  throw segment(406, `This call is not there in the version that is accepted, only in ${known.join(', ')}.`);
}
