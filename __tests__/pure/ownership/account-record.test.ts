import { describe, expect, test } from '@jest/globals';
import { editOwnership, knownOwnership, rereadAccount, writeOwnership } from '../../../src/ownership/account-record.ts';
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
    await expect(rereadAccount(accountWith(undefined), fakeClock())).rejects.toMatchObject({
      problems: [{ code: 'document.vanished' }],
    });
  });
});

describe('the account, read again', () => {
  const ours = (more: string): { description: string } => ({ description: `[segment-retl created${more}]` });
  /** Answers these, one after the other; the last one for ever. */
  function looks(...answers: readonly { description: string }[]) {
    const clock = fakeClock();
    const account = accountWith(answers[0]?.description);
    let read = 0;
    const reread = account.reread.bind(account);
    Object.assign(account, {
      reread: async () => {
        read += 1;
        await reread();
        const answer = answers[Math.min(read, answers.length - 1)];
        account.learn(answer);
        return answer;
      },
    });
    return { account, clock };
  }

  test('as it was → believed at once', async () => {
    const { account, clock } = looks(ours(''), ours(''));
    expect(await rereadAccount(account, clock)).toEqual(ours(''));
    expect(clock.now()).toBe(0);
  });

  test('otherwise than it was → what it says once that can be no old answer', async () => {
    const { account, clock } = looks(ours(' key=aaaaaa'), ours(''), ours(' key=bbbbbb'));
    expect(await rereadAccount(account, clock)).toEqual(ours(' key=bbbbbb'));
    expect(clock.now()).toBe(5_000);
  });

  test('as it was before this run’s own write → that is an old answer, and the write stands', async () => {
    const { account, clock } = looks(ours(''), ours(''));
    await account.read();
    await writeOwnership(account, (owned) => owned && { ...owned, key: 'aaaaaa' });
    expect(await rereadAccount(account, clock)).toEqual(ours(' key=aaaaaa'));
    expect(await account.read()).toEqual(ours(' key=aaaaaa'));
    expect(clock.now()).toBe(0);
  });

  test('as another run left it before this run’s own write, twice → neither is believed, and what was written is known', async () => {
    const { account, clock } = looks(ours(''), ours(' key=bbbbbb'), ours(' key=bbbbbb'), ours(' key=aaaaaa'));
    await account.read();
    await writeOwnership(account, (owned) => owned && { ...owned, key: 'aaaaaa' });
    await account.reread(); // Whoever else reads it believes this.
    expect((await knownOwnership(account))?.key).toBe('aaaaaa');
    expect(await rereadAccount(account, clock)).toEqual(ours(' key=aaaaaa'));
    expect(clock.now()).toBe(5_000);
  });

  test('as another run left it after this run’s own write → that is known once it has stayed', async () => {
    const { account, clock } = looks(ours(''), ours(' key=bbbbbb'));
    await account.read();
    await writeOwnership(account, (owned) => owned && { ...owned, key: 'aaaaaa' });
    expect(await rereadAccount(account, clock)).toEqual(ours(' key=bbbbbb'));
    expect((await knownOwnership(account))?.key).toBe('bbbbbb');
  });
});
