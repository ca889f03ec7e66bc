import { readDocument } from '../discovery/document.ts';
import { methodsOf } from '../discovery/serve.ts';
import { googleEnvelope as envelope } from '../engine/envelope.ts';
import type { Route } from '../engine/route.ts';
import { policyRoutes } from '../iam-policy/methods.ts';
import type { PolicyKind } from '../iam-policy/methods.ts';
import { findSecret, openSecret } from './find.ts';
import { createSecret, deleteSecret, getSecret, listSecrets, patchSecret } from './secrets.ts';
import { accessVersion, addVersion, getVersion, listVersions, setState } from './versions.ts';

const serveMethod = methodsOf(readDocument(new URL('discovery.json', import.meta.url)), { envelope });

/** Of a secret that does not exist nothing is held: that is no 404. */
const policies: PolicyKind = {
  resource: 'projects.secrets',
  find: (request, context, verb) => {
    const holder =
      verb === 'test'
        ? findSecret(request, context)
        : openSecret(request, context, `secretmanager.secrets.${verb}IamPolicy`).secret;
    return holder && { holder, project: holder.project };
  },
  hasReasons: false,
  limits: { needsEtag: false, hasOwners: false, mostMembers: 1500 },
};

/** Without locations. */
export const secretManagerRoutes: Route[] = [
  serveMethod('projects.secrets.create', createSecret),
  serveMethod('projects.secrets.list', listSecrets),
  serveMethod('projects.secrets.get', getSecret),
  serveMethod('projects.secrets.patch', patchSecret),
  serveMethod('projects.secrets.delete', deleteSecret),
  ...policyRoutes(policies, serveMethod),
  serveMethod('projects.secrets.addVersion', addVersion),
  serveMethod('projects.secrets.versions.list', listVersions),
  serveMethod('projects.secrets.versions.get', getVersion),
  serveMethod('projects.secrets.versions.access', accessVersion),
  serveMethod('projects.secrets.versions.enable', setState('secretmanager.versions.enable', 'ENABLED')),
  serveMethod('projects.secrets.versions.disable', setState('secretmanager.versions.disable', 'DISABLED')),
  serveMethod('projects.secrets.versions.destroy', setState('secretmanager.versions.destroy', 'DESTROYED')),
];
