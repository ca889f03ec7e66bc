import type { Keys } from '../../cloud/google/keys.ts';
import type { KeyConstraints } from '../../cloud/google/org-policy-constraints.ts';
import type { AccountDocument } from '../../cloud/google/service-accounts.ts';
import type { Destination } from '../../destinations/destination.ts';
import type { Consumption } from '../../destinations/segment/consumer.ts';
import { ApiError } from '../../errors/api-error.ts';
import type { Resource, Run } from '../../engine/resource.ts';
import { unreachable } from '../../engine/unreachable.ts';
import type { Claims } from '../../ownership/claims.ts';
import type { KeyList } from '../../ownership/key-list.ts';
import { marksOf } from '../../ownership/place-mark.ts';
import type { Clock } from '../../time.ts';
import { madeOf } from '../service-account/made.ts';
import { chosenIn } from './design.ts';
import type { CredentialChange, CredentialDesign, CredentialLive, CredentialMade } from './design.ts';
import { withConsumption } from './consult.ts';
import { readEvidence } from './evidence.ts';
import type { Evidence } from './evidence.ts';
import { examineCredential, keyEdge } from './examine.ts';
import { issue } from './issue.ts';
import { sentence } from '../../errors/diagnostic.ts';
import { ENABLED_AGAIN, confirmRecorded, keyLedger } from './ledger.ts';
import type { KeyUser } from './mint.ts';
import { clearBeforeEnabling, deleteOurs, leaveUnproven, pruneForeign, retireSuperseded } from './retire.ts';

/** The key that Segment uses, where it is, and where it goes. */
export interface CredentialOptions {
  readonly design: CredentialDesign;
  readonly document: AccountDocument;
  readonly claims: Claims;
  readonly keys: Keys;
  /** The keys as the plan sees them. */
  readonly keyList: KeyList;
  readonly destinations: readonly Destination[];
  /** Whether this run may deliver; else it asks only what would keep any run from it. */
  readonly delivers: boolean;
  readonly constraints: () => Promise<KeyConstraints>;
  /** Asks what whoever uses the key has done; undefined where no key goes to Segment. */
  readonly consult: (() => Promise<Consumption | undefined>) | undefined;
  /** Acts as the account with a new key. */
  readonly user: KeyUser;
  readonly clock: Clock;
}

/** The key that Segment uses: one, valid, and delivered to every destination. */
export function credential(options: CredentialOptions): Resource<CredentialLive, CredentialChange, CredentialMade> {
  const { design } = options;
  return {
    address: design.address,
    want: design.want,
    outputs: { key_id: '' },
    picture: { edges: design.want === 'absent' ? [] : [keyEdge(design)] },
    read: () => (design.want === 'unmanaged' ? Promise.resolve(undefined) : read(options)),
    examine: (live) => examineCredential(design, live),
    change: (live, changes, run) =>
      live === undefined ? Promise.resolve(undefined) : change(options, { live, changes, run }),
  };
}

async function read(options: CredentialOptions): Promise<CredentialLive> {
  const { clock, delivers, design, destinations, document } = options;
  const isMaking = design.want === 'present';
  const [account, evidence, obstacles, constraints, into] = await Promise.all([
    document.read(),
    consulted(options),
    Promise.all((isMaking ? destinations : []).map((one) => (delivers ? one.refuse() : one.foresee()))),
    isMaking ? options.constraints() : { closed: [], otherClosed: [] },
    Promise.all(destinations.map(placeInFull)),
  ]);
  return {
    ...evidence,
    obstacles: obstacles.filter((obstacle) => obstacle !== undefined),
    constraints,
    into: into.sort(),
    isAccountThere: account !== undefined,
    isAccountDisabled: account?.disabled === true,
    now: clock.now(),
  };
}

async function consulted(options: CredentialOptions): Promise<Evidence> {
  return withConsumption(await readEvidence(options), options.consult, options.clock.now());
}

/** What cannot be asked is told by a step of its own, and there is no digest then. */
async function placeInFull({ covered, place }: Destination): Promise<string> {
  try {
    return (await covered?.()) ?? place;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return place;
  }
}

/** What is to be done, and where it is told. */
interface Work {
  readonly live: CredentialLive;
  readonly changes: readonly CredentialChange[];
  readonly run: Run;
}

/** What brings keys back or makes them goes first; then the keys of before, then those of others. */
async function change(options: CredentialOptions, { live, changes, run }: Work): Promise<CredentialMade | undefined> {
  const { design, user } = options;
  const { demands, provesConsumer } = design;
  const { isCreated, isEnabled } = madeOf(run, { kind: 'service-account', name: design.names.accountId });
  const ledger = keyLedger(options, { demands, isNewAccount: isCreated, say: (line) => run.say(line) });
  const common = { clients: options, design, ledger, demands, run };
  await clearBeforeEnabling(common, live, changes);
  const chosen = chosenIn(changes);
  const isIssuing = changes.some(isIssues);
  const startsAnew = design.replacesAll && isEnabled;
  const issuing = { ...common, chosen, user, provesConsumer, startsAnew, isNewAccount: isCreated };
  const issued = isIssuing ? await issue(issuing) : undefined;
  await retireSuperseded(common, changes);
  await pruneForeign(common, live, changes);
  await deleteOurs(common, changes);
  if (issued !== undefined && isCreated) confirmFirst(options, run, issued);
  leaveUnproven(common, changes);
  return issued === undefined ? undefined : { issued };
}

/** A verification that took longer has waited for something: then reads may be old, too. */
const AT_ONCE = 3_000;

/**
 * Of an account that this run has made nothing was read again before the record: what that has written over is looked for
 * after it, and once more when the verification had to wait.
 */
function confirmFirst(options: CredentialOptions, run: Run, key: string): void {
  const { clock, destinations } = options;
  const since = clock.now();
  const seen = { isFine: false };
  const look = async (): Promise<void> => {
    seen.isFine = false;
    const delivered = { key, at: marksOf(destinations), knownKey: undefined, doubted: [], existing: [key] };
    if (await confirmRecorded(options, delivered)) run.say(sentence(ENABLED_AGAIN));
    seen.isFine = true;
  };
  run.confirm(look);
  run.confirm(async () => {
    if (seen.isFine && clock.now() - since > AT_ONCE) await look();
  }, 'after');
}

/** Whether issuing carries it out, which settles what a run that died has left; retiring carries out the others. */
function isIssues(change: CredentialChange): boolean {
  if ('issue' in change || 'record' in change || 'standDown' in change) return true;
  if ('keep' in change) return false;
  if (!('disable' in change || 'delete' in change)) return unreachable(change);
  switch (change.why) {
    case 'under-way':
      return true;
    case 'before-enabling':
    case 'superseded':
    case 'foreign':
    case 'adopted':
      return false;
  }
}
