import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { readEndpoints } from '../../src/cloud/google/endpoints.ts';
import { signIn } from '../../src/cloud/google/sign-in/sign-in.ts';
import type { SignedIn } from '../../src/cloud/google/sign-in/sign-in.ts';
import { Blocked } from '../../src/errors/diagnostic.ts';
import { fakeClock } from '../pure/cloud/fake-clock.ts';

/** Signing in, against a loopback server that hands out a token of its own to every request. */

interface Asked {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

let server: Server;
let url = '';
let asked: Asked[] = [];
let masked: string[] = [];
let lifetime = 3_600;
/** How far the clock of the service is behind ours, in milliseconds. */
let behind = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += String(part)));
    request.on('end', () => {
      const path = request.url ?? '';
      asked.push({ path, headers: request.headers, body });
      const value = `token-${String(asked.length)}-${'x'.repeat(20)}`;
      const end = new Date(Date.now() - behind + lifetime * 1000).toISOString();
      response.setHeader('date', new Date(Date.now() - behind).toUTCString());
      const isImpersonation = path.endsWith(':generateAccessToken');
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify(
          isImpersonation ? { accessToken: value, expireTime: end } : { access_token: value, expires_in: lifetime },
        ),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
});

beforeEach(() => {
  asked = [];
  masked = [];
  lifetime = 3_600;
  behind = 0;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const quiet = (): void => undefined;
const PROVIDER = 'projects/1/locations/global/workloadIdentityPools/pool/providers/github';
const folder = mkdtempSync(join(tmpdir(), 'sign-in-'));

interface Trial {
  readonly provider?: string;
  readonly serviceAccount?: string;
  readonly env?: Record<string, string>;
  /** Text of the file with Application Default Credentials. */
  readonly file?: string | object;
}

function enter({ provider, serviceAccount, env = {}, file }: Trial): Promise<SignedIn> {
  const path = join(folder, 'adc.json');
  if (file !== undefined) writeFileSync(path, typeof file === 'string' ? file : JSON.stringify(file));
  const overrides = ['IAM', 'STS', 'IAMCREDENTIALS'].map(
    (name) => [`CLOUDSDK_API_ENDPOINT_OVERRIDES_${name}`, url] as const,
  );
  const { endpoints } = readEndpoints({ ...Object.fromEntries(overrides), CLOUDSDK_AUTH_TOKEN_HOST: `${url}/token` });
  const options = {
    ...{ provider, serviceAccount, audience: undefined, endpoints, clock: fakeClock(), say: quiet, trace: quiet },
    env: { CLOUDSDK_CONFIG: folder, ...(file === undefined ? {} : { GOOGLE_APPLICATION_CREDENTIALS: path }), ...env },
    idToken: () => Promise.resolve(`x.${Buffer.from('{"sub":"repo:acme/data"}').toString('base64url')}.x`),
    mask: (value: string) => void masked.push(value),
  };
  return signIn(options, (as) => as);
}

const ACCOUNT = 'robot@p.iam.gserviceaccount.com';
const impersonating = (host: string): string => `${host}/v1/projects/-/serviceAccounts/${ACCOUNT}:generateAccessToken`;
const PERSON = { type: 'authorized_user', client_id: 'i', client_secret: 's', refresh_token: 'r' };
const paths = (): string[] => asked.map(({ path }) => path);

describe('workload identity', () => {
  test('directly → one exchange, its token masked, the principal of the pool', async () => {
    const { principal } = await enter({ provider: PROVIDER });
    expect(paths()).toEqual(['/v1/token']);
    expect(masked).toEqual([expect.stringMatching(/^token-1-/)]);
    expect(principal()).toBe(
      'principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/subject/repo:acme/data',
    );
  });

  test('through an account → the federated token is masked as well, and goes nowhere but there', async () => {
    const { principal } = await enter({ provider: PROVIDER, serviceAccount: ACCOUNT });
    expect(paths()).toEqual(['/v1/token', new URL(impersonating(url)).pathname]);
    expect(asked[1]?.headers.authorization).toBe(`Bearer ${masked[0] ?? ''}`);
    expect(masked).toHaveLength(2);
    expect(principal()).toBe(`serviceAccount:${ACCOUNT}`);
  });

  test('a clock that is hours ahead → one sign-in, and no storm of them', async () => {
    behind = 2 * 3_600_000;
    const { client } = await enter({ provider: PROVIDER, serviceAccount: ACCOUNT });
    asked = [];
    await client.getRequestHeaders();
    expect(paths()).toEqual([]);
  });

  test('a token about to end, many requests → one new one', async () => {
    lifetime = 10;
    const { client } = await enter({ provider: PROVIDER });
    asked = [];
    lifetime = 3_600;
    await Promise.all(Array.from({ length: 8 }, () => client.getRequestHeaders()));
    expect(paths()).toEqual(['/v1/token']);
  });
});

describe('Application Default Credentials', () => {
  test.each<[string, Trial, string[]]>([
    ['a person', { file: PERSON }, ['/token']],
    ['with a byte order mark', { file: '\uFEFF' + JSON.stringify(PERSON) }, ['/token']],
    [
      'a person who impersonates an account',
      {
        file: {
          type: 'impersonated_service_account',
          service_account_impersonation_url: impersonating('https://iamcredentials.googleapis.com'),
          source_credentials: PERSON,
        },
      },
      ['/token', new URL(impersonating('http://x')).pathname],
    ],
  ])('%s → at the endpoints of this run, each token masked', async (_name, trial, expected) => {
    await enter(trial);
    expect(paths()).toEqual(expected);
    expect(masked).toHaveLength(expected.length);
  });

  test.each<[string, Trial, string | null]>([
    ['of the file', { file: { ...PERSON, quota_project_id: 'of-file' } }, 'of-file'],
    [
      'of the environment',
      { file: { ...PERSON, quota_project_id: 'of-file' }, env: { GOOGLE_CLOUD_QUOTA_PROJECT: 'of-env' } },
      'of-env',
    ],
    ['none', { file: PERSON }, null],
  ])('quota project, %s', async (_name, trial, expected) => {
    const { client } = await enter(trial);
    expect((await client.getRequestHeaders()).get('x-goog-user-project')).toBe(expected);
  });

  const external = (more: object): object => {
    const source = join(folder, 'subject');
    writeFileSync(source, 'a foreign token');
    return {
      ...{ type: 'external_account', audience: `//iam.googleapis.com/${PROVIDER}`, subject_token_type: 'urn:x' },
      ...{ token_url: 'https://sts.googleapis.com/v1/token', credential_source: { file: source }, ...more },
    };
  };

  test('what google-github-actions/auth leaves → at the endpoints of this run', async () => {
    const { principal } = await enter({
      file: external({ service_account_impersonation_url: impersonating('https://iamcredentials.googleapis.com') }),
    });
    expect(paths()).toEqual(['/v1/token', new URL(impersonating(url)).pathname]);
    expect(asked[0]?.body).toContain('a+foreign+token');
    expect(principal()).toBe(`serviceAccount:${ACCOUNT}`);
  });

  test('service_account besides → becomes that account, and acts as no other', async () => {
    const { principal, client } = await enter({ file: external({}), serviceAccount: ACCOUNT });
    expect(paths()).toEqual(['/v1/token', new URL(impersonating(url)).pathname]);
    expect(asked[1]?.headers.authorization).toBe(`Bearer ${masked[0] ?? ''}`);
    expect((await client.getRequestHeaders()).get('authorization')).toBe(`Bearer ${masked[1] ?? ''}`);
    expect(principal()).toBe(`serviceAccount:${ACCOUNT}`);
  });

  test('service_account is who the credential is already → asked once', async () => {
    const file = external({
      service_account_impersonation_url: impersonating('https://iamcredentials.googleapis.com'),
    });
    await enter({ file, serviceAccount: ACCOUNT });
    expect(paths()).toEqual(['/v1/token', new URL(impersonating(url)).pathname]);
  });

  test('a credential file, or none at all → Google’s library prints no warning of its own', async () => {
    const warned = jest.spyOn(console, 'warn').mockImplementation(quiet);
    const emitted = jest.spyOn(process, 'emitWarning').mockImplementation(quiet);
    await enter({ file: external({}) });
    const metadata = { GCE_METADATA_HOST: '127.0.0.1:9', METADATA_SERVER_DETECTION: 'ping-only' };
    Object.assign(process.env, metadata);
    await enter({}).catch(quiet);
    for (const name of Object.keys(metadata)) Reflect.deleteProperty(process.env, name);
    expect([warned.mock.calls, emitted.mock.calls]).toEqual([[], []]);
    jest.restoreAllMocks();
  });

  test.each<[string, Trial, RegExp]>([
    [
      'another form of impersonation',
      { file: external({ service_account_impersonation_url: `${impersonating('https://evil.example')}?` }) },
      /does not end in/,
    ],
    [
      'tokens over http',
      { file: external({ token_url: 'http://evil.example/token' }) },
      /neither https nor http on loopback/,
    ],
    [
      'the same within',
      {
        file: {
          ...PERSON,
          type: 'impersonated_service_account',
          source_credentials: { ...PERSON, token_uri: 'http://e.example' },
        },
      },
      /neither https/,
    ],
    ['no JSON', { file: 'ya29.a-token-of-somebody' }, /is no JSON\)/],
    ['a key with a stray quote', { file: '{"private_key":"-----BEGIN\\n"SECRETSECRET' }, /is no JSON\)/],
    ['a text', { file: '"ya29.a-token"' }, /is no JSON object\)/],
    ['not there', { env: { GOOGLE_APPLICATION_CREDENTIALS: '/nowhere/adc.json' } }, /could not be read/],
    ['a key without its parts', { file: { type: 'service_account' } }, /lacks client_email/],
    ['a person without its parts', { file: { type: 'authorized_user' } }, /lacks client_id/],
  ])('%s → refused before anything is sent, and nothing of it is told', async (_name, trial, expected) => {
    const error: unknown = await enter(trial).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Blocked);
    expect(String(error)).toMatch(expected);
    expect(String(error)).not.toMatch(/SECRETSECRET|ya29/);
    expect(asked).toEqual([]);
  });
});
