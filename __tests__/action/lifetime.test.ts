import { createPrivateKey } from 'node:crypto';
import { BigQuery } from '@google-cloud/bigquery';
import { describe, expect, test } from '@jest/globals';
import { JWT } from 'google-auth-library';
import { ACCOUNT_PATH, DATASET_PATH, EMAIL, PROJECT, driftOf, stage, writes } from '../../harness/stage.ts';

const at = stage();
const DAY = 86_400;
const ends = { key_lifetime_days: '30' };

describe('a key that ends by itself', () => {
  test('mints with the world aged by 29 days, and not by 31', async () => {
    const { code, stdout, outputs } = await at.run({ mode: 'apply', ...ends });
    expect({ code, log: stdout }).toMatchObject({ code: 0 });
    const file = outputs['key'] ?? '';
    expect(await at.mints(file)).toBe(true);
    await at.simulation.age(29 * DAY);
    expect(await at.mints(file)).toBe(true);
    await at.simulation.age(2 * DAY);
    expect(await at.mints(file)).toBe(false);
  });

  test('is fine at 19 days; check warns at 21, and fails at 24', async () => {
    await at.run({ mode: 'apply', ...ends });
    await at.simulation.age(19 * DAY);
    const fine = await at.run({ mode: 'check', ...ends });
    expect(fine).toMatchObject({ code: 0, outputs: { drift: 'false' } });
    expect(fine.stdout).not.toContain('::warning::');
    await at.simulation.age(2 * DAY);
    const warned = await at.run({ mode: 'check', ...ends });
    expect(warned).toMatchObject({ code: 0, outputs: { drift: 'false' } });
    expect(warned.stdout).toMatch(/::warning::.*ends on \d{4}-\d\d-\d\d: Segment stops then; apply renews it/);
    await at.simulation.age(3 * DAY);
    const failed = await at.run({ mode: 'check', ...ends });
    expect(failed).toMatchObject({ code: 1, outputs: { drift: 'true' } });
    expect(failed.stdout).toMatch(/::error::.*key is ends on \d{4}-\d\d-\d\d|::error::.*renewed in good time/);
  });

  test('is left alone by apply at 19 days, and renewed at 21, without key_max_age_days', async () => {
    const first = await at.run({ mode: 'apply', ...ends });
    await at.simulation.age(19 * DAY);
    expect(writes((await at.run({ mode: 'apply', ...ends })).sent)).toEqual([]);
    await at.simulation.age(2 * DAY);
    const renewed = await at.run({ mode: 'apply', ...ends });
    expect({ code: renewed.code, log: renewed.stdout }).toMatchObject({ code: 0 });
    expect(renewed.outputs['key']).toBeDefined();
    expect(await at.mints(renewed.outputs['key'] ?? '')).toBe(true);
    expect(await at.mints(first.outputs['key'] ?? '')).toBe(true);
    await at.simulation.age(15 * DAY);
    expect(await at.mints(renewed.outputs['key'] ?? '')).toBe(true);
    expect(driftOf(await at.run({ mode: 'check', ...ends }))).toEqual([]);
  });

  test('is uploaded as a certificate that says nothing about anybody; its private half was never sent', async () => {
    const { sent, outputs } = await at.run({ mode: 'apply', ...ends });
    const upload = sent.find(({ path }) => path.endsWith('/keys:upload'));
    const { publicKeyData } = upload?.body as { publicKeyData: string };
    const certificate = Buffer.from(publicKeyData, 'base64').toString();
    expect(certificate).toMatch(/^-----BEGIN CERTIFICATE-----\n/);
    expect(certificate).not.toContain(PROJECT);
    expect(sent.some(({ path }) => path.endsWith('/keys'))).toBe(true);
    expect(sent.filter(({ method, path }) => method === 'POST' && path.endsWith('/keys'))).toEqual([]);
    const file = JSON.parse(outputs['key'] ?? '{}') as Record<string, string>;
    expect(createPrivateKey(file['private_key'] ?? '').asymmetricKeyDetails?.modulusLength).toBe(2048);
    const { uniqueId } = (await at.owner('GET', ACCOUNT_PATH)) as { uniqueId: string };
    expect({ ...file, private_key: '', private_key_id: '' }).toEqual({
      type: 'service_account',
      project_id: PROJECT,
      private_key_id: '',
      private_key: '',
      client_email: EMAIL,
      client_id: uniqueId,
      auth_uri: 'https://accounts.google.com/o/oauth2/auth',
      token_uri: 'https://oauth2.googleapis.com/token',
      auth_provider_x509_cert_url: 'https://www.googleapis.com/oauth2/v1/certs',
      client_x509_cert_url: `https://www.googleapis.com/robot/v1/metadata/x509/${encodeURIComponent(EMAIL)}`,
      universe_domain: 'googleapis.com',
    });
  });

  test('has the fields of a key that Google makes', async () => {
    const fields = (file: string | undefined): string[] => Object.keys(JSON.parse(file ?? '{}') as object).sort();
    const made = await at.run({ mode: 'apply' });
    const uploaded = await at.run({ mode: 'rotate', ...ends });
    expect(fields(uploaded.outputs['key'])).toEqual(fields(made.outputs['key']));
  });

  test('replaces one that does not end, once that is asked for', async () => {
    await at.run({ mode: 'apply' });
    await at.simulation.age(60);
    expect(driftOf(await at.run({ mode: 'check', ...ends }))).toEqual([
      expect.stringMatching(/key: does not end by itself \([0-9a-f]{12}\) → ends after 30 days/),
    ]);
    const replaced = await at.run({ mode: 'apply', ...ends });
    expect(replaced).toMatchObject({ code: 0 });
    expect(driftOf(await at.run({ mode: 'check', ...ends }))).toEqual([]);
  });
});

describe('the emitted key', () => {
  test.each([
    ['made by Google', {}],
    ['made in the runner', ends],
  ])('%s works in google-auth-library without scopes, and in @google-cloud/bigquery', async (_name, inputs) => {
    const { outputs } = await at.run({ mode: 'apply', ...inputs });
    const file = JSON.parse(outputs['key'] ?? '{}') as Record<
      'client_email' | 'private_key' | 'private_key_id',
      string
    >;
    const identity = { email: file.client_email, key: file.private_key, keyId: file.private_key_id };
    const unscoped = await new JWT(identity).getRequestHeaders('https://bigquery.googleapis.com/');
    const reply = await fetch(`${at.simulation.url}${DATASET_PATH}`, {
      headers: { authorization: unscoped.get('authorization') ?? '' },
    });
    expect(reply.status).toBe(200);
    const authClient = new JWT({ ...identity, scopes: ['https://www.googleapis.com/auth/bigquery'] });
    authClient.useJWTAccessWithScope = true; // Else it posts to Google's own token endpoint.
    const bigQuery = new BigQuery({
      projectId: PROJECT,
      apiEndpoint: at.simulation.url,
      authClient,
      retryOptions: { autoRetry: false },
    });
    const [job] = await bigQuery.createQueryJob({ query: 'SELECT 1', dryRun: true, location: 'EU' });
    expect((job.metadata as { status: { state: string } }).status.state).toBe('DONE');
  });
});

describe('where an organisation policy ends created keys', () => {
  test('the warnings come from the end of the key itself, and apply renews it', async () => {
    await at.simulation.constraints(PROJECT, ['iam.serviceAccountKeyExpiryHours=720h']);
    await at.run({ mode: 'apply' });
    const young = await at.run({ mode: 'check' });
    expect(young).toMatchObject({ code: 0 });
    expect(young.stdout).toMatch(/::warning::.*by the organisation policy on the expiry of keys.*apply renews it from/);
    await at.simulation.age(24 * DAY);
    expect(await at.run({ mode: 'check' })).toMatchObject({ code: 1 });
    const renewed = await at.run({ mode: 'apply' });
    expect(renewed).toMatchObject({ code: 0 });
    expect(await at.mints(renewed.outputs['key'] ?? '')).toBe(true);
  });
});
