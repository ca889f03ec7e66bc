/** How unkind the world is: the times that the cloud takes, and how much it flickers meanwhile. */

/** Times are milliseconds: how long after its creation a new thing may be unknown, or how old an answer may be. */
export interface Weather {
  /** A service account, to everybody but BigQuery. */
  readonly account: number;
  readonly accountInBigQuery: number;
  readonly role: number;
  readonly key: number;
  /** Until access that was given has effect, and until access that was taken away has none. */
  readonly grant: number;
  /** A version of a secret, to whoever does not access it by its number. */
  readonly version: number;
  /** Reads of IAM and of Resource Manager. */
  readonly stale: number;
  /** Reads of Secret Manager. */
  readonly secrets: number;
  /** Of a hundred looks: how many do not see what is new, or see what is old. */
  readonly untrue: number;
  /** Whether what is not seen, or was deleted, may be called forbidden instead of missing. */
  readonly denies: boolean;
}

/** The kinds of things that are unknown while they are new. */
export type Kind = 'account' | 'accountInBigQuery' | 'role' | 'key' | 'grant' | 'version';

const CALM: Weather = {
  ...{ account: 0, accountInBigQuery: 0, role: 0, key: 0, grant: 0, version: 0, stale: 0, secrets: 0 },
  untrue: 100, // With --lag alone a new thing is not there at all.
  denies: false,
};

const WEATHERS: Readonly<Record<string, Weather>> = {
  calm: CALM,
  /** As people meet it on a usual day. */
  real: {
    ...{ account: 8_000, accountInBigQuery: 45_000, role: 15_000, key: 5_000, grant: 60_000, version: 10_000 },
    ...{ stale: 3_000, secrets: 10_000 },
    untrue: 50,
    denies: true,
  },
  /** A bad day: two to three times as long, and three looks of four are untrue. */
  storm: {
    ...{ account: 20_000, accountInBigQuery: 120_000, role: 40_000, key: 15_000, grant: 150_000, version: 30_000 },
    ...{ stale: 10_000, secrets: 30_000 },
    untrue: 75,
    denies: true,
  },
};

/** What the command line says of it. Single times overrule the weather's. */
export interface Forecast {
  readonly weather?: string | undefined;
  /** Of everything that is new. */
  readonly lag?: number | undefined;
  readonly stale?: number | undefined;
  /** Divides every time. */
  readonly hurry?: number | undefined;
}

/** @throws when there is no such weather */
export function weatherOf({ weather = 'calm', lag, stale, hurry = 1 }: Forecast): Weather {
  const named = WEATHERS[weather];
  if (named === undefined)
    throw new Error(`There is no weather ${weather}: choose one of ${Object.keys(WEATHERS).join(', ')}.`);
  const lags =
    lag === undefined ? {} : { account: lag, accountInBigQuery: lag, role: lag, key: lag, grant: lag, version: lag };
  const { untrue, denies, ...times } = { ...named, ...lags, ...(stale === undefined ? {} : { stale }) };
  const hurried = Object.entries(times).map(([name, time]) => [name, time / hurry] as const);
  return { ...(Object.fromEntries(hurried) as typeof times), untrue, denies };
}
