import { untilVisible } from '../../cloud/document.ts';
import type { IssuedKey, Key } from '../../cloud/google/keys.ts';
import type { Run } from '../../engine/resource.ts';
import { ApiError, isNotFound, isUnclear } from '../../errors/api-error.ts';
import { Blocked, sentence } from '../../errors/diagnostic.ts';
import type { Notice, Problem } from '../../errors/diagnostic.ts';
import { ACCOUNT_LAG } from '../../ownership/account-record.ts';
import { refuseHidden } from '../../ownership/overlap.ts';
import { short } from '../../ownership/record.ts';
import { LOOK_AGAIN, day, poll, whenChanged } from '../../time.ts';
import type { Clock } from '../../time.ts';
import { assess, doubtedKeys } from './assess.ts';
import type { CredentialState, Reason } from './assess.ts';
import { deliverEverywhere } from './deliver.ts';
import type { Demands } from './demands.ts';
import type { Chosen } from './design.ts';
import type { KeyClients } from './evidence.ts';
import type { KeyLedger } from './ledger.ts';
import { mintThrice } from './mint.ts';
import type { KeyUser, Minting } from './mint.ts';

/** What issuing needs. */
export interface Issuing {
  readonly clients: KeyClients;
  readonly ledger: KeyLedger;
  readonly demands: Demands;
  /** What the plan lets happen. */
  readonly chosen: Chosen;
  readonly user: KeyUser;
  /** Whether old keys go only once Segment is proven to use the new one. */
  readonly provesConsumer: boolean;
  /** Whether every key before is invalid by now, so that the new one is delivered at once and proven after. */
  readonly startsAnew: boolean;
  /** Whether this very run made the account: then no other run has issued a key before. */
  readonly isNewAccount: boolean;
  readonly run: Run;
}

const RESTARTS = 3;

/**
 * Issue → prove → deliver → record, after settling what a run that died has left. Reads everything again first: the plan
 * may be minutes old, and another run may have been quicker.
 *
 * @returns full id of the key; undefined where none was due any more
 */
export async function issue(issuing: Issuing): Promise<string | undefined> {
  const { chosen, clients, demands, ledger, run } = issuing;
  const { clock } = clients;
  const tell = (notices: readonly Notice[]): void => notices.forEach((notice) => run.tell(notice));
  for (let restart = 0; restart < RESTARTS; restart += 1) {
    const { evidence, notices } = await ledger.settle(await ledger.look(), chosen);
    tell(notices);
    const state = assess(evidence, clock.now(), demands);
    if (state.reason === undefined) return undefined;
    if (!chosen.issues) return leaveToNextRun(issuing, state.reason);
    if (!(await ledger.announce(evidence))) continue; // Another run recorded a key in between: look again.
    await untilNextSecond(clock, evidence.keys);
    const key = await create(issuing, state);
    issuing.user.useKey(key);
    const replaced = keysMaybeInUse(state, clock.now());
    if (replaced.length > 0) await proveFirst(issuing, key, state);
    else if (!issuing.isNewAccount) run.confirm(() => refuseHidden(clients, key.id), 'after'); // It waits for nothing.
    await deliverEverywhere(issuing, key, state);
    tell(await ledger.record(key, evidence));
    if (issuing.startsAnew) await proveDelivered(issuing, key);
    tell(
      replaced.map((old) =>
        fateOf(
          old,
          { ...demands, isInSegment: clients.consult !== undefined, isProven: issuing.provesConsumer },
          clock.now(),
        ),
      ),
    );
    return key.id;
  }
  const because = 'other runs kept recording keys at the same moment';
  const remedy = 'Give the workflows that use this action one concurrency group, and run this one again.';
  throw new Blocked([{ ...unissued(issuing), code: 'key.other-runs', because, remedy }]);
}

const SECOND = 1_000;

/** Keys tell their times in seconds, and only those show which of two is the older: each gets a second of its own. */
async function untilNextSecond(clock: Clock, keys: readonly Key[]): Promise<void> {
  const newest = Math.max(...keys.map(({ createdAt }) => createdAt), 0);
  const wait = (Math.floor(newest / SECOND) + 1) * SECOND - clock.now();
  if (wait > 0) await clock.sleep(Math.min(wait, SECOND)); // Never long, whatever the clocks say.
}

/** The plan did not choose to issue a key: one that came due by time alone waits, and anything else is told. @throws Blocked */
function leaveToNextRun(issuing: Issuing, { code, live }: Reason): undefined {
  if (code === 'key.due') return undefined;
  const because = `the plan did not issue one, and since it was made the key in use has become: ${live}`;
  const remedy = 'Run the workflow again: its plan names what is to be done.';
  throw new Blocked([{ ...unissued(issuing), code: 'key.not-issued', because, remedy }]);
}

/** How keys that are replaced go. */
interface Replacement extends Pick<Demands, 'overlap'> {
  /** Whether Segment itself was given the new key. */
  readonly isInSegment: boolean;
  /** Whether the old one goes only once Segment is proven to use the new one. */
  readonly isProven: boolean;
}

/** What becomes of a key that was replaced, and by when the new one must be in use. */
function fateOf({ id }: Key, { isInSegment, isProven, overlap }: Replacement, now: number): Notice {
  const name = `the key ${short(id)} was replaced`;
  const code = 'key.replaced';
  if (isProven) {
    const until = overlap === undefined ? ' and key_overlap_days is set' : '';
    return { severity: 'note', code, because: `${name}, and works until Segment is proven to use the new one${until}` };
  }
  if (overlap === undefined) {
    const remedy = isInSegment
      ? 'Segment holds the new one.'
      : 'Once Segment uses the new one, delete it, or set key_overlap_days.';
    return { severity: 'warning', code, because: `${name} and still works`, remedy };
  }
  if (overlap === 0) return { severity: 'note', code, because: `${name}, and stops now (key_overlap_days: 0)` };
  const because = `${name}, and stops on ${day(now + overlap)}`;
  const remedy = isInSegment ? 'Segment holds the new one.' : 'Put the new key into Segment before then.';
  return { severity: 'warning', code, because, remedy };
}

async function create(issuing: Issuing, state: CredentialState): Promise<IssuedKey> {
  const { clients, ledger, run } = issuing;
  const { clock, keys } = clients;
  try {
    const tell = whenChanged((line) => run.say(line));
    const onWait = (): void => tell('IAM does not know the new account everywhere yet; trying again …');
    // 404 means that the account, which this run has seen, is too new for this front end: nothing was made.
    return await untilVisible({ clock, milliseconds: ACCOUNT_LAG, isInvisible: isNotFound, onWait }, () =>
      keys.create(),
    );
  } catch (error) {
    if (!isUnclear(error)) {
      await ledger.standDown(state);
      throw error;
    }
    throw await afterLostAnswer(issuing, error);
  }
}

/** How a lost answer is looked after: a new key may show late. */
const AFTER_LOST = { within: LOOK_AGAIN, first: 2_000, most: 10_000 };

/** Never sent twice: a key may exist now that nobody can ever hold. It is found by listing, and disabled. */
async function afterLostAnswer(issuing: Issuing, error: unknown): Promise<Blocked> {
  const { clients, ledger, run } = issuing;
  const tell = whenChanged((line) => run.say(line));
  const onWait = (): void => tell('The answer was lost; looking for a key that it may have created …');
  const found = await poll({ clock: clients.clock, ...AFTER_LOST, onWait }, async () => {
    const { notices } = await ledger.settle(await ledger.look('anew'), 'own');
    return notices.length === 0 ? undefined : { value: notices };
  });
  const words = error instanceof ApiError ? error.words : String(error);
  const because = `the answer was lost (${words}); ${found?.value.map(sentence).join('; ') ?? 'no key has shown within a minute'}`;
  const again = 'Run the workflow again: it issues a new key.';
  const remedy =
    found === undefined
      ? `${again} Nothing was delivered. If the lost request did create a key, that run finds and disables it.`
      : `${again} Nothing was delivered, and no key is left that works.`;
  return new Blocked([{ ...unissued(issuing), code: 'key.not-issued', because, remedy }], error);
}

function unissued({ clients }: Issuing): Pick<Problem, 'severity' | 'attempted'> {
  return { severity: 'error', attempted: `issue a key for ${clients.document.email}` };
}

/** Keys with which somebody may be working right now, which the new one would replace. */
function keysMaybeInUse(state: CredentialState, now: number): Key[] {
  const candidates = [...(state.current === undefined ? [] : [state.current]), ...doubtedKeys(state)];
  return candidates.filter((key) => !key.disabled && key.endsAt > now);
}

/** Before it replaces a working key; else the new one is deleted, and the old one stays. */
async function proveFirst(issuing: Issuing, key: IssuedKey, state: CredentialState): Promise<void> {
  const { clients, ledger, run } = issuing;
  run.say('A working key is in use, so the new one is proven first: it must mint three tokens in a row.');
  try {
    await mintThrice(mintingOf(issuing), key);
  } catch (error) {
    await clients.keys.delete(key.id);
    await ledger.standDown(state);
    throw error;
  }
}

/** With no working key to lose, the new one is delivered first and proven after: if it fails, it stays, and the run fails. */
async function proveDelivered(issuing: Issuing, key: IssuedKey): Promise<void> {
  issuing.run.say('The new key is delivered; now it must mint three tokens in a row.');
  await mintThrice(mintingOf(issuing), key);
}

function mintingOf({ user, clients, run }: Issuing): Minting {
  return { user, clock: clients.clock, say: (line) => run.say(line) };
}
