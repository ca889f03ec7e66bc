import { describe, expect, test } from '@jest/globals';
import type { Key } from '../../../src/cloud/google/keys.ts';
import { ApiError } from '../../../src/errors/api-error.ts';
import { ownership } from '../../../src/ownership/record.ts';
import type { Ownership } from '../../../src/ownership/record.ts';
import type { CredentialChange } from '../../../src/resources/credential/design.ts';
import { apiError } from './fixtures.ts';
import { A, B, C, DAYS, MINUTE, NOW, demands, key, recorded } from './key-chain.ts';
import { NEW, stand } from './key-world.ts';
import type { KeyWorld } from './key-world.ts';

const PATIENCE = 7 * MINUTE;
const ISSUE: CredentialChange[] = [{ issue: true, into: ['the secret'] }];
const due = { demands: demands({ issuedAfter: NOW, wanted: 'new' }) };
const lost = (): Promise<never> =>
  Promise.reject(
    new ApiError({
      ...{
        call: 'try',
        service: 'serviceusage',
        code: undefined,
        status: 'UNAVAILABLE',
        reason: undefined,
        words: 'no',
      },
      ...{ requestId: undefined, details: [], retryAfter: undefined },
    }),
  );
const denied = (): Promise<never> => Promise.reject(apiError(403, 'PERMISSION_DENIED', 'you may not'));
const short = (id: string): string => id.slice(0, 12);
const THREE = ['mint', 'mint', 'mint'];

describe('issuing a key', () => {
  test('the first: announced, issued, used, delivered, recorded', async () => {
    const { change, writes } = stand({}, { keys: [], record: ownership('created') });
    expect(await change(ISSUE)).toEqual({ issued: NEW });
    expect(writes()).toEqual([
      'record [segment-retl created issuing-before= to=o]',
      'create',
      'use d',
      'deliver secret',
      `record [segment-retl created key=${short(NEW)} at=o]`,
    ]);
  });

  test('of an account that this run made: announced by its creation, and nothing is read before', async () => {
    const first = { keys: [], record: ownership('created', { issuingBefore: [] }) };
    const { change, world } = stand({}, first, { made: { isCreated: true, isEnabled: false } });
    await change(ISSUE);
    expect(world.log.slice(0, 3)).toEqual(['create', 'use d', 'deliver secret']);
  });

  test('one that replaces a working one mints three tokens first; the old one stays, recorded', async () => {
    const { change, writes, run } = stand(due, { keys: [key(A, 99)], record: recorded(A) });
    await change(ISSUE);
    expect(writes()).toEqual([
      `record [segment-retl created key=${short(A)} issuing-before=${short(A)} to=o]`,
      ...['create', 'use d', ...THREE, 'deliver secret'],
      `record [segment-retl created key=${short(NEW)} old=${short(A)} at=o]`,
    ]);
    expect(run.told.map(({ code, severity }) => `${severity} ${code}`)).toEqual(['warning key.replaced']);
  });

  test('does not mint three times in a row within its time → deleted, stood down, the old one stays', async () => {
    const { change, writes, world } = stand(due, { keys: [key(A, 99)], record: recorded(A) }, { mint: denied });
    await expect(change(ISSUE)).rejects.toThrow('you may not');
    expect(writes().slice(-2)).toEqual(['delete d', `record [segment-retl created key=${short(A)}]`]);
    expect(world.log).not.toContain('deliver secret');
    expect(world.log.filter((line) => line === 'mint').length).toBeGreaterThan(PATIENCE / 10_000 - 2);
  });

  test('mints twice, then not, then three times → delivered', async () => {
    let count = 0;
    const mint = (): Promise<void> => ((count += 1) === 3 ? denied() : Promise.resolve());
    const { change, world } = stand(due, { keys: [key(A, 99)], record: recorded(A) }, { mint });
    await change(ISSUE);
    expect(world.log.filter((line) => line === 'mint')).toHaveLength(6);
  });

  test('after the account came back: delivered at once, proven after', async () => {
    const made = { isCreated: false, isEnabled: true };
    const first = { keys: [], record: recorded(A) };
    const { change, writes } = stand({ ...due, replacesAll: true }, first, { made });
    await change(ISSUE);
    expect(writes().slice(1)).toEqual([
      ...['create', 'use d', 'deliver secret', `record [segment-retl created key=${short(NEW)} at=o]`],
      ...THREE,
    ]);
  });

  test('no key is due any more → nothing is written', async () => {
    const { change, writes } = stand({}, { keys: [key(A, 9)], record: recorded(A) });
    expect(await change(ISSUE)).toBeUndefined();
    expect(writes()).toEqual([]);
  });

  test('refused → stood down', async () => {
    const { change, writes } = stand({}, { keys: [], record: ownership('created') }, { create: denied });
    await expect(change(ISSUE)).rejects.toThrow('you may not');
    expect(writes().at(-1)).toBe('record [segment-retl created]');
  });

  test('the answer is lost → never sent twice; the key is found, disabled, and recorded as old', async () => {
    const create = (): Promise<never> => {
      box.world.keys = [key(NEW, 0)];
      return lost();
    };
    const box = stand({}, { keys: [], record: ownership('created') }, { create });
    await expect(box.change(ISSUE)).rejects.toThrow(/answer was lost.*reached nobody: disabled/);
    expect(box.world.log.filter((line) => line === 'create')).toHaveLength(1);
    expect(box.writes().slice(-2)).toEqual([
      'disable d',
      `record [segment-retl created old=${short(NEW)} issuing-before=${short(NEW)} to=o]`,
    ]);
  });

  test('the answer is lost on an account of this run → the key is found all the same', async () => {
    const create = (): Promise<never> => {
      box.world.keys = [key(NEW, 0)];
      return lost();
    };
    const made = { isCreated: true, isEnabled: false };
    const record = ownership('created', { issuingBefore: [] });
    const box = stand({}, { keys: [], record }, { create, made });
    await expect(box.change(ISSUE)).rejects.toThrow(/answer was lost.*reached nobody: disabled/);
    expect(box.world.keys).toMatchObject([{ id: NEW, disabled: true }]);
  });

  test('the answer is lost, and the key shows late → found', async () => {
    let isLost = false;
    const create = (): Promise<never> => {
      isLost = true;
      return lost();
    };
    let looks = 0;
    const before = (request: string, world: KeyWorld): void => {
      if (request === 'list' && isLost && (looks += 1) === 4) world.keys = [key(NEW, 0)];
    };
    const box = stand({}, { keys: [], record: ownership('created') }, { create, before });
    await expect(box.change(ISSUE)).rejects.toThrow(/answer was lost.*reached nobody: disabled/);
    expect(box.world.keys).toMatchObject([{ id: NEW, disabled: true }]);
  });

  test('the answer is lost, and no key shows for a minute → said, and the announcement stands', async () => {
    const { change, writes, world } = stand({}, { keys: [], record: ownership('created') }, { create: lost });
    await expect(change(ISSUE)).rejects.toThrow('no key has shown within a minute');
    expect(world.log.filter((line) => line === 'list').length).toBeGreaterThan(5);
    expect(writes()).toEqual(['record [segment-retl created issuing-before= to=o]', 'create']);
  });

  test('another run records a key again and again → gives up', async () => {
    const { change, world } = stand({}, { keys: [], record: ownership('created') });
    const reread = world.account.reread.bind(world.account);
    let looks = 0;
    Object.assign(world.account, {
      reread: () => {
        looks += 1;
        // Of three reads the first is the look before, the second the announcement's, and the third confirms that.
        if (looks % 3 === 2) world.write(recorded(String(looks).repeat(40).slice(0, 40)));
        return reread();
      },
    });
    await expect(change(ISSUE)).rejects.toThrow('other runs kept recording keys at the same moment');
  });
});

describe('a key that had to wait for nothing', () => {
  const dead = { keys: [key(A, 99, { disabled: true })], record: recorded(A) };

  test.each([
    ['of before', () => key(B, 1)],
    ['of the same second: it may be the older one', (now: number) => key(B, 0, { createdAt: now })],
  ])('a key shows when all is done, %s → it is announced again, and the run fails', async (_name, other) => {
    const { change, run, world } = stand({}, dead);
    await change(ISSUE);
    world.keys = [...world.keys, other(world.clock.now())];
    expect(run.checks).toHaveLength(1);
    await expect(run.checks[0]?.()).rejects.toThrow(/another run issued a key at the same moment \(bbbb/);
    expect(world.record()).toMatchObject({ key: short(NEW), overlapped: true });
    expect(world.record()?.issuingBefore).not.toContain(short(B));
    expect(world.log).not.toContain('disable b');
  });

  test.each([
    ['made after ours: its run looks for itself', (now: number) => key(B, 0, { createdAt: now + MINUTE })],
    ['disabled', () => key(B, 1, { disabled: true })],
  ])('one shows that is %s → all is well', async (_name, other) => {
    const { change, run, world } = stand({}, dead);
    await change(ISSUE);
    const record = world.record();
    world.keys = [...world.keys, other(world.clock.now())];
    await run.checks[0]?.();
    expect(world.record()).toEqual(record);
  });

  test('one that replaces a working one is proven, which takes its time → nothing is looked at again', async () => {
    const { change, run } = stand(due, { keys: [key(A, 99)], record: recorded(A) });
    await change(ISSUE);
    expect(run.checks).toEqual([]);
  });
});

describe('delivering a key', () => {
  const working = { keys: [key(A, 99)], record: recorded(A) };
  test('every destination clearly refuses → deleted and stood down', async () => {
    const { change, writes } = stand(due, working, { deliver: denied }, ['one', 'output']);
    await expect(change(ISSUE)).rejects.toThrow('The new key was deleted; nothing else changed.');
    expect(writes().slice(-3)).toEqual(['deliver one', 'delete d', `record [segment-retl created key=${short(A)}]`]);
  });

  test.each<[string, (name: string) => Promise<void>]>([
    ['one took it', (name) => (name === 'two' ? denied() : Promise.resolve())],
    ['one may have taken it', lost],
  ])('%s, one did not → both keys stay, announced', async (_name, deliver) => {
    const { change, world } = stand(due, working, { deliver }, ['one', 'two']);
    await expect(change(ISSUE)).rejects.toThrow('The new key stays, and so does the one before it');
    expect(world.keys.map(({ id }) => id)).toEqual([A, NEW]);
    expect(world.record()).toMatchObject({ key: short(A), issuingBefore: [short(A)] });
  });
});

describe('recording a key', () => {
  test('another run had disabled it → enabled again', async () => {
    const before = (request: string, world: KeyWorld): void => {
      if (request === 'deliver secret') world.keys = world.keys.map((one) => ({ ...one, disabled: true }));
    };
    const { change, writes, run } = stand({}, { keys: [], record: ownership('created') }, { before });
    await change(ISSUE);
    expect(writes()).toContain('enable d');
    expect(run.told.map(({ code }) => code)).toEqual(['key.enabled-again']);
  });

  test.each([
    ['once → delivered again, and recorded', 1, 2],
    ['again and again → the run fails', 99, 4],
  ])('another run wrote between the key and its note, %s', async (_name, times, deliveries) => {
    let left = times;
    const isStillThere = (): boolean => (left -= 1) < 0;
    const { change, writes } = stand({}, { keys: [], record: ownership('created') }, { isStillThere });
    const work = change(ISSUE);
    await (times === 1 ? work : expect(work).rejects.toThrow('another run issued a key at the same moment'));
    expect(writes().filter((line) => line === 'deliver secret')).toHaveLength(deliveries);
  });

  test('another run recorded one of its own → announced again, and the run fails', async () => {
    const before = (request: string, world: KeyWorld): void => {
      if (request !== 'deliver secret') return;
      world.keys = [...world.keys, key(C, 0)];
      world.write(recorded(C));
    };
    const { change, world } = stand({}, { keys: [], record: ownership('created') }, { before });
    await expect(change(ISSUE)).rejects.toThrow('another run issued a key at the same moment');
    expect(world.record()).toMatchObject({ key: short(C), issuingBefore: [short(C)] });
    expect(world.keys.every(({ disabled }) => !disabled)).toBe(true);
  });
});

describe('settling what a run that died has left', () => {
  const issuing = ownership('created', { issuingBefore: [] });
  test('it reached nobody → disabled and recorded as old; then a key is issued', async () => {
    const { change, writes, run } = stand({}, { keys: [key(B, 5)], record: issuing });
    await change([{ disable: B, why: 'under-way' }, ...ISSUE]);
    expect(writes().slice(0, 3)).toEqual([
      'disable b',
      `record [segment-retl created old=${short(B)} issuing-before=${short(B)}]`,
      'create',
    ]);
    expect(run.told.map(({ code, because }) => `${code}: ${because}`)).toEqual([
      `key.settled: the key ${short(B)} of a run that ended early reached nobody: disabled, a later run deletes it`,
    ]);
  });

  test('none was issued, and the one before is valid → only the announcement goes', async () => {
    const record = recorded(A, { issuingBefore: [short(A)] });
    const { change, writes } = stand({}, { keys: [key(A, 99)], record });
    expect(await change([{ standDown: true }])).toBeUndefined();
    expect(writes()).toEqual([`record [segment-retl created key=${short(A)}]`]);
  });

  test('one shows late, of a run that died as it made it → the announcement stands, and the run fails', async () => {
    let lists = 0;
    const before = (request: string, world: KeyWorld): void => {
      if (request === 'list' && (lists += 1) === 5) world.keys = [...world.keys, key(B, 0)];
    };
    const record = recorded(A, { issuingBefore: [short(A)] });
    const { change, run, world, writes } = stand({}, { keys: [key(A, 99)], record }, { before });
    await expect(change([{ standDown: true }])).rejects.toThrow(/bbbb.* is not as it was when the plan was made/);
    expect(writes()).toEqual([]);
    expect(world.record()).toEqual(record);
    expect(run.said).toContainEqual(expect.stringContaining('A key was announced, and none shows'));
  });
});

describe('retiring keys', () => {
  const record = recorded(A, { old: [short(B), short(C)] });
  const overlap = { demands: demands({ overlap: 7 * DAYS }) };
  const disable = { disable: B, why: 'superseded' } as const;

  test('only those that the plan names', async () => {
    const keys = [key(A, 8 * 1440), key(B, 9 * 1440), key(C, 10 * 1440)];
    const { change, writes, run } = stand(overlap, { keys, record });
    await change([disable]);
    expect(writes()).toEqual(['retire secret disable b', 'disable b']);
    expect(run.told.map(({ code }) => code)).toEqual(['key.disabled']);
  });

  test('a disabled one is deleted, and dropped from the record', async () => {
    const keys = [key(A, 1440), key(B, 9 * 1440, { disabled: true }), key(C, 10 * 1440)];
    const { change, writes } = stand(overlap, { keys, record });
    await change([{ delete: B, why: 'superseded' }]);
    expect(writes()).toEqual([
      'retire secret delete b',
      'delete b',
      `record [segment-retl created key=${short(A)} old=${short(C)}]`,
    ]);
  });

  test.each<[string, Key[], Ownership]>([
    ['the delivered key is disabled by now', [key(A, 8 * 1440, { disabled: true }), key(B, 9 * 1440)], record],
    ['another key is under way', [key(A, 8 * 1440), key(B, 9 * 1440)], { ...record, issuingBefore: [A, B] }],
    ['its overlap is not over after all', [key(A, 60), key(B, 9 * 1440)], record],
    ['it is no longer superseded', [key(A, 8 * 1440), key(B, 9 * 1440)], recorded(A)],
  ])('%s → left, and told', async (_name, keys, owned) => {
    const { change, writes, run } = stand(overlap, { keys, record: owned });
    await change([disable]);
    expect(writes()).toEqual([]);
    expect(run.told.map(({ code }) => code)).toEqual(['key.left']);
    expect(run.left).toEqual([disable]);
  });

  test.each<[string, Key[]]>([
    ['it is gone by now', [key(A, 8 * 1440)]],
    ['it is disabled by now', [key(A, 8 * 1440), key(B, 9 * 1440, { disabled: true })]],
  ])('%s → done', async (_name, keys) => {
    const { change, writes, run } = stand(overlap, { keys, record });
    await change([disable]);
    expect(writes()).toEqual([]);
    expect([run.told, run.left]).toEqual([[], []]);
  });

  test('before a disabled account comes back: deleted, one after the other', async () => {
    const { change, writes } = stand({ replacesAll: true }, { keys: [key(B, 99), key(A, 9)], record });
    await change([
      { delete: A, why: 'before-enabling' },
      { delete: B, why: 'before-enabling' },
    ]);
    expect(writes()).toEqual(['retire secret delete a', 'delete a', 'retire secret delete b', 'delete b']);
  });

  test('for destroy, those of an adopted account', async () => {
    const { change, writes } = stand({ want: 'absent' }, { keys: [key(A, 9), key(B, 99)], record });
    await change([
      { delete: A, why: 'adopted' },
      { delete: B, why: 'adopted' },
    ]);
    expect(writes()).toEqual(['delete a', 'delete b']);
  });
});

describe('keys of others', () => {
  test('a rotation that retires the old key at once → they are not touched', async () => {
    const rotating = { demands: demands({ issuedAfter: NOW, wanted: 'new', overlap: 0 }) };
    const { change, world } = stand(rotating, { keys: [key(A, 99), key(C, 50)], record: recorded(A) });
    await change([...ISSUE, { disable: A, why: 'superseded' }]);
    expect(world.keys.map(({ id, disabled }) => [id, disabled])).toEqual([
      [A, true],
      [C, false],
      [NEW, false],
    ]);
  });
});

describe('keys of others, with prune', () => {
  const disable = { disable: C, why: 'foreign' } as const;
  const destroy = { delete: C, why: 'foreign' } as const;
  test.each<[string, Key[], Ownership | undefined, CredentialChange, string[], string]>([
    ['valid → disabled', [key(A, 9), key(C, 99)], recorded(A), disable, ['disable c'], 'key.disabled'],
    [
      'disabled → deleted',
      [key(A, 9), key(C, 99, { disabled: true })],
      recorded(A),
      destroy,
      ['delete c'],
      'key.deleted',
    ],
    ['before our own first key is in use → left', [key(C, 99)], ownership('created'), disable, [], 'key.left'],
    [
      'newer than ours, and maybe delivered by hand → left',
      [key(A, 9), key(C, 8)],
      recorded(A),
      disable,
      [],
      'key.left',
    ],
    [
      'newer than ours, and surely in no destination → disabled',
      [key(A, 9), key(C, 5)],
      recorded(A),
      disable,
      ['disable c'],
      'key.disabled',
    ],
  ])('%s', async (_name, keys, record, change, writes, code) => {
    const box = stand({ prune: true }, { keys, record });
    await box.change([change]);
    expect(box.writes()).toEqual(writes);
    expect(box.run.told.map((notice) => notice.code)).toEqual([code]);
    const verb = code.slice('key.'.length);
    expect(box.run.told[0]?.because).toContain(`${verb} the key ${short(C)}, which is not ours`);
  });

  test.each<[string, Partial<Ownership>]>([
    ['delivered', { key: C, old: [A] }],
    ['superseded', { old: [C] }],
    ['made by another run just now', { issuingBefore: [A] }],
  ])('by now it is recorded as %s → left', async (_name, more) => {
    let lists = 0;
    const before = (request: string, world: KeyWorld): void => {
      if (request === 'list' && (lists += 1) === 2) world.write(recorded(A, more));
    };
    const box = stand({ prune: true }, { keys: [key(A, 9), key(C, 99)], record: recorded(A) }, { before });
    await box.change([disable]);
    expect(box.writes()).toEqual([]);
    expect(box.run.told.map((notice) => notice.code)).toEqual(['key.left']);
    expect(box.run.left).toEqual([disable]);
  });
});
