import { ApiError, isNotFound, isUnclear } from '../../errors/api-error.ts';
import { untilVisible } from '../../cloud/document.ts';
import type { IssuedKey, Key } from '../../cloud/google/keys.ts';
import { Refused } from '../../errors/diagnostic.ts';
import type { Note } from '../../engine/resource.ts';
import { assess } from './assess.ts';
import type { CredentialState } from './assess.ts';
import { deliverEverywhere } from './deliver.ts';
import { look } from './evidence.ts';
import type { Issuer } from './evidence.ts';
import { day } from './reasons.ts';
import { announce, recordDelivery, standDown } from './record.ts';
import { settleUnderWay } from './settle.ts';
import { ACCOUNT_LAG } from '../../ownership/account-record.ts';

const MINTS_IN_A_ROW = 3;
const PROOF_TIME = 7 * 60_000;
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 10_000;
const RESTARTS = 3;

/**
 * Issue → prove → deliver → record, after settling what a run that died has left. Looks at everything again first: the
 * plan may be minutes old, and another run may have been quicker. Returns what a person should know.
 */
export async function issue(issuer: Issuer): Promise<Note[]> {
  const notes: string[] = [];
  for (let restart = 0; restart < RESTARTS; restart += 1) {
    const evidence = await settleUnderWay(issuer, await look(issuer), notes);
    const state = assess(evidence, issuer.clock.now(), issuer.demands);
    if (state.reason === undefined) return notes;
    if (!(await announce(issuer, evidence))) continue; // Another run recorded a key in between: look again.
    const key = await create(issuer, state);
    issuer.onIssued(key);
    const replaced = keysMaybeInUse(state, issuer.clock.now());
    if (replaced.length > 0) await prove(issuer, key, state);
    await deliverEverywhere(issuer, key, state);
    notes.push(...(await recordDelivery(issuer, key, { evidence, state })));
    if (issuer.startsAnew()) await proveDelivered(issuer, key);
    return [...notes, ...farewells(issuer, replaced)];
  }
  throw new Refused([
    {
      attempted: `issue a key for ${issuer.document.email}`,
      because: 'other runs kept recording keys at the same moment',
      remedy: 'Give the workflows that use this action one concurrency group, and run this one again.',
    },
  ]);
}

/** What becomes of the keys that were replaced, and by when the new one must be in use. */
function farewells(issuer: Issuer, replaced: readonly Key[]): Note[] {
  return replaced.map((key) => {
    const id = key.id.slice(0, 12);
    if (issuer.overlap === undefined)
      return {
        warning: `the key ${id} was replaced and still works: once Segment uses the new one, delete it, or set key_overlap_days`,
      };
    if (issuer.overlap === 0) return `the key ${id} was replaced, and stops now (key_overlap_days: 0)`;
    const stop = day(issuer.clock.now() + issuer.overlap);
    return { warning: `the key ${id} was replaced, and stops on ${stop}: put the new key into Segment before` };
  });
}

async function create(issuer: Issuer, state: CredentialState): Promise<IssuedKey> {
  try {
    const onWait = (): void => issuer.say('IAM does not know the new account everywhere yet; trying again …');
    // 404 means that the account, which this run has seen, is too new for this front end: nothing was made.
    return await untilVisible({ clock: issuer.clock, milliseconds: ACCOUNT_LAG, isInvisible: isNotFound, onWait }, () =>
      issuer.keys.create(),
    );
  } catch (error) {
    if (!isUnclear(error)) {
      await standDown(issuer, state);
      throw error;
    }
    throw await afterLostReply(issuer, error);
  }
}

/** Never sent twice: a key may exist now that nobody can ever hold. It is found by listing, and put out of action. */
async function afterLostReply(issuer: Issuer, error: unknown): Promise<Refused> {
  const notes: string[] = [];
  for (const pause of [0, 2_000]) {
    await issuer.clock.sleep(pause);
    await settleUnderWay(issuer, await look(issuer), notes);
    if (notes.length > 0) break;
  }
  return new Refused(
    [
      {
        attempted: `issue a key for ${issuer.document.email}`,
        because: `the answer was lost (${error instanceof ApiError ? error.words : String(error)}); ${notes.join('; ') || 'no key was found that it could have made'}`,
        remedy: 'Run the workflow again: it issues a new key. Nothing was delivered, and no key is left that works.',
      },
    ],
    error,
  );
}

/** Keys with which somebody may be working right now, which the new one would replace. */
function keysMaybeInUse(state: CredentialState, now: number): Key[] {
  const doubted = state.settlement.outcome === 'in doubt' ? state.settlement.newcomers : [];
  const candidates = [...(state.current === undefined ? [] : [state.current]), ...doubted];
  return candidates.filter((key) => !key.disabled && key.endsAt > now);
}

/** A new key is unknown to some front ends for minutes: before it replaces a working one it mints three times in a row. */
async function prove(issuer: Issuer, key: IssuedKey, state: CredentialState): Promise<void> {
  issuer.say('A working key is in use, so the new one is proven first: it must mint three tokens in a row.');
  try {
    await mintThrice(issuer, key);
  } catch (error) {
    await issuer.keys.delete(key.id);
    await standDown(issuer, state);
    throw error;
  }
}

/** With no working key to lose, the new one is delivered first and proven after: if it fails, it stays, and the run is red. */
async function proveDelivered(issuer: Issuer, key: IssuedKey): Promise<void> {
  issuer.say('The new key is delivered; now it must mint three tokens in a row.');
  await mintThrice(issuer, key);
}

async function mintThrice(issuer: Issuer, key: IssuedKey): Promise<void> {
  const { clock } = issuer;
  const end = clock.now() + PROOF_TIME;
  let failures = 0;
  for (let inARow = 0; inARow < MINTS_IN_A_ROW;) {
    try {
      await issuer.mint(key);
      inARow += 1;
    } catch (error) {
      const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** failures);
      if (!(error instanceof ApiError) || clock.now() + pause > end) throw error;
      inARow = 0;
      failures += 1;
      issuer.say(`The new key does not work everywhere yet (${error.words}); trying again …`);
      await clock.sleep(pause);
    }
  }
}
