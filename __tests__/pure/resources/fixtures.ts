import { spell } from '../../../src/address.ts';
import type { Document } from '../../../src/cloud/document.ts';
import type { Difference, Examination, Phase, Run } from '../../../src/engine/resource.ts';
import { ApiError } from '../../../src/errors/api-error.ts';
import type { Notice } from '../../../src/errors/diagnostic.ts';
import { namesOf } from '../../../src/inputs/names.ts';
import type { Account, AccountDocument } from '../../../src/cloud/google/service-accounts.ts';
import type { Claim, Claims } from '../../../src/ownership/claims.ts';
import { readDescription, writeDescription } from '../../../src/ownership/description.ts';
import { ownership } from '../../../src/ownership/record.ts';
import type { Ownership } from '../../../src/ownership/record.ts';
import type { Clock } from '../../../src/time.ts';

/** One target, its addresses, and what stands in for the world. */

export const PROJECT = 'acme';
export const names = namesOf(PROJECT, 'retl', 'segmentRole');
export const EMAIL = names.email;
export const MEMBER = names.member;
export const DELETED = `deleted:${MEMBER}?uid=1`;

export const addresses = {
  role: { kind: 'role', name: names.roleId },
  account: { kind: 'service-account', name: names.accountId },
  accountPolicy: { kind: 'account-policy', name: EMAIL },
  policy: { kind: 'project-policy', name: PROJECT },
  stateDataset: { kind: 'dataset', name: '__segment_reverse_etl' },
  source: { kind: 'dataset', name: `${PROJECT}.shop` },
  search: { kind: 'datasets', name: PROJECT },
  credential: { kind: 'credential', name: names.accountId },
} as const;

/** A title whose condition nobody evaluates. */
export const condition = { title: 'office hours', expression: 'request.time.getHours("UTC") < 18' };

/** A description with the record of the account, or the marker of a role. */
export function described(mark: Ownership['mark'], facts: Partial<Omit<Ownership, 'mark'>> = {}): string {
  return writeDescription({ text: 'By hand', ownership: ownership(mark, facts) }) ?? '';
}

/** What an account's description says, where it counts. @param isConfirmed - else it is as unmarked */
export function claimOf(account: Account | undefined, isConfirmed = true): Claim {
  const { ownership: claimed, strays = [] } = readDescription(account?.description);
  return { account, claimed, owned: isConfirmed ? claimed : undefined, strays };
}

/** The same, of whatever stands in the document at that moment. */
export function claimsOn(document: Pick<AccountDocument, 'read' | 'reread'>, isConfirmed = true): Claims {
  return {
    read: async () => claimOf(await document.read(), isConfirmed),
    reread: async () => claimOf(await document.reread(), isConfirmed),
  };
}

/** What an examination comes to: `code kind` of each difference, `severity code` of all that a person is told. */
export function outline({ differences, diagnostics }: Examination<unknown>): {
  readonly differences: readonly string[];
  readonly told: readonly string[];
} {
  return {
    differences: differences.map(({ code, kind }) => `${code} ${kind}`),
    told: diagnostics.map(({ severity, code }) => `${severity} ${code}`),
  };
}

/** `field: live → desired` of each difference. */
export function words({ differences }: Examination<unknown>): string[] {
  return differences.map(({ field, live, desired }) => `${field}: ${live} → ${desired}`);
}

/** `code: phase, deed, after …` of each difference. */
export function order({ differences }: Examination<unknown>): string[] {
  return differences.map(({ code, phase, makes, right, after = [] }) =>
    [`${code}: ${phase}`, makes, right, ...after.map(spell)].filter((part) => part !== undefined).join(', '),
  );
}

/** `from → to: label` of each edge, `–` where the thing itself is meant. */
export function edges({ differences }: Examination<unknown>): string[] {
  return differences.map(({ edge }) =>
    edge === undefined ? '–' : `${edge.from.text} → ${edge.to.text}: ${edge.label}`,
  );
}

/** A clock that jumps to the end of every wait. */
export function fakeClock(): Clock {
  let now = 0;
  return {
    now: () => now,
    sleep: (milliseconds) => {
      now += milliseconds;
      return Promise.resolve();
    },
  };
}

/** A run, and all that it was told. */
export function fakeRun(clock: Clock = fakeClock()): Run & {
  readonly told: Notice[];
  readonly said: string[];
  readonly left: unknown[];
  readonly checks: (() => Promise<void>)[];
} {
  const told: Notice[] = [];
  const left: unknown[] = [];
  const said: string[] = [];
  const checks: (() => Promise<void>)[] = [];
  return {
    clock,
    checks,
    told,
    said,
    left,
    made: () => undefined,
    tell: (notice) => void told.push(notice),
    say: (line) => void said.push(line),
    leave: (change) => void left.push(change),
    confirm: (check) => void checks.push(check),
  };
}

/** A document in memory, and what was asked of it. */
export interface FakeDocument<T> extends Document<T> {
  readonly log: string[];
  readonly now: () => T | undefined;
  readonly put: (live: T | undefined) => void;
}

/** By hand and not by `makeDocument`: in Jest's realm its clones are never deeply equal to what is made here. */
export function fakeDocument<T extends object>(first: T | undefined): FakeDocument<T> {
  let live = first;
  let known: { readonly value: T | undefined } | undefined;
  const log: string[] = [];
  const reread = (): Promise<T | undefined> => {
    log.push('read');
    known = { value: live };
    return Promise.resolve(live);
  };
  const read = (): Promise<T | undefined> => (known === undefined ? reread() : Promise.resolve(known.value));
  return {
    ...{ log, read, reread, now: () => live, put: (next) => void (live = next) },
    learn: (value) => void (known = { value }),
    edit: async (change) => {
      const before = await read();
      if (before === undefined) throw new Error('gone');
      const after = change(before);
      if (JSON.stringify(after) === JSON.stringify(before)) return before;
      log.push('write');
      live = after;
      known = { value: after };
      return after;
    },
  };
}

/** What a service answers that refuses. */
export function apiError(code: number, status: string, words = 'no'): ApiError {
  return new ApiError({
    ...{ call: 'try', service: 'serviceusage', code, status, reason: undefined, words },
    ...{ requestId: undefined, details: [], retryAfter: undefined },
  });
}

export const alreadyExists = (): Promise<never> => Promise.reject(apiError(409, 'ALREADY_EXISTS', 'it exists'));

/** What of an examination one phase carries out. */
export function changesIn<Change>({ differences }: Examination<Change>, phase: Phase): Change[] {
  return differences.filter((one: Difference<Change>) => one.phase === phase).map(({ change }) => change);
}
