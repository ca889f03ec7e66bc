import { describe, expect, test } from '@jest/globals';
import { editOwnership, rereadAccount, writeOwnership } from '../../../src/ownership/account-record.ts';
import { ownership } from '../../../src/ownership/record.ts';
import { accountWith } from '../destinations/stores.ts';
import { fakeClock } from '../resources/fixtures.ts';

describe('the record of the account', () => {
  test('is read just before it is written, and the text of others is kept', async () => {
    const account = accountWith('By hand [segment-retl created key=aaaaaaaaaaaa]');
    await account.read();
    const written = await editOwnership(account, fakeClock(), (owned) => owned && { ...owned, revoked: true });
    expect(written).toEqual(ownership('created', { key: 'aaaaaaaaaaaa', revoked: true }));
    expect(await account.read()).toEqual({ description: 'By hand [segment-retl created key=aaaaaaaaaaaa revoked]' });
    expect((account as unknown as { log: string[] }).log).toEqual(['read', 'read', 'write']);
  });

  test('nothing changes → nothing is written', async () => {
    const account = accountWith('By hand');
    expect(await writeOwnership(account, (owned) => owned)).toBeUndefined();
    expect((account as unknown as { log: string[] }).log).toEqual(['read']);
  });

  test('ids of keys that are gone are dropped', async () => {
    const account = accountWith('[segment-retl created key=aaaaaaaaaaaa old=bbbbbbbbbbbb]');
    await writeOwnership(account, (owned) => owned, ['a'.repeat(40)]);
    expect(await account.read()).toEqual({ description: '[segment-retl created key=aaaaaaaaaaaa]' });
  });

  test('no room → blocked, and the text of others is never cut', async () => {
    const account = accountWith('x'.repeat(240));
    await expect(writeOwnership(account, () => ownership('adopted'))).rejects.toMatchObject({
      problems: [{ code: 'owner.no-room', subject: { kind: 'service-account', name: 'retl' } }],
    });
    expect(await account.read()).toEqual({ description: 'x'.repeat(240) });
  });

  test('an account that this run knows is waited for, and not for ever', async () => {
    await expect(rereadAccount(accountWith(undefined), fakeClock())).rejects.toThrow('retl@p is not visible');
  });
});
