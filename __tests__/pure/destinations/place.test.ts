import { describe, expect, test } from '@jest/globals';
import type { Address } from '../../../src/address.ts';
import type { Reading } from '../../../src/destinations/destination.ts';
import { examineDestination, placeAsResource } from '../../../src/destinations/place.ts';
import type { Place } from '../../../src/destinations/place.ts';
import type { Notice } from '../../../src/errors/diagnostic.ts';
import { claimsOn, fakeRun } from '../resources/fixtures.ts';
import { accountWith } from './stores.ts';

const address: Address = { kind: 'github-secret', name: 'S' };
const where = { address, name: 'the secret', place: 'github-secret acme/data/S' } as const;
const remark: Notice = { severity: 'warning', code: 'destination.visibility', because: 'it is all' };
const held = (keyId?: string): Reading => ({ state: 'present', writtenAt: 1, keyId, notedAt: keyId && 1 }) as Reading;
const unreadable: Reading = { state: 'unreadable', why: 'no token' };

describe('a destination as a step of the plan', () => {
  test.each<[string, Place['want'], Reading, boolean, string[], string[]]>([
    ['present, holds a key', 'present', held('a'), false, [], []],
    ['present, absent', 'present', { state: 'absent' }, false, [], []],
    ['present, unreadable', 'present', unreadable, false, [], ['warning destination.unreadable']],
    [
      'present, and nobody wanted it asked',
      'present',
      { ...unreadable, isMeant: true },
      false,
      [],
      ['unseen destination.unreadable'],
    ],
    [
      'present, seen by others',
      'present',
      { ...held('a'), remark } as Reading,
      false,
      [],
      ['warning destination.visibility'],
    ],
    ['absent, holds a key', 'absent', held('a'), false, ['delivery.to-remove'], []],
    ['absent, holds what nobody noted', 'absent', held(), false, [], []],
    [
      'absent, holds what nobody noted beside a note',
      'absent',
      { ...held(), isNoted: true } as Reading,
      false,
      ['delivery.to-remove'],
      [],
    ],
    ['absent, a note is left over', 'absent', { state: 'absent', isNoted: true }, false, ['delivery.to-remove'], []],
    ['absent, empty', 'absent', { state: 'absent', isNoted: false }, false, [], []],
    ['absent, unreadable', 'absent', unreadable, false, [], ['warning destination.unreadable']],
    ['absent, the account is not ours', 'absent', held('a'), true, [], []],
    ['absent, unreadable, the account is not ours', 'absent', unreadable, true, [], []],
  ])('wanted %s', (_name, want, reading, isOthers, codes, told) => {
    const place = { ...where, want };
    const { differences, diagnostics } = examineDestination(place, { reading, isOthers });
    expect(differences.map(({ code }) => code)).toEqual(codes);
    expect(diagnostics.map(({ severity, code }) => `${severity} ${code}`)).toEqual(told);
    for (const one of diagnostics) expect(one.subject).toEqual(address);
  });

  test('wanted present, and empty → said, and not called in sync', () => {
    const remarkOn = (reading: Reading): string | undefined =>
      examineDestination({ ...where, want: 'present' }, { reading, isOthers: false }).remark;
    expect([remarkOn({ state: 'absent' }), remarkOn(held('a'))]).toEqual(['holds no key yet', undefined]);
  });

  test.each(['present', 'absent'] as const)('wanted %s, and not read → said, and not called in sync', (want) => {
    const live = { reading: { state: 'unreadable', why: 'refused' }, isOthers: false } as const;
    expect(examineDestination({ ...where, want }, live).remark).toBe('not read');
  });

  test('what is taken back goes before the keys, by which it is told, and is named in full', async () => {
    const live = { reading: held('a'), isOthers: false };
    const { differences } = examineDestination({ ...where, want: 'absent' }, live);
    expect(differences).toMatchObject([{ phase: 'remove', makes: 'removed', change: { remove: where.place } }]);
    const run = fakeRun();
    const told: Notice = { severity: 'note', code: 'destination.removed', because: 'deleted the secret' };
    const place = { ...where, want: 'absent', claims: claimsOn(accountWith(undefined)) } as const;
    const resource = placeAsResource(place, {
      ...{ reading: () => Promise.resolve(live.reading), reread: () => Promise.resolve(live.reading) },
      ...{ remove: () => Promise.resolve(told), leaves: 'nothing' },
    });
    await resource.change(live, [], run);
    expect(run.told).toEqual([]);
    await resource.change(live, [{ remove: where.place }], run);
    expect(run.told).toEqual([told]);
  });

  const back = { ...held(), isNoted: true } as Reading;
  test.each<[string, 'nothing' | 'what is not noted', Reading, string | undefined, boolean]>([
    ['it is gone', 'nothing', { state: 'absent' }, undefined, false],
    ['it is there again', 'nothing', held(), undefined, true],
    ['it is there again, and the account is ours again', 'nothing', held('a'), '[segment-retl created]', false],
    ['it is there again, and the account is nobody’s', 'nothing', held('a'), 'By hand', true],
    ['nobody can tell', 'nothing', unreadable, undefined, false],
    ['what was not noted is still there', 'what is not noted', held(), undefined, false],
    ['a note is there again', 'what is not noted', back, undefined, true],
  ])('taken back, and when all is done %s', async (_name, leaves, found, description, fails) => {
    const run = fakeRun();
    const place = { ...where, want: 'absent', claims: claimsOn(accountWith(description)) } as const;
    const resource = placeAsResource(place, {
      ...{ reading: () => Promise.resolve(held('a')), reread: () => Promise.resolve(found) },
      ...{ remove: () => Promise.resolve(undefined), leaves },
    });
    await resource.change(await resource.read(), [{ remove: where.place }], run);
    const looked = run.checks.map((check) => check());
    expect(looked).toHaveLength(1);
    const [outcome] = await Promise.allSettled(looked);
    expect(outcome?.status).toBe(fails ? 'rejected' : 'fulfilled');
    if (outcome?.status === 'rejected')
      expect(outcome.reason).toMatchObject({ problems: [{ code: 'key.other-runs' }] });
  });

  test.each<[string, Place['want'], string | undefined, boolean, string[]]>([
    ['present: the account is not asked for', 'present', 'By hand', false, []],
    ['absent, account gone', 'absent', undefined, false, ['read']],
    ['absent, account ours', 'absent', '[segment-retl created]', false, ['read']],
    ['absent, account of somebody else', 'absent', 'By hand', true, ['read']],
  ])('reading it, wanted %s', async (_name, want, description, isOthers, log) => {
    const account = accountWith(description);
    const place = { ...where, want, claims: claimsOn(account) };
    const resource = placeAsResource(place, {
      ...{ reading: () => Promise.resolve(held('a')), reread: () => Promise.resolve(held('a')) },
      ...{ remove: () => Promise.resolve(undefined), leaves: 'nothing' },
    });
    expect(await resource.read()).toEqual({ reading: held('a'), isOthers });
    expect((account as unknown as { log: string[] }).log).toEqual(log);
  });
});
