import type { Clock } from '../time.ts';
import { testPermissions } from '../cloud/google/project-policies.ts';
import { Refused } from '../errors/diagnostic.ts';
import { tryClaims } from './attempts.ts';
import type { Claim } from './claims.ts';
import { minutes } from './prove.ts';
import type { AsAccount } from './prove.ts';

/** How to try what the account may do. */
export interface ProofOptions {
  /** What the new grants must make possible. */
  readonly claims: readonly Claim[];
  readonly datasetId: string;
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
 * @throws Refused when they do not work within `patienceMinutes`: nothing is taken away then
 */
export async function untilEffective(options: ProofOptions): Promise<void> {
  const { clock, say, patienceMinutes } = options;
  const most = minutes(patienceMinutes);
  const end = clock.now() + patienceMinutes * 60_000;
  for (;;) {
    const account = await options.asAccount();
    if ('why' in account) {
      say(
        `The new access cannot be tried (${account.why}): waiting ${most} for it to spread, before the old is taken away.`,
      );
      return wait(options);
    }
    if (await isHidden(account, options)) {
      say(
        'What the new access gives, the old gives too, so that it cannot be tried while the old is there: ' +
          `waiting ${most} for it to spread, before the old is taken away.`,
      );
      return wait(options);
    }
    const missing = await whatIsMissing(account, options);
    if (missing === undefined) {
      say('The new access works, tried as the account itself: now the old can be taken away.');
      return;
    }
    if (clock.now() + PAUSE > end) throw notYetEffective(missing, most);
    say(`The new access is not effective yet (${missing}); trying again, for ${most} at most …`);
    await clock.sleep(PAUSE);
  }
}

/**
 * Whether the old access hides whether the new one works. A role and its binding are one policy, whose versions take effect
 * in their order; but what datasets grant spreads apart from it.
 */
async function isHidden(account: Become, { claims }: ProofOptions): Promise<boolean> {
  if ('refused' in account || !claims.some(({ attempt }) => attempt.kind === 'tables')) return false;
  return (await testPermissions(account.cloud, ['bigquery.tables.list'])).length > 0;
}

type Become = Exclude<AsAccount, { readonly why: string }>;

async function whatIsMissing(account: Become, { claims, datasetId }: ProofOptions): Promise<string | undefined> {
  if ('refused' in account) return account.refused.words;
  const [open] = (await tryClaims(account.cloud, claims, datasetId)).filter(({ holds }) => !holds);
  return open && `it cannot ${open.claim.what}: ${open.error?.words ?? open.seen ?? ''}`;
}

async function wait({ clock, patienceMinutes, say }: ProofOptions): Promise<void> {
  const end = clock.now() + patienceMinutes * 60_000;
  while (clock.now() < end) {
    await clock.sleep(Math.min(60_000, end - clock.now()));
    const left = Math.ceil((end - clock.now()) / 60_000);
    if (left > 0) say(`… ${String(left)} more minute${left === 1 ? '' : 's'}`);
  }
}

function notYetEffective(missing: string, most: string): Refused {
  return new Refused([
    {
      attempted: 'see the new access work before taking the old away',
      because: `it is not yet effective after ${most}: ${missing}`,
      remedy:
        'Nothing was taken away, so that no sync breaks. Access can take longer than usual to spread: run the workflow again ' +
        'in some minutes, or raise patience_minutes.',
    },
  ]);
}
