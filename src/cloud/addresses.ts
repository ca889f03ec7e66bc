import type { Problem } from '../errors/diagnostic.ts';

/** Where tokens and keys may be sent: the one check of every URL that is not written down in this program. */

/** Whether what is sent there cannot be read on the way: https, or http that never leaves this machine. */
export function isConfidential(given: string): boolean {
  if (!URL.canParse(given)) return false;
  const { protocol, hostname } = new URL(given);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}

/** Hosts that are this machine: never asked through a proxy. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

/** URLs on this machine, for clients that take rules about proxies as expressions. */
export const LOOPBACK = /^https?:\/\/(?:localhost|\[::1\]|127(?:\.\d{1,3}){3})(?::\d+)?(?:\/|$)/;

/** An address in a variable of the environment. */
export interface Addressed {
  readonly variable: string;
  readonly url: string;
  /** Whether what is sent there is good for a token elsewhere: the job's OIDC token, or the assertion of a key. */
  readonly signsIn: boolean;
  /** Whether it is Segment that is asked there. */
  readonly isSegments?: boolean;
}

/** Whether those answer there who are to be asked: Google or GitHub, or Segment. */
function isTheirOwn({ url, isSegments = false }: Addressed): boolean {
  const { protocol, hostname } = new URL(url);
  if (protocol !== 'https:') return false;
  if (isSegments) return hostname.endsWith('.segmentapis.com');
  return hostname.endsWith('.googleapis.com') || hostname === 'api.github.com';
}

/** Whether an address may be given what this run sends there. */
export function isAllowed(addressed: Addressed): boolean {
  const { url, signsIn } = addressed;
  if (!isConfidential(url)) return false;
  return !signsIn || isTheirOwn(addressed) || new URL(url).protocol === 'http:';
}

/** Why something in the environment must not be used, as far as secrets are concerned. */
export function addressProblems(addressed: readonly Addressed[], env: Readonly<NodeJS.ProcessEnv>): Problem[] {
  const problems = addressed.filter((one) => !isAllowed(one)).map(notAllowed);
  return env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0' ? [...problems, UNVERIFIED] : problems;
}

/** One line for each host that is neither Google's, nor GitHub's, nor Segment's own, and what is asked there. */
export function foreignAddresses(addressed: readonly Addressed[]): string[] {
  const foreign = addressed.filter((one) => isAllowed(one) && !isTheirOwn(one));
  return [...new Set(foreign.map(({ url }) => new URL(url).origin))].map((origin) => {
    const here = foreign.filter(({ url }) => new URL(url).origin === origin);
    const variables = here.map(({ variable }) => variable.replace('CLOUDSDK_API_ENDPOINT_OVERRIDES_', '…_'));
    const instead = `not to the public endpoints of Google, GitHub and Segment (${variables.join(', ')})`;
    return `Requests and their tokens go to ${origin}, ${instead}.`;
  });
}

function notAllowed({ variable, url, signsIn }: Addressed): Problem {
  return {
    severity: 'error',
    code: 'endpoint.invalid',
    subject: { input: variable },
    attempted: `use the environment variable ${variable}`,
    because: `'${url}' is not allowed`,
    remedy: signsIn
      ? 'What signs in goes to Google alone: set it to an https URL of googleapis.com, where private endpoints are too, or to ' +
        'an http URL on loopback.'
      : 'Set it to an https URL, or to an http URL on loopback.',
  };
}

const UNVERIFIED: Problem = {
  severity: 'error',
  code: 'endpoint.unverified',
  subject: { input: 'NODE_TLS_REJECT_UNAUTHORIZED' },
  attempted: 'send anything safely',
  because:
    'NODE_TLS_REJECT_UNAUTHORIZED=0 makes every certificate count, so anybody on the way could read tokens and keys',
  remedy:
    'Unset it. If the network has a certificate authority of its own, set NODE_EXTRA_CA_CERTS to the file with its certificate.',
};
