/** Whose key a secret is encrypted with, and what an organization may demand of that. */
import { list, record, text } from '../engine/json.ts';
import { google } from '../engine/refusal.ts';
import type { World } from '../engine/world.ts';
import { deniedValuesOf } from '../orgpolicy/constraints.ts';
import { wrong } from './refusals.ts';

type Replication = Readonly<Record<string, unknown>>;

/** Whether this place of a replication, or all of it, is encrypted with a key of the customer's own. */
export function isEncrypted(place: Replication): boolean {
  return place['customerManagedEncryption'] !== undefined;
}

function keyOf(place: Replication): string {
  return text(record(place['customerManagedEncryption'])['kmsKeyName']) ?? '';
}

/** Throws for a key that is not where the data is. */
export function checkKey(place: Replication, location: string): void {
  if (!isEncrypted(place)) return;
  const key = keyOf(place);
  const found = /^projects\/[^/]+\/locations\/([^/]+)\/keyRings\/[^/]+\/cryptoKeys\/[^/]+$/.exec(key)?.[1];
  if (found === undefined) throw wrong(`Invalid KMS key name [${key}].`);
  if (found !== location) throw wrong(`The KMS key [${key}] must be in the location ${location}.`);
}

/** Throws where the organization demands keys of its own, and the secret has none. */
export function checkDemand(world: World, project: string, { automatic, userManaged }: Replication): void {
  const constraint = 'gcp.restrictNonCmekServices';
  const places = automatic === undefined ? list(record(userManaged)['replicas']).map(record) : [record(automatic)];
  const denied = deniedValuesOf(world, project, constraint);
  if (places.every(isEncrypted) || (denied !== 'all' && !denied.includes('secretmanager.googleapis.com'))) return;
  const subject = `orgpolicy:projects/${project}`;
  const type = `constraints/${constraint}`;
  const description = `Constraint ${type} violated for ${subject} attempting to create a secret without customer-managed encryption.`;
  const violations = [{ type, subject, description }];
  throw google(400, 'FAILED_PRECONDITION', description, {
    details: [{ '@type': 'type.googleapis.com/google.rpc.PreconditionFailure', violations }],
  });
}

/** What a version says of the place that it is stored in. */
export function encryptionStatus(place: Replication): Record<string, unknown> {
  if (!isEncrypted(place)) return {};
  return { customerManagedEncryption: { kmsKeyVersionName: `${keyOf(place)}/cryptoKeyVersions/1` } };
}
