import type { Cloud } from '../cloud/google/clients.ts';
import type { IssuedKey } from '../cloud/google/keys.ts';
import { becomeAccount, mintWith } from '../cloud/google/sign-in/impersonate.ts';
import type { AsAccount, Becoming } from '../cloud/google/sign-in/impersonate.ts';
import type { Secret } from '../secret.ts';
import type { Clock } from '../time.ts';
import type { Claim } from './claims.ts';
import type { Verification } from './verification.ts';
import { tryOnce, verifyClaims } from './verify.ts';
import type { Attempted, Judging } from './verify.ts';
import { waitUntilEffective } from './wait-until-effective.ts';

/** What acting as the account takes. */
export interface SegmentAccountOptions {
  /** As the identity of the workflow. */
  readonly cloud: Cloud;
  readonly email: string;
  /** The key file in use, as the workflow was given it. */
  readonly credentials: Secret | undefined;
  readonly mask: (value: string) => void;
  readonly clock: Clock;
  readonly say: (line: string) => void;
  readonly patienceMinutes: number;
  /** Replaced in tests. */
  readonly become?: (how: Becoming) => Promise<AsAccount>;
}

/** The account that Segment uses, as this run can act as it: with the key it issued, the key in use, or by impersonation. */
export interface SegmentAccount {
  /** The account, with a token of its own: by the key issued, the key in use, or impersonation. */
  become(): Promise<AsAccount>;
  /** Gets a token early, so that verifying need not wait for one. */
  begin(): void;
  /** What will be tried as soon as a key is issued, while that is being delivered. */
  expect(claims: readonly Claim[]): void;
  /** This run issued a key: from now on the account is tried with it. */
  useKey(key: IssuedKey): void;
  /** Mints a token with a key: the proof that it works. @throws ApiError of service `oauth2` */
  mint(key: IssuedKey): Promise<void>;
  /** The key that this run issued. */
  issued(): IssuedKey | undefined;
  /** Tries the claims, and waits for those that may just need time. */
  verify(claims: readonly Claim[], judging: Judging): Promise<Verification>;
  /** Verifies, or waits out, that new grants work. @throws Blocked when they do not within the patience */
  waitUntilEffective(claims: readonly Claim[]): Promise<void>;
}

/** Such a token lives 15 minutes, and cannot be renewed: two minutes before its end another one is asked for. */
const GOOD_FOR = 13 * 60_000;

export function segmentAccount(options: SegmentAccountOptions): SegmentAccount {
  const { cloud, email, credentials, mask, clock, say, patienceMinutes } = options;
  const becomeWith = options.become ?? ((how: Becoming): Promise<AsAccount> => becomeAccount(cloud, how));
  let issued: IssuedKey | undefined;
  let expected: readonly Claim[] | undefined;
  /** A token that was asked for ahead of time: good for one attempt, and not for long. */
  let begun: { readonly account: Promise<AsAccount>; readonly at: number } | undefined;
  /** Everything tried once with the key just issued, ahead of time. */
  let early: Promise<Attempted> | undefined;

  const become = (): Promise<AsAccount> => becomeWith({ email, mask, key: keyAtHand(issued, credentials) });
  const takeBegun = (): Promise<AsAccount> => {
    const isGood = begun !== undefined && clock.now() - begun.at < GOOD_FOR;
    const taken = issued === undefined && isGood ? begun : undefined; // A key that was issued since is what counts.
    begun = undefined;
    return taken?.account ?? become();
  };
  /** For a question about the grants alone any way will do: a key in use that is dead must not be mistaken for lag. */
  const becomeAnyhow = async (): Promise<AsAccount> => {
    if (issued !== undefined) return become();
    const impersonated = await becomeWith({ email, mask, key: undefined });
    return 'why' in impersonated ? become() : impersonated;
  };

  return {
    become,
    begin: () => {
      begun = { account: become(), at: clock.now() };
      begun.account.catch(() => undefined); // Whoever verifies gets the error; until then it is nobody's.
    },
    expect: (claims) => {
      expected = claims;
    },
    useKey: (key) => {
      issued = key;
      if (expected === undefined) return;
      // Everything that the claims stand on is there by now.
      early = tryOnce({ asAccount: become, claims: expected });
      early.catch(() => undefined); // Whoever verifies gets the error.
    },
    mint: async (key) => {
      await mintWith(cloud, key, mask);
    },
    issued: () => issued,
    verify: (claims, judging) =>
      verifyClaims({ ...judging, asAccount: takeBegun, early, claims, patienceMinutes, clock, say }),
    waitUntilEffective: (claims) =>
      waitUntilEffective({ claims, patienceMinutes, asAccount: becomeAnyhow, clock, say }),
  };
}

/** The key just issued, else the one in use as the workflow was given it. */
function keyAtHand(issued: IssuedKey | undefined, credentials: Secret | undefined): Becoming['key'] {
  if (issued !== undefined) return { file: issued.file, how: 'with the key just issued' };
  return credentials && { file: credentials, how: 'with credentials_json' };
}
