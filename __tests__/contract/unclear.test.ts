import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { OAuth2Client } from 'google-auth-library';
import { expectTexts } from '../../src/cloud/answer.ts';
import { makeCall } from '../../src/cloud/call.ts';
import { gitHubCall } from '../../src/cloud/github/call.ts';
import { gitHubClient } from '../../src/cloud/github/client.ts';
import { pullComments } from '../../src/cloud/github/comments.ts';
import { secretStore } from '../../src/cloud/github/secret-store.ts';
import { accountPolicyDocument } from '../../src/cloud/google/account-policies.ts';
import { clientsOf } from '../../src/cloud/google/clients.ts';
import type { Cloud } from '../../src/cloud/google/clients.ts';
import { datasetDocument, listDatasets } from '../../src/cloud/google/datasets.ts';
import { readEndpoints } from '../../src/cloud/google/endpoints.ts';
import { keyMemory } from '../../src/cloud/google/key-memory.ts';
import { keysOf } from '../../src/cloud/google/keys.ts';
import { orgPolicies } from '../../src/cloud/google/org-policies.ts';
import { policyDocument, testPermissions } from '../../src/cloud/google/project-policies.ts';
import { dryRun, seeDataset, seeTables } from '../../src/cloud/google/queries.ts';
import { roleDocument } from '../../src/cloud/google/roles.ts';
import { secretVersions } from '../../src/cloud/google/secret-versions.ts';
import { accountDocument } from '../../src/cloud/google/service-accounts.ts';
import { servicesOf } from '../../src/cloud/google/services.ts';
import { becomeAccount } from '../../src/cloud/google/sign-in/impersonate.ts';
import { mintToken } from '../../src/cloud/google/sign-in/key-token.ts';
import { makeWire } from '../../src/cloud/google/wire.ts';
import { ApiError, isUnclear } from '../../src/errors/api-error.ts';
import { fromGoogle } from '../../src/errors/from-google.ts';
import { fromOctokit } from '../../src/errors/from-octokit.ts';
import { oidcError } from '../../src/errors/from-runner.ts';
import { googleApis } from '../../src/errors/services.ts';
import { oidcToken } from '../../src/runner/oidc-token.ts';
import { Secret } from '../../src/secret.ts';
import { fakeClock } from '../pure/cloud/fake-clock.ts';

/** Every document that is read, over real connections, and everything that may come in its place. */

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let answer: Answer = () => undefined;
let seen: { readonly method: string; readonly path: string; readonly headers: IncomingMessage['headers'] }[] = [];
let server: Server;
let url = '';

beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers });
    request.resume().on('end', () => answer(request, response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const LIMIT = 300;
const EMAIL = 'a@p.iam.gserviceaccount.com';
const quiet = (): void => undefined;

function cloud(): Cloud {
  const overrides = googleApis.map((api) => [`CLOUDSDK_API_ENDPOINT_OVERRIDES_${api.toUpperCase()}`, url] as const);
  const { endpoints } = readEndpoints({ ...Object.fromEntries(overrides), CLOUDSDK_AUTH_TOKEN_HOST: `${url}/token` });
  const wire = makeWire(LIMIT);
  const client = new OAuth2Client({ transporter: wire.transporter });
  client.setCredentials({ access_token: 'a token', expiry_date: Date.now() + 3_600_000 });
  const clock = fakeClock();
  const call = makeCall({ clock, toApiError: fromGoogle, say: quiet, trace: quiet });
  return clientsOf({ client, call, wire, clock, endpoints, principal: () => undefined }, { projectId: 'p' });
}

const keys = (): ReturnType<typeof keysOf> =>
  keysOf(cloud(), {
    email: EMAIL,
    lifetimeDays: undefined,
    uniqueId: () => Promise.resolve('1'),
    mask: quiet,
    memory: keyMemory(Date.now),
  });
const store = (): ReturnType<typeof secretStore> => {
  const call = gitHubCall({ clock: fakeClock(), say: quiet, trace: quiet });
  const where = { repository: 'acme/data', scope: { kind: 'repository' }, visibility: 'all', selected: [] } as const;
  return secretStore(call, { ...where, token: new Secret('t'), baseUrl: url });
};
const comments = (): ReturnType<typeof pullComments> =>
  pullComments(
    { say: quiet, trace: quiet },
    { token: new Secret('t'), apiUrl: url, repository: 'acme/data', number: 1, clock: fakeClock() },
  );
const pem = async (): Promise<string> => {
  const { makePair } = await import('../../src/cloud/google/key-pair.ts');
  return (await makePair(1, quiet)).privateKey;
};

/** Whatever is read, and whatever makes something that must not be taken for made, or refused, when it is not told. */
const google: [string, () => Promise<unknown>][] = [
  ["the project's policy", () => policyDocument(cloud()).read()],
  ["the account's policy", () => accountPolicyDocument(cloud(), EMAIL).read()],
  ['the role', () => roleDocument(cloud(), 'r').read()],
  ['the role, created', () => roleDocument(cloud(), 'r').create({})],
  ['the account', () => accountDocument(cloud(), { accountId: 'a', email: EMAIL }).read()],
  ['the account, created', () => accountDocument(cloud(), { accountId: 'a', email: EMAIL }).create({})],
  ['a key, created', () => keys().create()],
  ['the dataset', () => datasetDocument(cloud(), 'p.d').read()],
  [
    'the dataset, created',
    () => datasetDocument(cloud(), 'p.d').create({ location: 'EU', description: '', labels: {} }),
  ],
  ['the dataset as the account sees it', () => seeDataset(cloud(), 'd')],
  ['a dry run', () => dryRun(cloud(), 'SELECT 1', 'EU')],
  ['the tables', () => seeTables(cloud(), 'p.d')],
  ['the secret', () => secretVersions(cloud(), 'projects/p/secrets/s').read()],
  ['its latest version', () => secretVersions(cloud(), 'projects/p/secrets/s').latest()],
  ['a version, added', () => secretVersions(cloud(), 'projects/p/secrets/s').add(new Secret('x'))],
];
/** Where an object without anything in it is an answer: none are there, or none are held. */
const lists: [string, () => Promise<unknown>][] = [
  ['the keys', () => keys().list()],
  ['the permissions held', () => testPermissions(cloud(), ['a.b.c'])],
];
const gitHub: [string, () => Promise<unknown>][] = [
  ['the public key', () => store().publicKey()],
  ['a secret', () => store().secret('S')],
  ['a variable', () => store().variable('V')],
  ['the comments', () => comments().find('marker')],
];

const send = (status: number, body: string, headers: Record<string, string> = {}): Answer => {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(body);
  };
};
const HTML = { 'content-type': 'text/html; charset=utf-8' };
const places: [string, Answer][] = [
  ['a page of a portal', send(200, '<html>Sign in to the guest network</html>', HTML)],
  ['the same, said to be JSON', send(200, '<html>Sign in</html>')],
  ['nothing', send(200, '')],
  ['half of it', send(200, '{"name":"x","etag":"y","bind')],
  ['a list', send(200, '[]')],
  ['null', send(200, 'null')],
  ['another document', send(200, '{"hello":"world","keys":"none","permissions":{},"datasets":3,"message":"ok"}')],
  ['a page that refuses', send(403, '<html>Blocked</html>', HTML)],
  ['a page that finds nothing', send(404, '<html>Not here</html>', HTML)],
  ['a redirect', send(307, '', { location: 'http://127.0.0.1:9/elsewhere' })],
  ['a proxy that wants a password', send(407, '')],
  ['a reset', (request) => void request.socket.destroy()],
  [
    'an end before its time',
    (request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"name":"x"', () => void request.socket.destroy());
    },
  ],
  ['silence', quiet],
  [
    'a blank now and then',
    (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const timer = setInterval(() => response.write(' '), 50);
      response.on('close', () => clearInterval(timer));
    },
  ],
];

async function outcome(ask: () => Promise<unknown>, place: Answer): Promise<unknown> {
  answer = place;
  seen = [];
  try {
    return { answered: await ask() };
  } catch (error) {
    if (!(error instanceof ApiError)) return { defect: String(error) };
    return { unclear: isUnclear(error), elsewhere: seen.some(({ path }) => path.includes('elsewhere')) };
  }
}

const UNCLEAR = { unclear: true, elsewhere: false };

/** Limits of their own, too long to wait for here. */
const LONG: Readonly<Record<string, readonly string[]>> = {
  silence: ['a dry run', ...gitHub.map(([what]) => what)],
  'a blank now and then': ['a dry run', ...gitHub.map(([what]) => what)],
};

describe.each(places)('%s', (name, place) => {
  const asked = [...google, ...lists, ...gitHub].filter(([what]) => LONG[name]?.includes(what) !== true);

  test.each(asked)('in the place of %s → unclear', async (what, ask) => {
    if (name === 'a list' && what === 'the comments') return; // That is one without comments.
    expect(await outcome(ask, place)).toEqual(UNCLEAR);
  });

  test('in the place of a hint → done without', async () => {
    answer = place;
    expect((await orgPolicies(cloud())('p', 'c'))?.rules).toBeUndefined();
    expect(await servicesOf(cloud()).off(['iam.googleapis.com'])).toBeUndefined();
    const { names, why } = await listDatasets(cloud(), 'p');
    expect([names, typeof why]).toEqual([[], 'string']);
    expect(await becomeAccount(cloud(), { email: EMAIL, key: undefined, mask: quiet })).toHaveProperty('why');
  });
});

test.each(google)('an object with nothing in it, in the place of %s → unclear', async (_what, ask) => {
  expect(await outcome(ask, send(200, '{}'))).toEqual(UNCLEAR);
});

test.each(lists)('an object with nothing in it: %s → none', async (_what, ask) => {
  expect(await outcome(ask, send(200, '{}'))).toEqual({ answered: [] });
});

test.each(['..', '', 'x] old=0123456789ab', '##[stop-commands]x', '0123456789abcdef?x=1'])(
  'a key whose ID is %j → unclear, in a list and as a new one',
  async (id) => {
    const key = { name: `projects/p/serviceAccounts/${EMAIL}/keys/${id}`, validAfterTime: '2026-01-01T00:00:00Z' };
    expect(await outcome(() => keys().list(), send(200, JSON.stringify({ keys: [key] })))).toEqual(UNCLEAR);
    const file = Buffer.from('{}').toString('base64');
    const made = send(200, JSON.stringify({ ...key, privateKeyData: file }));
    expect(await outcome(() => keys().create(), made)).toEqual(UNCLEAR);
  },
);

test('a policy without an etag → nothing is written', async () => {
  const document = policyDocument(cloud());
  expect(
    await outcome(() => document.edit((policy) => ({ ...policy, bindings: [] })), send(200, '{"bindings":[]}')),
  ).toEqual(UNCLEAR);
  expect(seen.every(({ path }) => path.includes(':getIamPolicy'))).toBe(true);
});

test('a secret that takes a page for its answer → not delivered', async () => {
  const put = (): Promise<number> =>
    store().putSecret('S', new Secret('x'), { key: Buffer.alloc(32, 1).toString('base64'), key_id: '1' });
  expect(await outcome(put, send(200, '<html>Sign in</html>', HTML))).toEqual(UNCLEAR);
  expect(await outcome(put, send(204, ''))).toEqual({ answered: expect.any(Number) });
});

test('a public key of another length → no key to seal with', async () => {
  expect(await outcome(() => store().publicKey(), send(200, '{"key":"QQ==","key_id":"1"}'))).toEqual(UNCLEAR);
});

test('an answer of 40 MB → refused', async () => {
  const long = send(200, `{"name":"${'x'.repeat(40 * 1024 * 1024)}","etag":"e"}`);
  expect(await outcome(() => roleDocument(cloud(), 'r').read(), long)).toEqual(UNCLEAR);
  expect(await outcome(() => store().publicKey(), long)).toEqual(UNCLEAR);
});

test('an answer 200,000 levels deep → refused, and nothing overflows', async () => {
  const deep = send(200, `{"etag":"e","x":${'['.repeat(200_000)}${']'.repeat(200_000)}}`);
  expect(await outcome(() => policyDocument(cloud()).read(), deep)).toEqual(UNCLEAR);
});

test('the same page for ever → the list could not be read', async () => {
  const same = send(200, '{"datasets":[],"nextPageToken":"again"}');
  answer = same;
  seen = [];
  expect((await listDatasets(cloud(), 'p')).why).toContain('no end');
  expect(seen.length).toBeLessThan(10);
});

describe('a key', () => {
  test.each(places)('%s in the place of its token → unclear, in time', async (_name, place) => {
    const { wire } = cloud();
    const key = { client_email: EMAIL, private_key: await pem(), private_key_id: 'k', token_uri: 'x' };
    const masked: string[] = [];
    const desk = { wire, mask: (value: string): void => void masked.push(value) };
    expect(await outcome(() => mintToken(desk, key, `${url}/token`), place)).toEqual(UNCLEAR);
    expect(masked).toEqual([expect.stringMatching(/^eyJ/)]); // The assertion.
  });

  test('a clock that is ahead → the assertion has the time of Google', async () => {
    const { wire } = cloud();
    const key = { client_email: EMAIL, private_key: await pem(), private_key_id: 'k', token_uri: 'x' };
    const masked: string[] = [];
    const desk = { wire, mask: (value: string): void => void masked.push(value) };
    const then = new Date(Date.now() - 1_200_000).toUTCString();
    answer = send(200, '{"access_token":"t","expires_in":3599}', { date: then });
    await mintToken(desk, key, `${url}/token`);
    await mintToken(desk, key, `${url}/token`);
    const issued = masked
      .filter((one) => one.startsWith('eyJ'))
      .map((one) => JSON.parse(Buffer.from(one.split('.')[1] ?? '', 'base64url').toString()) as { iat: number });
    expect(Date.now() / 1000 - (issued[0]?.iat ?? 0)).toBeLessThan(60);
    expect(Date.now() / 1000 - (issued[1]?.iat ?? 0)).toBeGreaterThan(1_100);
  });
});

describe('GitHub', () => {
  const ask = (): Promise<unknown> => {
    const call = makeCall({ clock: fakeClock(), toApiError: fromOctokit, say: quiet, trace: quiet });
    const client = gitHubClient(call, { token: new Secret('t'), baseUrl: url, limit: LIMIT });
    return client({ call: 'ask', repeatable: true }, { route: 'GET /x', parameters: {} }, ({ data }) =>
      expectTexts('x', data as { name?: string }, ['name']),
    );
  };

  test.each(places)('%s → unclear, in time, and the token goes nowhere else', async (_name, place) => {
    expect(await outcome(ask, place)).toEqual(UNCLEAR);
  });
});

describe("the runner's OIDC service", () => {
  const token = (): Promise<string> => oidcToken({ url: `${url}/t?a=1`, token: 'request token' }, 'https://aud/x');
  /** As whoever signs in makes of it. */
  const told = async (): Promise<unknown> => {
    try {
      return await token();
    } catch (error) {
      throw oidcError(error as Error);
    }
  };
  const inTime = places.filter(([name]) => name !== 'silence' && name !== 'a blank now and then');

  test.each(inTime.filter(([name]) => !name.startsWith('a page that')))('%s → unclear', async (_name, place) => {
    expect(await outcome(told, place)).toEqual(UNCLEAR);
  });

  test('a token → asked for with its audience, and the token of the job', async () => {
    answer = send(200, '{"value":"eyJ"}');
    seen = [];
    expect(await token()).toBe('eyJ');
    expect(seen).toMatchObject([
      { path: '/t?a=1&audience=https%3A%2F%2Faud%2Fx', headers: { authorization: 'Bearer request token' } },
    ]);
  });
});
