import { describe, expect, test } from '@jest/globals';
import { errorsIn, readable } from '../../harness/log.ts';
import { driftOf, stage, writes } from '../../harness/stage.ts';
import { segmentWrites, sourceIn, sourcePath, sourcesIn, toSegment } from './segment-world.ts';

/** What Segment may be like, as far as nobody knows it. */

describe('the key is sent as an object', () => {
  const at = stage('--scenario', 'segment-object');

  test('apply → the catalog tells the setting and its form', async () => {
    const first = await at.run(toSegment(at));
    expect({ code: first.code, log: readable(first.stdout) }).toMatchObject({ code: 0 });
    expect(await sourceIn(at)).toMatchObject({ enabled: true, keyId: first.outputs['key_id'] });
  });
});

describe('two settings could take it', () => {
  const at = stage('--scenario', 'segment-two-secrets');

  test('nobody chooses → refused before any write, with both of them', async () => {
    const run = await at.run(toSegment(at));
    expect(run.code).toBe(1);
    expect(errorsIn(run.stdout).join('\n')).toMatch(
      /credentials \(string\).*serviceAccountJson \(string\).*segment_credentials_setting/,
    );
    expect(writes(run.sent)).toEqual([]);
  });

  test('segment_credentials_setting → that one, after a powerless key did not come back', async () => {
    const inputs = { ...toSegment(at), segment_credentials_setting: 'serviceAccountJson=string' };
    const first = await at.run(inputs);
    expect({ code: first.code, log: readable(first.stdout) }).toMatchObject({ code: 0 });
    const { settings, keyId } = await sourceIn(at);
    expect({ names: Object.keys(settings).sort(), keyId }).toEqual({
      names: ['location', 'serviceAccountJson'],
      keyId: first.outputs['key_id'],
    });
    await at.simulation.age(60);
    const rotate = await at.run({ ...inputs, mode: 'rotate' });
    expect(segmentWrites(rotate.sent)).toEqual(['POST /sources', 'DELETE /sources/ID', 'PATCH /sources/ID']);
  });
});

describe('a setting that is not kept secret', () => {
  const at = stage('--scenario', 'segment-leaky');
  const leaky = (): Record<string, string> => ({ ...toSegment(at), segment_credentials_setting: 'service_account' });

  test('apply → the real key never leaves Google, the powerless one is taken away, red', async () => {
    const run = await at.run(leaky());
    expect(run.code).toBe(1);
    expect(errorsIn(run.stdout).join('\n')).toMatch(
      /the setting service_account came back in clear text: Segment does not keep it secret/,
    );
    expect(await at.keys()).toEqual([]);
    const { settings, enabled } = await sourceIn(at);
    expect({ settings, enabled }).toEqual({ settings: { location: 'EU' }, enabled: false });
  });

  test('rotate into another setting → a probe finds out, the new key is deleted, the old one still works', async () => {
    await at.run(toSegment(at));
    const { keyId } = await sourceIn(at);
    await at.simulation.age(60);
    const run = await at.run({ ...leaky(), mode: 'rotate' });
    expect(run.code).toBe(1);
    expect(errorsIn(run.stdout).join('\n')).toMatch(
      /came back in clear text.*The new key was deleted; nothing else changed/,
    );
    expect(await at.keys()).toEqual([{ id: keyId, disabled: false }]);
    expect((await sourcesIn(at)).map(({ slug }) => slug)).toEqual(['website', 'bigquery-acme-analytics']);
    expect(await sourceIn(at)).toMatchObject({ enabled: true, keyId });
    expect((await at.run({ ...toSegment(at), mode: 'check' })).code).toBe(0);
  });

  test('the key in use shows → emptied and disabled as planned, red; the next run delivers another', async () => {
    const both = {
      ...toSegment(at),
      key_delivery: 'github-secret, segment',
      github_token: at.simulation.env['SIMULATOR_GITHUB_TOKEN'] ?? '',
    };
    await at.run(both);
    const { value = '' } = await at.secret();
    const { keyId } = await sourceIn(at);
    await at.workspace.ask('PATCH', await sourcePath(at), { settings: { copy: value } });
    const check = await at.run({ ...both, mode: 'check' });
    expect(driftOf(check)).toContainEqual(
      expect.stringMatching(/setting copy: shows the key \w{12} in clear text → emptied, and the key disabled/),
    );
    const run = await at.run(both);
    expect(run.code).toBe(1);
    expect(errorsIn(run.stdout).join('\n')).toMatch(/the setting copy showed the key \w{12} in clear text/);
    expect(await at.keys()).toEqual([{ id: keyId, disabled: true }]);
    expect((await sourceIn(at)).settings).not.toHaveProperty('copy');
    await at.simulation.age(60);
    const next = await at.run(both);
    expect({ code: next.code, log: readable(next.stdout) }).toMatchObject({ code: 0 });
    expect(await sourceIn(at)).toMatchObject({ enabled: true, keyId: next.outputs['key_id'] });
    expect(JSON.stringify([readable(check.stdout), readable(run.stdout), run.outputs])).not.toContain('PRIVATE KEY');
  });

  test('a forged key file that names the key in use → told, and that key lives', async () => {
    await at.run(toSegment(at));
    const { keyId } = await sourceIn(at);
    const { privateKey } = await generatePem();
    await at.workspace.ask('PATCH', await sourcePath(at), {
      settings: { copy: JSON.stringify({ private_key_id: keyId, private_key: privateKey }) },
    });
    const run = await at.run(toSegment(at));
    expect({ code: run.code, log: readable(run.stdout) }).toMatchObject({ code: 0 });
    expect(readable(run.stdout)).toMatch(/shows a private key in clear text that is none of this account/);
    expect(await at.keys()).toEqual([{ id: keyId, disabled: false }]);
  });
});

async function generatePem(): Promise<{ privateKey: string }> {
  const { generateKeyPairSync } = await import('node:crypto');
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}

describe('Segment takes only keys that work', () => {
  const at = stage('--scenario', 'segment-validates');

  test('apply → the source is created with the real key', async () => {
    const first = await at.run(toSegment(at));
    expect({ code: first.code, log: readable(first.stdout) }).toMatchObject({ code: 0 });
    expect(await sourceIn(at)).toMatchObject({
      ...{ enabled: true, name: 'BigQuery acme-analytics', keyId: first.outputs['key_id'] },
    });
    const second = await at.run(toSegment(at));
    expect({ code: second.code, writes: writes(second.sent) }).toEqual({ code: 0, writes: [] });
  });

  test('a setting that only the user names → refused: no key goes there unproven', async () => {
    const run = await at.run({ ...toSegment(at), segment_credentials_setting: 'location' });
    expect(run.code).toBe(1);
    expect(await at.keys()).toEqual([]);
  });
});

describe('a region without BigQuery', () => {
  const at = stage('--scenario', 'segment-eu');

  test('apply → refused before any write, and segment_region is named', async () => {
    const run = await at.run({ ...toSegment(at), segment_region: 'eu' });
    expect(errorsIn(run.stdout).join('\n')).toMatch(
      /no BigQuery source for Reverse ETL in this region.*segment_region/,
    );
    expect(writes(run.sent)).toEqual([]);
  });
});
