/** What services of Google have in common: which API they are, what it says, and the variable that points clients to it. */
import { googleEnvelope } from './envelope.ts';
import type { Api } from './route.ts';
import type { Service } from './service.ts';

/** One API of Google as a service. */
export interface GoogleService {
  /** Before `.googleapis.com`. */
  readonly api: string;
  readonly title: string;
  /** In projects where nobody has switched on anything. */
  readonly isOnAtFirst?: true;
}

type Common = Required<Pick<Service, 'envelope' | 'apis' | 'requires' | 'environment'>>;

/** To be spread into a service; what differs in one stands after it. */
export function googleService({ api, title, isOnAtFirst }: GoogleService): Common {
  const own: Api = { name: `${api}.googleapis.com`, title, ...(isOnAtFirst === undefined ? {} : { isOnAtFirst }) };
  return {
    envelope: googleEnvelope,
    apis: [own],
    requires: own.name,
    environment: (url) => ({ [`CLOUDSDK_API_ENDPOINT_OVERRIDES_${api.toUpperCase()}`]: `${url}/` }),
  };
}
