import { serviceName } from '../services.ts';
import { remedies } from './row.ts';
import type { CodeOf } from './row.ts';

const PASSWORD =
  'The proxy of this network asks for a name and a password: put them into HTTPS_PROXY (http://NAME:PASSWORD@HOST:PORT, with ' +
  'special characters percent-encoded), or name hosts that need no proxy in NO_PROXY.';

/** What lies between this run and a service: silence, proxies, portals, certificates. The same for every service. */
export const onTheWay = remedies([
  {
    code: 'service.unreachable',
    unanswered: 'time-limit',
    remedy: ({ service }) =>
      `${serviceName(service)} took the request and said nothing: run again later. The next run resumes where this one ` +
      'stopped. If it happens in every run, check the network of the runner, its proxies and its endpoint overrides.',
  },
  {
    code: 'service.unreadable',
    unanswered: 'unreadable',
    remedy: ({ service }) =>
      `Something may have answered in the place of ${serviceName(service)}: a proxy, the sign-in page of a network, or an ` +
      'endpoint override that leads elsewhere. Check those, then run again: nothing was concluded from that answer.',
  },
  {
    code: 'service.untrusted-certificate',
    unanswered: 'certificate',
    remedy: () =>
      'If a proxy of your network inspects TLS, set NODE_EXTRA_CA_CERTS, in the env of the job, to a file with the certificate of ' +
      'its authority. If it does not, somebody else has answered: find out who.',
  },
  { code: 'service.proxy-password', unanswered: 'proxy-password', remedy: () => PASSWORD },
  { code: 'service.proxy-password', http: [407], remedy: () => PASSWORD },
  {
    code: 'service.redirected',
    service: 'github',
    http: [301, 302, 303, 307, 308],
    remedy: () =>
      'Redirects are not followed, because the token would go along. If the repository or organization was renamed, use its ' +
      'present name; else check GITHUB_API_URL and the proxies of the network.',
  },
  {
    code: 'service.redirected',
    http: [300, 301, 302, 303, 307, 308],
    remedy: ({ service }) =>
      `Redirects are not followed, because tokens and keys would go along, and ${serviceName(service)} never sends any: check ` +
      'endpoint overrides, proxies, and whether the network wants somebody to sign in first.',
  },
]);

declare module '../codes.ts' {
  interface WireCodes extends Record<CodeOf<typeof onTheWay>, true> {}
}
