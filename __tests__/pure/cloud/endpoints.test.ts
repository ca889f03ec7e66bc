import { describe, expect, test } from '@jest/globals';
import { readEndpoints } from '../../../src/cloud/google/endpoints.ts';
import { sentence } from '../../../src/errors/diagnostic.ts';
import { googleApis } from '../../../src/errors/services.ts';

const IAM = 'CLOUDSDK_API_ENDPOINT_OVERRIDES_IAM';

describe('readEndpoints', () => {
  test.each(googleApis)('%s → asked at the host of its name, and where its variable says', (api) => {
    const variable = `CLOUDSDK_API_ENDPOINT_OVERRIDES_${api.toUpperCase()}`;
    expect(readEndpoints({}).endpoints[api]).toBe(`https://${api}.googleapis.com`);
    const { endpoints, problems, chosen } = readEndpoints({ [variable]: 'https://private.p.googleapis.com/' });
    expect(endpoints[api]).toBe('https://private.p.googleapis.com');
    expect(problems).toEqual([]);
    expect(chosen.map((one) => one.variable)).toEqual([variable]);
    const others = googleApis.filter((other) => other !== api);
    expect(others.map((other) => endpoints[other])).toEqual(others.map((other) => `https://${other}.googleapis.com`));
  });

  test('nothing set → Google itself', () => {
    const { endpoints, problems } = readEndpoints({});
    expect(endpoints).toMatchObject({
      iam: 'https://iam.googleapis.com',
      sts: 'https://sts.googleapis.com',
      token: 'https://oauth2.googleapis.com/token',
    });
    expect(problems).toEqual([]);
  });

  test.each([
    ['https', 'https://iam.internal.example/', 'https://iam.internal.example'],
    ['a path → dropped', 'https://iam.internal.example/v1/', 'https://iam.internal.example'],
    ['http on localhost', 'http://localhost:8080/', 'http://localhost:8080'],
    ['http on 127.0.0.1', 'http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['http on [::1]', 'http://[::1]:8080/', 'http://[::1]:8080'],
    ['empty → Google itself', '', 'https://iam.googleapis.com'],
  ])('%s → allowed', (_name, given, expected) => {
    expect(readEndpoints({ [IAM]: given })).toMatchObject({ endpoints: { iam: expected }, problems: [] });
  });

  test.each(['http://iam.example.com/', 'iam.example.com', 'ftp://127.0.0.1/', 'http://127.0.0.1.example.com/'])(
    '%s → a problem that names the variable',
    (given) => {
      const { problems } = readEndpoints({ [IAM]: given });
      expect(problems).toMatchObject([{ code: 'endpoint.invalid', subject: { input: IAM } }]);
      expect(problems.map(sentence)).toEqual([
        `Could not use the environment variable ${IAM}: '${given}' is not allowed. Set it to an https URL, or to an http URL on loopback.`,
      ]);
    },
  );

  test('the token endpoint → kept whole', () => {
    const { endpoints } = readEndpoints({ CLOUDSDK_AUTH_TOKEN_HOST: 'http://localhost:1/my/token' });
    expect(endpoints.token).toBe('http://localhost:1/my/token');
  });
});
