/** Where a secret is stored: chosen once. */
import { list, record, text } from '../engine/json.ts';
import { checkKey, encryptionStatus, isEncrypted } from './encryption.ts';
import { wrong } from './refusals.ts';

/** The replication of a body. Throws when it is missing, both kinds at once, or malformed. */
export function readReplication(given: unknown): Record<string, unknown> {
  const replication = record(given);
  const { automatic, userManaged } = replication;
  if ((automatic === undefined) === (userManaged === undefined))
    throw wrong('Field [replication] is required: either automatic or userManaged.');
  if (automatic !== undefined) checkKey(record(automatic), 'global');
  else checkReplicas(list(record(userManaged)['replicas']).map(record));
  return structuredClone(replication);
}

function checkReplicas(replicas: readonly Record<string, unknown>[]): void {
  if (replicas.length === 0) throw wrong('At least one replica is required.');
  const locations = replicas.map((replica) => {
    const location = text(replica['location']) ?? '';
    if (!/^[a-z]+-[a-z]+\d+$/.test(location)) throw wrong(`Invalid replica location [${location}].`);
    checkKey(replica, location);
    return location;
  });
  if (new Set(locations).size < locations.length) throw wrong('Replica locations must differ.');
  if (replicas.some(isEncrypted) && !replicas.every(isEncrypted))
    throw wrong('Either all replicas have customer-managed encryption or none.');
}

/** What a version says of it. */
export function statusOf({ automatic, userManaged }: Record<string, unknown>): Record<string, unknown> {
  if (automatic !== undefined) return { automatic: encryptionStatus(record(automatic)) };
  const replicas = list(record(userManaged)['replicas']).map(record);
  return {
    userManaged: {
      replicas: replicas.map((replica) => ({ location: replica['location'], ...encryptionStatus(replica) })),
    },
  };
}
