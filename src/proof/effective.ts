import { ApiError } from '../api-error.ts';
import type { Cloud } from '../google/cloud.ts';
import { dryRun } from '../google/datasets.ts';
import { testPermissions } from '../google/project-policy.ts';
import { Refused } from '../refusal.ts';
import type { Claims } from './claims.ts';

/** How to try what the account may do. */
export interface ProofOptions {
  readonly claims: Claims;
  /** Where the state dataset lies; undefined = BigQuery finds out. */
  readonly location: string | undefined;
  readonly patienceMinutes: number;
  /** Google Cloud as the account itself; undefined when this run cannot become it, with the reason. */
  readonly asAccount: () => Promise<{ readonly cloud: Cloud } | { readonly why: string }>;
  readonly clock: Cloud['clock'];
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
  const minutes = `${String(patienceMinutes)} minute${patienceMinutes === 1 ? '' : 's'}`;
  const account = await options.asAccount();
  if ('why' in account) {
    say(
      `The new access cannot be tried (${account.why}): waiting ${minutes} for it to spread, before the old is taken away.`,
    );
    await wait(options);
    return;
  }
  const end = clock.now() + patienceMinutes * 60_000;
  for (;;) {
    const missing = await whatIsMissing(account.cloud, options);
    if (missing === undefined) {
      say('The new access works, tried as the account itself: now the old can be taken away.');
      return;
    }
    if (clock.now() + PAUSE > end) throw notYetEffective(missing, minutes);
    say(`The new access is not effective yet (${missing}); trying again, for ${minutes} at most …`);
    await clock.sleep(PAUSE);
  }
}

async function wait({ clock, patienceMinutes, say }: ProofOptions): Promise<void> {
  const end = clock.now() + patienceMinutes * 60_000;
  while (clock.now() < end) {
    await clock.sleep(Math.min(60_000, end - clock.now()));
    const left = Math.ceil((end - clock.now()) / 60_000);
    if (left > 0) say(`… ${String(left)} more minute${left === 1 ? '' : 's'}`);
  }
}

async function whatIsMissing(cloud: Cloud, { claims, location }: ProofOptions): Promise<string | undefined> {
  try {
    const held = new Set(await testPermissions(cloud, claims.permissions));
    const missing = claims.permissions.filter((permission) => !held.has(permission));
    if (missing.length > 0) return `on the project it lacks ${missing.join(', ')}`;
    if (claims.statement !== undefined) await dryRun(cloud, claims.statement, location);
    return undefined;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return error.words;
  }
}

function notYetEffective(missing: string, minutes: string): Refused {
  return new Refused([
    {
      attempted: 'see the new access work before taking the old away',
      because: `it is not yet effective after ${minutes}: ${missing}`,
      remedy:
        'Nothing was taken away, so that no sync breaks. Access can take longer than usual to spread: run the workflow again ' +
        'in some minutes, or raise patience_minutes.',
    },
  ]);
}
