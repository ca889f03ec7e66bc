import { testPermissions } from '../cloud/google/project-policies.ts';
import type { AsAccount } from '../cloud/google/sign-in/impersonate.ts';
import { ApiError } from '../errors/api-error.ts';
import { Blocked } from '../errors/diagnostic.ts';
import { poll, whenChanged } from '../time.ts';
import type { Clock } from '../time.ts';
import { tryClaims } from './attempts.ts';
import type { Claim } from './claims.ts';
import { minutes } from './wording.ts';

/** How to try what the account may do. */
export interface WaitOptions {
  /** What the new grants must make possible. */
  readonly claims: readonly Claim[];
  readonly patienceMinutes: number;
  readonly asAccount: () => Promise<AsAccount>;
  readonly clock: Clock;
  readonly say: (line: string) => void;
}

const PAUSE = 5_000;

/**
 * Makes sure that new grants work before old ones are taken away. As the account itself, where this run can become it;
 * otherwise it can only wait: access takes 2 to 7 minutes to spread, and a sync must not fail in between.
 *
 * @throws Blocked when they do not work within `patienceMinutes`: nothing is taken away then
 */
export async function waitUntilEffective(options: WaitOptions): Promise<void> {
  const { clock, say, patienceMinutes } = options;
  const most = minutes(patienceMinutes);
  let missing = '';
  const tell = whenChanged(say);
  const onWait = (): void =>
    tell(`The new access is not effective yet (${missing}); trying again, for ${most} at most …`);
  const patience = { within: patienceMinutes * 60_000, first: PAUSE, most: PAUSE };
  const seen = await poll({ clock, onWait, ...patience }, async () => {
    const found = await look(options);
    if (found.state !== 'missing') return { value: found };
    missing = found.what;
    return undefined;
  });
  if (seen === undefined) throw notYetEffective(missing, most);
  if (seen.value.state === 'works') {
    say('The new access works, verified as the service account: now the old access can be revoked.');
    return;
  }
  say(`${seen.value.why}: waiting ${most} for it to take effect, before the old access is revoked.`);
  await countDown(options);
}

/** What can be seen of the new access. */
type Found =
  | { readonly state: 'works' }
  | { readonly state: 'missing'; readonly what: string }
  | { readonly state: 'hidden'; readonly why: string };

async function look({ asAccount, claims }: WaitOptions): Promise<Found> {
  const account = await asAccount();
  if ('why' in account) return { state: 'hidden', why: `The new access cannot be verified (${account.why})` };
  if ('refused' in account) return { state: 'missing', what: account.refused.words };
  if (await isHidden(account, claims)) {
    const why = 'The old access may give what the new access gives, so the new access cannot be verified yet';
    return { state: 'hidden', why };
  }
  const trials = await tryClaims(account.cloud, claims);
  const open = trials.find(({ holds, isUnanswered }) => !holds && isUnanswered !== true);
  if (open === undefined) return { state: 'works' };
  return { state: 'missing', what: `it cannot ${open.claim.what}: ${open.error?.words ?? open.seen ?? ''}` };
}

/**
 * Whether the old access hides whether the new one works. A role and its binding are one policy, whose versions take effect
 * in their order; but what datasets grant spreads apart from it.
 */
async function isHidden(
  account: Extract<AsAccount, { readonly cloud: unknown }>,
  claims: readonly Claim[],
): Promise<boolean> {
  if (!claims.some(({ attempt }) => attempt.kind === 'tables')) return false;
  try {
    return (await testPermissions(account.cloud, ['bigquery.tables.list'])).length > 0;
  } catch (error) {
    if (error instanceof ApiError) return true; // Nobody can tell, so time is what is left.
    throw error;
  }
}

const MINUTE = 60_000;

/** Nothing is asked meanwhile: the time itself is what is waited for. */
async function countDown({ clock, patienceMinutes, say }: WaitOptions): Promise<void> {
  for (let left = patienceMinutes * MINUTE; left > 0; left -= MINUTE) {
    await clock.sleep(Math.min(MINUTE, left));
    const more = Math.ceil((left - MINUTE) / MINUTE);
    if (more > 0) say(`… ${String(more)} more minute${more === 1 ? '' : 's'}`);
  }
}

function notYetEffective(missing: string, most: string): Blocked {
  return new Blocked([
    {
      severity: 'error',
      code: 'verify.not-effective',
      attempted: 'verify the new access before revoking the old access',
      because: `it is not yet effective after ${most}: ${missing}`,
      remedy:
        'No access was revoked, so syncs keep working. Access can take longer than usual to take effect: run the workflow ' +
        'again in some minutes, or raise `patience_minutes`.',
    },
  ]);
}
