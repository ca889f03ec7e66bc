import { createPrivateKey } from 'node:crypto';
import { BigQuery } from '@google-cloud/bigquery';
import { describe, expect, test } from '@jest/globals';
import { JWT } from 'google-auth-library';
import '../../harness/matchers.ts';
import { ACCOUNT_PATH, DATASET_PATH, EMAIL, PROJECT, driftOf, stage } from '../../harness/stage.ts';

/** From which day on a key that ends is renewed, and warned about, is in `__tests__/pure/resources/credential-*.test.ts`. */
const at = stage();
const DAY = 86_400;
const ends = { key_lifetime_days: '30' };

describe('a key that ends by itself', () => {
  test('at 21 of 30 days → renewed, without key_max_age_days; both mint, the first until its end', async () => {
    const first = await at.run({ mode: 'apply', ...ends });
    expect(first).toEnd(0);
    await at.simulation.age(21 * DAY);
    const renewed = await at.run({ mode: 'apply', ...ends });
    expect(renewed).toEnd(0);
    const keys = [first, renewed].map(({ outputs }) => outputs['key'] ?? '') as [string, string];
    const mint = (): Promise<boolean[]> => Promise.all(keys.map((file) => at.mints(file)));
    expect(await mint()).toEqual([true, true]);
    await at.simulation.age(8 * DAY);
    expect(await mint()).toEqual([true, true]);
    await at.simulation.age(2 * DAY);
    expect(await mint()).toEqual([false, true]);
    expect(driftOf(await at.run({ mode: 'check', ...ends }))).toEqual([]);
  });

  test('made in the runner → uploaded as a certificate that says nothing about anybody; no more is sent, and the file is as Google makes it', async () => {
    const { sent, outputs } = await at.run({ mode: 'apply', verify: 'false', ...ends });
    const upload = sent.find(({ path }) => path.endsWith('/keys:upload'));
    const { publicKeyData } = upload?.body as { publicKeyData: string };
    expect(Object.keys(upload?.body ?? {})).toEqual(['publicKeyData']);
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
    const made = await at.run({ mode: 'rotate', verify: 'false' });
    const fields = Object.keys(JSON.parse(made.outputs['key'] ?? '{}') as object);
    expect(Object.keys(file).sort()).toEqual(fields.sort());
  });
});

describe('the emitted key', () => {
  test.each([
    ['made by Google', {}],
    ['made in the runner', ends],
  ])('%s → works in google-auth-library without scopes, and in @google-cloud/bigquery', async (_name, inputs) => {
    const { outputs } = await at.run({ mode: 'apply', verify: 'false', ...inputs });
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
