import { keyConstraints } from '../cloud/google/org-policy-constraints.ts';
import { plannedDestinations } from '../destinations/registry.ts';
import type { AnyResource } from '../engine/resource.ts';
import { modes } from '../inputs/modes.ts';
import { marksOf } from '../ownership/place-mark.ts';
import { credential } from '../resources/credential/credential.ts';
import { demandsOf } from '../resources/credential/demands.ts';
import type { CredentialDesign } from '../resources/credential/design.ts';
import { addressesOf } from './ground.ts';
import type { Ground } from './ground.ts';

/** The part of the blueprint about the key that Segment uses. */

export function drawCredential(ground: Ground): AnyResource {
  const { target, options, claims, cloud, documents, destinations, keyUser } = ground;
  const design = credentialDesign(ground);
  return credential({
    design,
    document: documents.account,
    claims,
    keys: documents.keys,
    keyList: documents.keyList,
    destinations,
    delivers: modes[options.mode].delivers,
    constraints: () => keyConstraints(cloud, design.way),
    consult: target.delivery.to.includes('segment') ? ground.segment.consumption : undefined,
    user: keyUser,
    clock: cloud.clock,
  });
}

function credentialDesign({ target, options, cloud, destinations }: Ground): CredentialDesign {
  const { wants, rotates } = modes[options.mode];
  const { adopt, prune, restore } = options.consent;
  return {
    address: addressesOf(target).key,
    names: target.names,
    projectId: target.projectId,
    want: wants === 'present' && target.delivery.to.length === 0 ? 'unmanaged' : wants,
    adopt,
    prune,
    replacesAll: rotates && restore,
    inUse: options.credentials?.keyId,
    way: target.keyLife.lifetimeDays === undefined ? 'create' : 'upload',
    provesConsumer: target.delivery.to.includes('segment') && target.segment.keyRetirement === 'proven',
    demands: demandsOf(target.keyLife, rotates, cloud.clock.now()),
    into: destinations.map(({ place }) => place).sort(),
    marks: marksOf(destinations),
    forget: options.consent.forget,
    deleteAfter: plannedDestinations(destinations).map(({ address }) => address),
  };
}
