import type { Route } from '../route.ts';
import { getPolicy, setPolicy, testPermissions } from './policy.ts';
import { createSecret, deleteSecret, getSecret, listSecrets, patchSecret } from './secrets.ts';
import { accessVersion, addVersion, getVersion, listVersions, setState } from './versions.ts';

const ALL = '/v1/projects/{project}/secrets';
const ONE = `${ALL}/{secret}`;
const VERSION = `${ONE}/versions/{version}`;

/** secretmanager.googleapis.com, without locations. */
export const secretManagerRoutes: Route[] = [
  { on: `POST ${ALL}`, handle: createSecret },
  { on: `GET ${ALL}`, handle: listSecrets },
  { on: `GET ${ONE}`, handle: getSecret },
  { on: `PATCH ${ONE}`, handle: patchSecret },
  { on: `DELETE ${ONE}`, handle: deleteSecret },
  { on: `GET ${ONE}:getIamPolicy`, handle: getPolicy },
  { on: `POST ${ONE}:setIamPolicy`, handle: setPolicy },
  { on: `POST ${ONE}:testIamPermissions`, handle: testPermissions },
  { on: `POST ${ONE}:addVersion`, handle: addVersion },
  { on: `GET ${ONE}/versions`, handle: listVersions },
  { on: `GET ${VERSION}`, handle: getVersion },
  { on: `GET ${VERSION}:access`, handle: accessVersion },
  { on: `POST ${VERSION}:enable`, handle: setState('secretmanager.versions.enable', 'ENABLED') },
  { on: `POST ${VERSION}:disable`, handle: setState('secretmanager.versions.disable', 'DISABLED') },
  { on: `POST ${VERSION}:destroy`, handle: setState('secretmanager.versions.destroy', 'DESTROYED') },
];
