/** The door of this chapter: it loads late, with Google's libraries, while a token is on its way. */
export { actAsAccount, enter } from './enter.ts';
export { reconcile } from './reconcile.ts';
export { revokeAccess } from './revoke-access.ts';
export { sceneOf } from './scene.ts';
