import { clientsOf } from '../cloud/google/clients.ts';
import { keyMemory } from '../cloud/google/key-memory.ts';
import { keysOf } from '../cloud/google/keys.ts';
import { accountDocument } from '../cloud/google/service-accounts.ts';
import { revoke } from '../resources/service-account/revoke.ts';
import type { Revocation } from '../resources/service-account/revoke.ts';
import { stoppedSyncs } from '../verify/verify-syncs.ts';
import { sceneOf } from './scene.ts';
import type { Reconciling } from './scene.ts';

/** One request, before anything is read: in an emergency nothing else may be readable. Then, whom it stops. */
export async function revokeAccess(reconciling: Reconciling): Promise<Revocation> {
  const { target, signedIn, options, runner, interruption } = reconciling;
  const cloud = clientsOf(signedIn, target);
  const { clock } = cloud;
  const document = accountDocument(cloud, target.names);
  const now = (): number => clock.now() - cloud.wire.clockAhead();
  const keys = keysOf(cloud, {
    ...{ email: target.names.email, lifetimeDays: target.keyLife.lifetimeDays, mask: runner.mask },
    uniqueId: async () => (await document.read())?.uniqueId ?? '',
    memory: keyMemory(now),
  });
  const revocation = await interruption.whileWriting(() => revoke({ document, keys, clock, now, say: runner.log.say }));
  if (!target.delivery.to.includes('segment') || options.segmentToken === undefined) return revocation;
  return { ...revocation, notices: [...revocation.notices, ...(await stoppedSyncs(sceneOf(reconciling).segment))] };
}
