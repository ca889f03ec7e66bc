import { describe, expect, test } from '@jest/globals';
import type { Key } from '../../../src/cloud/google/keys.ts';
import type { Policy } from '../../../src/cloud/google/project-policies.ts';
import type { Account, AccountDocument } from '../../../src/cloud/google/service-accounts.ts';
import { claimsOf, impossibleIn, isConfirmed } from '../../../src/ownership/claims.ts';
import type { Claim, ClaimSources, Witnesses } from '../../../src/ownership/claims.ts';
import { ownership } from '../../../src/ownership/record.ts';
import type { Ownership } from '../../../src/ownership/record.ts';
import { MEMBER, apiError, described, fakeDocument, names } from '../resources/fixtures.ts';
import { A, B, C, key, recorded } from '../resources/key-chain.ts';

const OURS = [names.role, 'roles/bigquery.user', 'roles/bigquery.dataEditor'];
const dead = { disabled: true };

describe('when a mark counts', () => {
  const nothing: Witnesses = { bound: [], ours: OURS, keys: [key(A, 9)], named: [], want: 'present' };
  const destroy = { want: 'absent' } as const;
  test.each<[string, Ownership, Partial<Witnesses>, boolean]>([
    ['nothing agrees, and a key works', recorded(A), {}, false],
    ['bound to our custom role', recorded(A), { bound: [names.role] }, true],
    ['bound to roles/bigquery.user', recorded(A), { bound: ['roles/bigquery.user'] }, true],
    ['bound to roles/bigquery.dataEditor', recorded(A), { bound: ['roles/bigquery.dataEditor'] }, true],
    ['bound to another role', recorded(A), { bound: ['roles/viewer'] }, false],
    ['a destination names the key in use', recorded(A), { named: [A] }, true],
    [
      'a destination names a superseded key that works, beside one in use that is gone',
      recorded(B, { old: [A.slice(0, 12)] }),
      { named: [A] },
      true,
    ],
    [
      'a destination names a superseded key that is disabled',
      recorded(B, { old: [A.slice(0, 12)] }),
      { named: [A], keys: [key(A, 9, dead), key(B, 5)] },
      false,
    ],
    ['a destination names it, shortened', recorded(A), { named: [A.slice(0, 12)] }, false],
    ['a destination names another key', recorded(A), { named: [B], keys: [key(A, 9), key(B, 9)] }, false],
    ['the key that it names is disabled', recorded(A), { named: [A], keys: [key(A, 9, dead), key(B, 9)] }, false],
    ['the key that it names is gone', recorded(A), { named: [A], keys: [key(B, 9)] }, false],
    ['no key is recorded', ownership('created'), { named: [A] }, false],
    ['no key at all: a first run cut short', ownership('created', { issuingBefore: [] }), { keys: [] }, true],
    ['no key that works', recorded(A), { keys: [key(A, 9, dead), key(B, 9, dead)] }, true],
    ['destroy: bound', recorded(A), { ...destroy, bound: [names.role] }, true],
    ['destroy: named', recorded(A), { ...destroy, named: [A] }, true],
    ['destroy: not bound, without a key', ownership('created'), { ...destroy, keys: [] }, false],
  ])('%s → %4$s', (_name, owned, witnesses, expected) => {
    expect(isConfirmed(owned, { ...nothing, ...witnesses })).toBe(expected);
  });
});

describe('ids that no run of ours can have recorded', () => {
  const twin = `${A.slice(0, 20)}${'0'.repeat(20)}`;
  const record = recorded(A, { old: [B.slice(0, 12)] });
  test.each<[string, Ownership, Key[], string[]]>([
    ['a superseded key is older', record, [key(A, 9), key(B, 99)], []],
    ['a superseded key is younger, and works', record, [key(A, 9), key(B, 5)], [`old=${B.slice(0, 12)}`]],
    ['made in the same second', record, [key(A, 9), key(B, 9)], [`old=${B.slice(0, 12)}`]],
    ['younger, and disabled: a newcomer that was shelved', record, [key(A, 9), key(B, 5, dead)], []],
    ['a superseded key is gone', record, [key(A, 9)], []],
    ['the key in use is gone', record, [key(B, 5)], []],
    ['two keys begin like the one in use', recorded(A), [key(A, 9), key(twin, 99)], [`key=${A.slice(0, 12)}`]],
    [
      'the record turned round: the old one in use, the one in use superseded',
      recorded(B, { old: [A.slice(0, 12)] }),
      [key(A, 9), key(B, 99)],
      [`old=${A.slice(0, 12)}`],
    ],
  ])('%s', (_name, owned, keys, expected) => {
    expect(impossibleIn(owned, keys)).toEqual(expected);
  });
});

describe('whose the account is', () => {
  const bound: Policy = { bindings: [{ role: names.role, members: [MEMBER] }] };
  const read = async (
    account: Account | undefined,
    policy: Policy | 'denied',
    keys: readonly Key[] | 'denied',
    more: Partial<ClaimSources> = {},
  ): Promise<{ claim: Claim; asked: string[] }> => {
    const asked: string[] = [];
    const answer = <T>(what: string, value: T | 'denied'): Promise<T> => {
      asked.push(what);
      return value === 'denied' ? Promise.reject(apiError(403, 'PERMISSION_DENIED')) : Promise.resolve(value);
    };
    const document = { ...fakeDocument<Policy>({}), read: () => answer('policy', policy) };
    const claim = await claimsOf({
      account: { ...fakeDocument(account), email: names.email } as unknown as AccountDocument,
      policy: document,
      keys: () => answer('keys', keys),
      listKeys: () => answer('keys', keys),
      comparesKeys: true,
      named: () => answer('destinations', []),
      ...{ member: MEMBER, ours: OURS, want: 'present' },
      ...more,
    }).read();
    return { claim, asked };
  };
  const ours = { description: described('created') };

  test.each<[string, Parameters<typeof read>, boolean, string[]]>([
    ['no account', [undefined, bound, []], false, ['policy']],
    ['unmarked', [{ description: 'By hand' }, bound, []], false, ['policy']],
    ['marked and bound', [ours, bound, [key(A, 9)]], true, ['policy', 'keys']],
    ['marked, not bound, a key works', [ours, {}, [key(A, 9)]], false, ['policy', 'keys', 'destinations']],
    ['marked, not bound, without keys', [ours, {}, []], true, ['policy', 'keys', 'destinations']],
    [
      'marked, another member bound',
      [ours, { bindings: [{ role: names.role, members: ['user:a@b.c'] }] }, [key(A, 9)]],
      false,
      ['policy', 'keys', 'destinations'],
    ],
    [
      'marked, only its deleted twin bound',
      [ours, { bindings: [{ role: names.role, members: [`deleted:${MEMBER}?uid=1`] }] }, [key(A, 9)]],
      false,
      ['policy', 'keys', 'destinations'],
    ],
    ['the policy cannot be read: its own step blocks', [ours, 'denied', [key(A, 9)]], true, ['policy', 'keys']],
    ['the keys cannot be read: their own step blocks', [ours, {}, 'denied'], true, ['policy', 'keys', 'destinations']],
    [
      'keys are not compared, bound: they are not asked for',
      [ours, bound, [], { comparesKeys: false }],
      true,
      ['policy'],
    ],
  ])('%s', async (_name, [account, policy, keys, more], counts, asks) => {
    const { claim, asked } = await read(account, policy, keys, more);
    expect(claim.owned !== undefined).toBe(counts);
    expect(asked).toEqual(asks);
  });

  test('keys are not compared by anybody else, and cannot be read → nobody can tell', async () => {
    await expect(read(ours, {}, 'denied', { comparesKeys: false })).rejects.toMatchObject({ code: 403 });
  });

  test('what was edited is named, wherever it can be seen', async () => {
    const description = `[segment-retl created key=${A.slice(0, 12)} old=${B.slice(0, 12)},0 boss=me]`;
    const { claim } = await read({ description }, bound, [key(A, 9), key(B, 5), key(C, 5)]);
    expect(claim.strays).toEqual(['old=0', 'boss=me', `old=${B.slice(0, 12)}`]);
  });
});
