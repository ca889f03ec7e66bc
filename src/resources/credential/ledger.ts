import type { IssuedKey, Key } from '../../cloud/google/keys.ts';
import { Blocked } from '../../errors/diagnostic.ts';
import type { Notice } from '../../errors/diagnostic.ts';
import { editOwnership, rereadAccount, writeOwnership } from '../../ownership/account-record.ts';
import type { Merge } from '../../ownership/account-record.ts';
import { findOverlap, overlap, refuseOverlap } from '../../ownership/overlap.ts';
import { marksOf } from '../../ownership/place-mark.ts';
import { readDescription } from '../../ownership/description.ts';
import { isKey, isSameKey, keyNamed, seenMark } from '../../ownership/record.ts';
import type { Ownership } from '../../ownership/record.ts';
import { assess, doubtedKeys } from './assess.ts';
import type { CredentialState } from './assess.ts';
import { withConsumption } from './consult.ts';
import type { Demands } from './demands.ts';
import type { Chosen } from './design.ts';
import { announced, announcedAgain, givenUp, isAnnounced, isOvertaken, recorded, stoodDown } from './entries.ts';
import type { Delivered } from './entries.ts';
import { idsIn, rereadEvidence } from './evidence.ts';
import type { Evidence, KeyClients } from './evidence.ts';
import { settle } from './settle.ts';
import type { Settled } from './settle.ts';

/** The record of keys in the account's description: everything that reads it anew or writes it goes through here. */
export interface KeyLedger {
  /** Everything about the keys, as it is now. @param how - `anew`: even where this run has made the account itself */
  look(how?: 'anew'): Promise<Evidence>;
  /**
   * Writes down that a key is about to be made: which ids there were before, so that a later run can tell the newcomer.
   * Where that stands already (from the account's creation, or from a run that died) it stays as it is.
   *
   * @returns false when another run has recorded a key since `evidence` was read, or was written over by this
   */
  announce(evidence: Evidence): Promise<boolean>;
  /** No key is under way after all. Where another one is, or is in doubt, the announcement stands: it tells the newcomers. */
  standDown(state: CredentialState): Promise<void>;
  /** The same, where a destination has lost the delivered key besides: it works, and is delivered no more. */
  giveUp(state: CredentialState): Promise<void>;
  /**
   * Settles the key that was under way when a run died: recorded where it was delivered, disabled where nobody holds it,
   * left alone where that is in doubt. The evidence is as it is afterwards.
   *
   * @param chosen - what the plan lets happen; `own` = whatever has appeared since, this run has made itself
   * @throws Blocked when what was found is not what the plan has seen
   */
  settle(evidence: Evidence, chosen: Chosen | 'own'): Promise<Settled>;
  /**
   * Records a delivered key. Keys and record are read again first, because another run may have passed: one that took our
   * key for a dead run's has disabled it (it is enabled), one that recorded a key of its own wins (the next run settles).
   * Of an account that this run made both are known: whether another run passed is looked at when all else is done.
   *
   * @param evidence - from which it was decided to issue the key
   */
  record(key: IssuedKey, evidence: Evidence): Promise<readonly Notice[]>;
  /** Drops the ids of all keys but these. */
  keep(ids: readonly string[]): Promise<void>;
  /** Writes down the newest sync that is known, before a key is disabled: later ones do without it. */
  sees(syncId: string): Promise<void>;
}

/** What a ledger needs to know besides. */
export interface LedgerFacts {
  readonly demands: Demands;
  /** Whether this very run made the account: then its record announces the key, and it has no other. */
  readonly isNewAccount: boolean;
  /** A line in the log: what is being waited for. */
  readonly say: (line: string) => void;
}

export function keyLedger(clients: KeyClients, { demands, isNewAccount, say }: LedgerFacts): KeyLedger {
  const { document, clock } = clients;
  const look = async (how?: 'anew'): Promise<Evidence> =>
    withConsumption(await rereadEvidence(clients, isNewAccount && how === undefined), clients.consult, clock.now());
  const to = marksOf(clients.destinations);
  const edit = async (change: Merge, existing?: readonly string[]): Promise<void> => {
    await editOwnership(document, clock, change, existing);
    await refuseOverlap(clients);
  };
  return {
    look,
    announce: async (evidence) => {
      if (evidence.owned !== undefined && isAnnounced(evidence.owned, to)) return true;
      const before = idsIn(evidence);
      const seen = { isCurrent: true };
      const merge: Merge = (owned) => {
        seen.isCurrent = owned !== undefined && isSameKey(owned.key, evidence.owned?.key);
        return seen.isCurrent ? announced(owned, { before, to }) : owned;
      };
      await editOwnership(document, clock, merge, before);
      return seen.isCurrent && (await findOverlap(clients, [])).others.length === 0;
    },
    standDown: async (state) => {
      if (state.settlement.outcome === 'in doubt') return;
      const existing = (await clients.keys.list()).map(({ id }) => id);
      await edit((owned) => stoodDown(owned, existing));
    },
    giveUp: async (state) => {
      const isInDoubt = state.settlement.outcome === 'in doubt';
      const existing = (await clients.keys.list()).map(({ id }) => id);
      await edit((owned) => givenUp(isInDoubt ? owned : stoodDown(owned, existing)));
    },
    settle: (evidence, chosen) =>
      settle(
        { clients, demands, edit, say, look: () => look(chosen === 'own' ? 'anew' : undefined), chosen },
        evidence,
      ),
    record: (key, evidence) => recordDelivered({ clients, isNewAccount }, key, evidence),
    keep: (ids) => edit((owned) => owned && forgetsSync(owned, ids), ids),
    sees: async (syncId) => {
      const seen = seenMark(syncId);
      if (seen !== undefined) await edit((owned) => owned && { ...owned, seen });
    },
  };
}

/** Once no superseded key is left, no sync needs to be remembered. */
function forgetsSync(owned: Ownership, ids: readonly string[]): Ownership {
  const isOver = owned.old.every((old) => !ids.some((id) => isKey(old, id)));
  return isOver ? { ...owned, seen: undefined } : owned;
}

interface Recording extends Pick<LedgerFacts, 'isNewAccount'> {
  readonly clients: KeyClients;
}

async function recordDelivered(
  { clients, isNewAccount }: Recording,
  key: IssuedKey,
  evidence: Evidence,
): Promise<Notice[]> {
  const { document, clock, keys } = clients;
  const [list] = await Promise.all([
    isNewAccount ? evidence.keys : keys.list(),
    isNewAccount ? document.read() : rereadAccount(document, clock),
    keepDelivered(clients, key),
  ]);
  const isDisabled = await enableAgain(clients, list, key);
  const state = assess(evidence, clock.now());
  const made = list.find(({ id }) => id === key.id)?.createdAt ?? clock.now();
  const delivered = {
    key: key.id,
    at: marksOf(clients.destinations),
    knownKey: evidence.owned?.key,
    doubted: doubtedKeys(state).map(({ id }) => id),
    foreign: state.foreign.map(({ id }) => id),
    existing: [...new Set([...list.map(({ id }) => id), key.id])],
    places: evidence.owned?.places,
    older: list.filter(({ createdAt, id }) => id !== key.id && createdAt <= made).map(({ id }) => id),
  };
  const seen = { isOvertaken: false };
  const merge: Merge = (owned) => {
    seen.isOvertaken = owned === undefined || isOvertaken(owned, delivered);
    // Whoever has taken our mark off the account knew nothing of this key.
    const anew = evidence.owned && announcedAgain(evidence.owned, delivered);
    return alsoRecorded(clients, owned === undefined ? anew : recorded(owned, delivered));
  };
  const written = await writeOwnership(document, merge, delivered.existing);
  if (seen.isOvertaken || written === undefined) {
    await enableAgain(clients, await keys.list(), key); // Whoever has overtaken us may have taken it for a dead run's.
    throw overtaken(document.email);
  }
  const wasDisabled = isNewAccount ? false : await confirmRecorded(clients, delivered);
  return isDisabled || wasDisabled ? [ENABLED_AGAIN] : [];
}

/** What is said of a delivered key that another run has taken for a dead run's. */
export const ENABLED_AGAIN: Notice = {
  severity: 'note',
  code: 'key.enabled-again',
  because: 'another run had disabled the new key while it was being delivered: enabled again',
};

/**
 * Another run may have passed between the last look and the record: it may have taken our key for a dead run's, or have been
 * written over. @returns whether our key had been disabled
 */
export async function confirmRecorded(clients: KeyClients, delivered: Delivered): Promise<boolean> {
  const { clock, document } = clients;
  const { key: id } = delivered;
  const [{ others, keys: list }, account] = await Promise.all([
    findOverlap(clients, [id]),
    rereadAccount(document, clock),
  ]);
  const isDisabled = await enableAgain(clients, list, { id });
  if (others.length > 0) throw overlap(document.email, others);
  if (isRecorded(readDescription(account.description).ownership, id, list)) return isDisabled;
  await editOwnership(document, clock, (owned) => owned && announcedAgain(owned, delivered), delivered.existing);
  throw overtaken(document.email);
}

/** Whether the record calls a key delivered, or superseded by one that another run has delivered since. */
function isRecorded(owned: Ownership | undefined, id: string, list: readonly Key[]): boolean {
  if (owned?.key === undefined) return false;
  if (isKey(owned.key, id)) return true;
  const [key, current] = [keyNamed(id, list), keyNamed(owned.key, list)];
  const isOlder = key !== undefined && current !== undefined && key.createdAt < current.createdAt;
  return isOlder && owned.old.some((old) => isKey(old, id));
}

/** Nobody but another run disables a key that is moments old. @returns whether it had been disabled */
async function enableAgain(
  { keys }: KeyClients,
  list: readonly Key[],
  { id }: Pick<IssuedKey, 'id'>,
): Promise<boolean> {
  const isDisabled = list.some((key) => key.id === id && key.disabled);
  if (isDisabled) await keys.enable(id);
  return isDisabled;
}

/** What destinations have the record say besides. */
function alsoRecorded({ destinations }: KeyClients, owned: Ownership | undefined): Ownership | undefined {
  if (owned === undefined) return undefined;
  return destinations.reduce((all, { recording }) => recording?.(all) ?? all, owned);
}

const ROUNDS = 3;

/**
 * Where another run wrote between our key and its note, the note names ours, and the place holds theirs: it is delivered
 * again, so that both agree. @throws Blocked when other runs keep doing so
 */
async function keepDelivered({ destinations, document }: KeyClients, key: IssuedKey): Promise<void> {
  await Promise.all(
    destinations.map(async (destination) => {
      for (let round = 0; (await destination.isStillThere?.()) === false; round += 1) {
        if (round === ROUNDS) throw overtaken(document.email);
        await destination.deliver(key);
      }
    }),
  );
}

function overtaken(email: string): Blocked {
  return new Blocked([
    {
      severity: 'error',
      code: 'key.other-runs',
      attempted: `record the new key of ${email}`,
      because: 'another run issued a key at the same moment; both keys work, and nothing was disabled',
      remedy:
        'Run the workflow again: it settles which key was delivered last. ' +
        'Give the workflows that use this action one concurrency group, so that they take turns.',
    },
  ]);
}
