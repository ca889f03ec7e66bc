import { describe, expect, test } from '@jest/globals';
import { ACCOUNT_PATH, EMAIL, writes } from '../../harness/stage.ts';
import { sourceIn } from '../action/segment-world.ts';
import { byHand, bySchedule, changed, gist, place, red, unchanged } from './place.ts';

/** Each example as it is written, on the built action and the simulator: those that keep the source. */
const { at, run, setUp, takeAway } = place();

describe('set-up.yml', () => {
  test('set-up: by hand, again, on a push after drift → the key in the secret, no change, fixed', async () => {
    const { 'set-up': first } = await setUp();
    expect(gist(first)).toEqual(changed);
    expect(await at.mints((await at.secret()).value ?? '{}')).toBe(true);
    const { 'set-up': second } = await run('set-up', { event: 'push' });
    expect(gist(second)).toEqual(unchanged);
    expect(writes(second?.ours[0]?.sent ?? [])).toEqual([]);
    await takeAway();
    expect(gist((await run('set-up', { event: 'push' }))['set-up'])).toEqual(changed);
  });
});

describe('weekly-rotate-and-check.yml', () => {
  test('key: young, old, past its overlap → left, replaced while the one before still works, retired', async () => {
    await setUp();
    const [old] = await at.keys();
    const young = await run('weekly-rotate-and-check', bySchedule);
    expect([gist(young['keep']), gist(young['check'])]).toEqual([unchanged, unchanged]);
    await at.simulation.age(91 * 86_400);
    const { keep, check } = await run('weekly-rotate-and-check', bySchedule);
    expect([gist(keep), gist(check)]).toEqual([changed, unchanged]);
    expect(check?.ours[0]?.stdout).toContain(
      `credentials_json holds the key ${old?.id.slice(0, 12) ?? ''}, which was replaced`,
    );
    expect((await at.secret()).noted).not.toBe(old?.id);
    expect(await at.keys()).toContainEqual({ ...old, disabled: false });
    await at.simulation.age(15 * 86_400);
    const later = await run('weekly-rotate-and-check', bySchedule);
    expect([gist(later['keep']), gist(later['check'])]).toEqual([changed, unchanged]);
    expect(later['check']?.ours[0]?.stdout).toContain('Access checks as the service account (with credentials_json)');
    expect(await at.keys()).toContainEqual({ ...old, disabled: true });
  });
});

describe('segment-source.yml and segment-rotate.yml', () => {
  test('both halves: by hand, then weekly → a source that holds the key; replaced, proven, retired without a person', async () => {
    const { 'set-up': first } = await setUp('segment-source');
    expect(gist(first)).toEqual(changed);
    const source = await sourceIn(at);
    expect(source).toMatchObject({ enabled: true });
    const mapping = await at.workspace.mapping(source.id, { query: 'SELECT 1 AS id' });
    await at.simulation.age(91 * 86_400);
    const { keep, check } = await run('segment-rotate', bySchedule);
    expect([gist(keep), gist(check)]).toEqual([changed, unchanged]);
    expect((await sourceIn(at)).keyId).not.toBe(source.keyId);
    await at.simulation.age(15 * 86_400);
    await at.simulation.sync(mapping);
    const early = await run('segment-rotate', bySchedule);
    expect(gist(early['keep'])).toEqual(unchanged);
    expect(await at.keys()).toContainEqual({ id: source.keyId, disabled: false });
    await at.simulation.age(86_400);
    expect(gist((await run('segment-rotate', bySchedule))['keep'])).toEqual(changed);
    expect(await at.keys()).toContainEqual({ id: source.keyId, disabled: true });
  });
});

describe('sarif-upload.yml', () => {
  test('scan: drift → uploaded, and the job does not fail', async () => {
    await setUp();
    expect(gist((await run('sarif-upload', { event: 'push' }))['scan'])).toEqual(unchanged);
    await takeAway();
    const { scan } = await run('sarif-upload', bySchedule);
    expect(gist(scan)).toEqual({ result: 'success', ours: [{ code: 0, result: 'drift', drift: 'true' }] });
  });
});

describe('break-glass-revoke.yml', () => {
  const breakGlass = (what: string, account = 'segment-reverse-etl'): ReturnType<typeof run> =>
    run('break-glass-revoke', { ...byHand, inputs: { what, account } });
  const isDisabled = async (): Promise<unknown> => (await at.owner('GET', ACCOUNT_PATH))['disabled'] === true;

  test('revoke and restore: a mistyped name → nothing is done', async () => {
    await setUp();
    for (const what of ['revoke', 'replace the key and restore']) {
      const { revoke, restore } = await breakGlass(what, 'segment-reverse-etl-2');
      const [asked, other] = what === 'revoke' ? [revoke, restore] : [restore, revoke];
      expect(asked).toMatchObject({ result: 'failure', ours: [], said: expect.stringContaining('Nothing was done') });
      expect(other?.result).toBe('skipped');
    }
    expect(await isDisabled()).toBe(false);
  });

  test('revoke, then restore: a leaked key → rejected, then replaced, and in sync', async () => {
    await setUp();
    const leaked = (await at.secret()).value ?? '{}';
    const { revoke, restore } = await breakGlass('revoke');
    expect(revoke).toMatchObject({
      result: 'success',
      ours: [{ outputs: { result: 'changed', service_account_email: EMAIL } }],
    });
    expect(restore?.result).toBe('skipped');
    expect(await isDisabled()).toBe(true);
    expect(await at.mints(leaked)).toBe(false);
    expect(gist((await run('nightly-drift-check', bySchedule))['check'])).toEqual(red);

    expect(gist((await breakGlass('replace the key and restore'))['restore'])).toEqual(changed);
    expect(await isDisabled()).toBe(false);
    expect(await at.mints(leaked)).toBe(false);
    expect(await at.mints((await at.secret()).value ?? '{}')).toBe(true);
  });
});
