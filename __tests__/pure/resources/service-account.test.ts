import { describe, expect, test } from '@jest/globals';
import type { Key } from '../../../src/cloud/google/keys.ts';
import type { Account, AccountDocument } from '../../../src/cloud/google/service-accounts.ts';
import { readDescription } from '../../../src/ownership/description.ts';
import { examineAccount } from '../../../src/resources/service-account/examine.ts';
import type { AccountDesign } from '../../../src/resources/service-account/examine.ts';
import { madeOf } from '../../../src/resources/service-account/made.ts';
import { revoke } from '../../../src/resources/service-account/revoke.ts';
import { serviceAccount } from '../../../src/resources/service-account/service-account.ts';
import {
  EMAIL,
  addresses,
  alreadyExists,
  apiError,
  changesIn,
  claimOf,
  claimsOn,
  described,
  edges,
  fakeClock,
  fakeDocument,
  fakeRun,
  names,
  order,
  outline,
  words,
} from './fixtures.ts';
import { A, B, NOW, key } from './key-chain.ts';

const design: AccountDesign = {
  address: addresses.account,
  names,
  adopt: false,
  restore: false,
  want: 'present',
  enableAfter: [addresses.credential],
  deleteAfter: [addresses.credential, addresses.stateDataset],
  releaseAfter: [addresses.credential, addresses.stateDataset, addresses.role, addresses.policy],
};
const created = described('created');

interface Row {
  readonly name: string;
  readonly design?: Partial<AccountDesign>;
  readonly live: Account | undefined;
  /** Whether something of higher trust agrees with its mark. */
  readonly isConfirmed?: boolean;
  readonly differences?: readonly string[];
  readonly told?: readonly string[];
  /** In one of what is told. */
  readonly says?: RegExp;
}

const rows: Row[] = [
  { name: 'created by us → in sync', live: { description: created } },
  { name: 'adopted → in sync', live: { description: described('adopted') } },
  { name: 'absent → missing', live: undefined, differences: ['account.missing missing'] },
  {
    name: 'unmarked → refused',
    live: { description: 'By hand' },
    differences: ['account.unmarked missing'],
    told: ['error owner.unmarked'],
    says: /adopt: true .* or account_id to another name/,
  },
  {
    name: 'unmarked, with adopt → adopted',
    design: { adopt: true },
    live: { description: 'By hand' },
    differences: ['account.unmarked missing'],
  },
  {
    name: 'unmarked, with adopt, and a description that leaves no room → refused',
    design: { adopt: true },
    live: { description: 'x'.repeat(250) },
    differences: ['account.unmarked missing'],
    told: ['error owner.no-room'],
    says: /service account .*leaves no room for the ownership marker.*Shorten the description/,
  },
  {
    name: 'unmarked, without adopt, and a description that leaves no room → refused for the marker alone',
    live: { description: 'x'.repeat(250) },
    differences: ['account.unmarked missing'],
    told: ['error owner.unmarked'],
  },
  {
    name: 'marked, and nothing confirms it → refused',
    live: { description: created },
    isConfirmed: false,
    differences: ['account.unconfirmed missing'],
    told: ['error owner.unconfirmed'],
    says: /marker alone proves nothing.*no destination names its key, and it has keys that work.*adopt: true/,
  },
  {
    name: 'marked, and nothing confirms it, with adopt → adopted',
    design: { adopt: true },
    live: { description: created },
    isConfirmed: false,
    differences: ['account.unconfirmed missing'],
  },
  {
    name: 'a record with words and ids that are none of ours → edited',
    live: { description: 'By hand [segment-retl created key=abcdef012345 old=0,1 boss=me]' },
    differences: ['account.record-edited changed'],
  },
  {
    name: 'destroy: marked, and nothing confirms it → only the bracket goes',
    design: { want: 'absent' },
    live: { description: created },
    isConfirmed: false,
    differences: ['account.to-release changed'],
    told: ['warning account.left'],
    says: /nothing confirms that; only the mark is removed/,
  },
  {
    name: 'disabled by hand → refused',
    live: { description: created, disabled: true },
    differences: ['account.disabled changed'],
    told: ['error account.disabled'],
    says: /somebody disabled it.*mode rotate with restore: true/s,
  },
  {
    name: 'disabled by mode revoke → refused',
    live: { description: described('created', { revoked: true }), disabled: true },
    differences: ['account.disabled changed'],
    told: ['error account.disabled'],
    says: /mode revoke disabled it/,
  },
  {
    name: 'disabled, with restore → enabled',
    design: { restore: true },
    live: { description: created, disabled: true },
    differences: ['account.disabled changed'],
  },
  {
    name: 'disabled and unmarked, with neither → refused for both',
    live: { disabled: true },
    differences: ['account.unmarked missing', 'account.disabled changed'],
    told: ['error owner.unmarked', 'error account.disabled'],
  },
  {
    name: 'enabled, though its record says revoked → a warning',
    live: { description: described('created', { revoked: true }) },
    told: ['warning account.enabled-by-hand'],
  },
  { name: 'destroy: absent → nothing', design: { want: 'absent' }, live: undefined },
  {
    name: 'destroy: created → deleted',
    design: { want: 'absent' },
    live: { description: created },
    differences: ['account.to-delete changed'],
  },
  {
    name: 'destroy: created and disabled → deleted all the same',
    design: { want: 'absent' },
    live: { description: created, disabled: true },
    differences: ['account.to-delete changed'],
  },
  {
    name: 'destroy: adopted → released, and kept',
    design: { want: 'absent' },
    live: { description: described('adopted') },
    differences: ['account.to-release changed'],
    told: ['warning account.left'],
    says: /adopted, not created/,
  },
  {
    name: 'destroy: unmarked → kept',
    design: { want: 'absent' },
    live: { description: 'By hand' },
    told: ['warning account.left'],
    says: /with all its access: it is not managed/,
  },
];

describe('examineAccount', () => {
  test.each(rows)('account: $name', ({ design: change, live, differences = [], told = [], ...row }) => {
    const { says = /^/, isConfirmed = true } = row;
    const found = examineAccount({ ...design, ...change }, live && claimOf(live, isConfirmed));
    expect(outline(found)).toEqual({ differences, told });
    expect(JSON.stringify(found.diagnostics)).toMatch(says);
  });

  test('account: adopted and enabled in one run → both after the old keys are deleted', () => {
    const found = examineAccount({ ...design, adopt: true, restore: true }, claimOf({ disabled: true }));
    expect(order(found)).toEqual([
      'account.unmarked: grant, adopted, credential/retl',
      'account.disabled: grant, enabled, given, credential/retl',
    ]);
    expect(words(found)).toEqual(['owner: unmarked → marked as ours', 'disabled: true → false']);
    expect(edges(found)).toEqual(['–', '–']);
  });

  test.each([
    ['created', 'account.to-delete: remove, deleted, credential/retl, dataset/__segment_reverse_etl'],
    [
      'adopted',
      'account.to-release: remove, released, credential/retl, dataset/__segment_reverse_etl, role/segmentRole, project-policy/acme',
    ],
  ] as const)('account: destroy, %s → before the binding that confirms it, or last of all', (mark, expected) => {
    expect(order(examineAccount({ ...design, want: 'absent' }, claimOf({ description: described(mark) })))).toEqual([
      expected,
    ]);
  });

  test.each([
    [true, 'adoption'],
    [false, undefined],
  ])('account: unmarked, adopt %p → exempt from drift: %s', (adopt, exempt) => {
    expect(examineAccount({ ...design, adopt }, claimOf({})).differences[0]?.exempt).toBe(exempt);
  });

  test('account: disabled by mode revoke → said so', () => {
    const revoked = { description: described('created', { revoked: true }), disabled: true };
    expect(words(examineAccount(design, claimOf(revoked)))).toEqual(['disabled: true (revoked) → false']);
  });

  test('account: missing → nothing to wait for', () => {
    const found = examineAccount(design, undefined);
    expect(order(found)).toEqual(['account.missing: grant, created']);
    expect(words(found)).toEqual(['service account: absent → present']);
  });
});

type FakeAccount = AccountDocument & {
  readonly deeds: string[];
  readonly log: string[];
  readonly now: () => Account | undefined;
  readonly put: (live: Account | undefined) => void;
};

function fakeAccount(first: Account | undefined): FakeAccount {
  const document = fakeDocument<Account>(first);
  const deeds: string[] = [];
  const become = (deed: string, live: Account | undefined): Promise<void> => {
    deeds.push(deed);
    document.put(live);
    document.learn(live);
    return Promise.resolve();
  };
  return {
    ...document,
    deeds,
    email: EMAIL,
    create: async (account) => {
      await become('create', account);
      return account;
    },
    enable: () => become('enable', { ...document.now(), disabled: false }),
    disable: () => become('disable', { ...document.now(), disabled: true }),
    delete: () => become('delete', undefined),
  };
}

describe('serviceAccount', () => {
  const keep = (
    document: AccountDocument,
    change: Partial<AccountDesign> = {},
    { deliversTo = ['o'], isConfirmed = true, more = {} } = {},
  ) =>
    serviceAccount({
      claims: claimsOn(document, isConfirmed),
      ...{ ...design, ...change, document, deliversTo },
      ...{ displayName: 'Segment', description: 'For Segment.', recordAtCreation: () => Promise.resolve(more) },
      refuseOverlap: () => Promise.resolve(),
    });

  test.each([
    [['o'], 'For Segment. [segment-retl created issuing-before= to=o]'],
    [[] as string[], 'For Segment. [segment-retl created]'],
  ])('account: absent, a key is due: %p → created, and its record says so', async (deliversTo, description) => {
    const document = fakeAccount(undefined);
    const resource = keep(document, {}, { deliversTo });
    const made = await resource.change(undefined, [{ create: true }], fakeRun());
    expect(made).toEqual({ isCreated: true, isEnabled: false });
    expect(document.now()).toEqual({ displayName: 'Segment', description });
  });

  test.each([
    ['ours', created, true, true],
    ['unmarked', 'By hand', true, false],
    ['marked, and nothing confirms it', created, false, false],
  ])('account: found to exist while it is created, %s → goes on: %4$s', async (_, description, isConfirmed, goesOn) => {
    const document = fakeAccount({ description });
    document.create = alreadyExists;
    const work = keep(document, {}, { isConfirmed }).change(undefined, [{ create: true }], fakeRun());
    await (goesOn
      ? expect(work).resolves.toEqual({ isCreated: false, isEnabled: false })
      : expect(work).rejects.toThrow(/not managed by this action|ownership marker alone proves nothing/));
  });

  test('account: found to exist while it is created, unmarked, with adopt → refused: no plan has shown it', async () => {
    const document = fakeAccount({ description: 'By hand' });
    document.create = alreadyExists;
    const work = keep(document, { adopt: true }).change(undefined, [{ create: true }], fakeRun());
    await expect(work).rejects.toMatchObject({ problems: [{ code: 'account.appeared' }] });
  });

  test('account: disabled and revoked → enabled, and no longer recorded as revoked', async () => {
    const document = fakeAccount({ description: described('created', { revoked: true }), disabled: true });
    const resource = keep(document, { restore: true });
    const found = await resource.read();
    const made = await resource.change(found, changesIn(resource.examine(found), 'grant'), fakeRun());
    expect(made).toEqual({ isCreated: false, isEnabled: true });
    expect(document.deeds).toEqual(['enable']);
    expect(document.now()).toEqual({ description: created, disabled: false });
  });

  test('account: marked, and nothing confirms it, with adopt → all that its record says of keys goes', async () => {
    const document = fakeAccount({ description: described('created', { key: 'abcdef', old: ['012345'] }) });
    const resource = keep(document, { adopt: true }, { isConfirmed: false });
    const found = await resource.read();
    await resource.change(found, changesIn(resource.examine(found), 'grant'), fakeRun());
    expect(document.now()).toEqual({ description: described('adopted') });
  });

  test('account: marked, and nothing confirms it; another run has adopted it meanwhile → its record stays', async () => {
    const document = fakeAccount({ description: described('created', { key: 'abcdef' }) });
    const resource = keep(document, { adopt: true }, { isConfirmed: false });
    const found = await resource.read();
    const theirs = described('adopted', { issuingBefore: [] });
    await document.edit(() => ({ description: theirs }));
    await resource.change(found, changesIn(resource.examine(found), 'grant'), fakeRun());
    expect(document.now()).toEqual({ description: theirs });
  });

  test('account: an edited record → what no run can have written is struck, the rest stays', async () => {
    const document = fakeAccount({ description: 'By hand [segment-retl created key=abcdef old=012345,1 boss=me]' });
    const resource = keep(document);
    const claim = { ...claimOf(document.now()), strays: ['old=012345', 'old=1', 'boss=me'] };
    await resource.change(claim, changesIn(resource.examine(claim), 'grant'), fakeRun());
    expect(document.now()).toEqual({ description: 'By hand [segment-retl created key=abcdef]' });
  });

  test('account: unmarked, with adopt → only the marker is added; nothing made', async () => {
    const document = fakeAccount({ description: 'By hand' });
    const resource = keep(document, { adopt: true });
    const found = await resource.read();
    expect(await resource.change(found, changesIn(resource.examine(found), 'grant'), fakeRun())).toBeUndefined();
    expect(document.now()).toEqual({ description: described('adopted') });
  });

  test.each([
    ['created', ['delete'], undefined],
    ['adopted', [], { description: 'By hand' }],
  ] as const)('account: destroy, %s → deeds %j', async (mark, deeds, left) => {
    const document = fakeAccount({ description: described(mark) });
    const resource = keep(document, { want: 'absent' });
    const found = await resource.read();
    await resource.change(found, changesIn(resource.examine(found), 'remove'), fakeRun());
    expect(document.deeds).toEqual(deeds);
    expect(document.now()).toEqual(left);
  });

  test('what a run made of the account → read back by its address', () => {
    const run = { ...fakeRun(), made: () => ({ isCreated: true, isEnabled: false }) };
    expect(madeOf(run, addresses.account)).toEqual({ isCreated: true, isEnabled: false });
    expect(madeOf(fakeRun(), addresses.account)).toEqual({ isCreated: false, isEnabled: false });
  });
});

describe('revoke', () => {
  /** In a world with these keys; `onList` is told of each list, before it is answered. */
  function revokeIn(document: AccountDocument, keys: readonly Key[] = [], onList = (): void => undefined) {
    const list = (): Promise<readonly Key[]> => {
      onList();
      return Promise.resolve(keys);
    };
    return revoke({ document, keys: { list }, clock: fakeClock(), now: () => NOW, say: () => undefined });
  }

  test('ours → disabled first, then recorded', async () => {
    const document = fakeAccount({ description: created });
    expect(await revokeIn(document)).toEqual({ wasRevoked: false, notices: [] });
    expect(document.now()).toEqual({ description: described('created', { revoked: true }), disabled: true });
  });

  test('absent → fails, and says that there was nothing to cut off', async () => {
    const document = fakeAccount(undefined);
    document.disable = () => Promise.reject(apiError(404, 'NOT_FOUND', 'it does not exist'));
    await expect(revokeIn(document)).rejects.toMatchObject({ problems: [{ code: 'account.absent' }] });
    expect(document.log).toEqual([]);
  });

  test('recorded as revoked → disabled again, nothing to write', async () => {
    const document = fakeAccount({ description: described('created', { revoked: true }) });
    expect(await revokeIn(document)).toEqual({ wasRevoked: true, notices: [] });
    expect(document.deeds).toEqual(['disable']);
  });

  test('unmarked → disabled, and a warning that nothing was recorded', async () => {
    const { notices } = await revokeIn(fakeAccount({}));
    expect(notices).toMatchObject([{ severity: 'warning', code: 'account.revocation-unrecorded' }]);
  });

  test('unreadable afterwards → disabled all the same, and a warning', async () => {
    const document = fakeAccount({ description: created });
    document.reread = () => Promise.reject(apiError(403, 'PERMISSION_DENIED'));
    const { notices } = await revokeIn(document);
    expect(document.deeds).toEqual(['disable']);
    expect(notices).toMatchObject([
      { code: 'account.revocation-unrecorded', because: expect.stringMatching(/could not try/) },
    ]);
  });

  const old = { key: A.slice(0, 12) };

  test('the record was read before another run recorded its key → that key is announced again, and proves nothing', async () => {
    const document = fakeAccount({ description: described('created', { ...old, issuingBefore: [A.slice(0, 12)] }) });
    const { notices } = await revokeIn(document, [key(A, 99), key(B, 1)]);
    expect(readDescription(document.now()?.description).ownership).toMatchObject({
      ...old,
      ...{ issuingBefore: [A.slice(0, 12)], overlapped: true, revoked: true },
    });
    expect(notices).toMatchObject([
      { severity: 'note', code: 'key.other-runs', because: expect.stringMatching(/bbbb/) },
    ]);
  });

  test('a key was left by a run that died long ago → nothing was written over', async () => {
    const announced = { ...old, issuingBefore: [A.slice(0, 12)] };
    const document = fakeAccount({ description: described('created', announced) });
    expect(await revokeIn(document, [key(A, 99), key(B, 30)])).toEqual({ wasRevoked: false, notices: [] });
    expect(document.now()?.description).toBe(described('created', { ...announced, revoked: true }));
  });

  test('another run writes its record over ours → `revoked` is put back, and its record stays', async () => {
    const document = fakeAccount({ description: described('created', old) });
    const first = document.edit.bind(document);
    let edits = 0;
    document.edit = async (change) => {
      const written = await first(change);
      edits += 1;
      if (edits === 1)
        document.put({ disabled: true, description: described('created', { key: B.slice(0, 12), old: [old.key] }) });
      return written;
    };
    await revokeIn(document, [key(A, 99), key(B, 1)]);
    expect(readDescription(document.now()?.description).ownership).toMatchObject({
      ...{ key: B.slice(0, 12), old: [old.key], revoked: true, overlapped: false },
    });
  });

  test('the keys may not be listed → recorded all the same, and a note', async () => {
    const document = fakeAccount({ description: created });
    const { notices } = await revokeIn(document, [], () => {
      throw apiError(403, 'PERMISSION_DENIED', 'you may not');
    });
    expect(document.now()?.description).toBe(described('created', { revoked: true }));
    expect(notices).toMatchObject([
      { severity: 'note', because: expect.stringMatching(/is not known: .*you may not/) },
    ]);
  });
});
