import { describe, expect, test } from '@jest/globals';
import { LOOPBACK, foreignAddresses } from '../../../src/cloud/addresses.ts';
import { readEndpoints } from '../../../src/cloud/google/endpoints.ts';

const STS = 'CLOUDSDK_API_ENDPOINT_OVERRIDES_STS';
const IAM = 'CLOUDSDK_API_ENDPOINT_OVERRIDES_IAM';
const problems = (env: Record<string, string>): (string | undefined)[] =>
  readEndpoints(env).problems.map(({ subject }) => (subject && 'input' in subject ? subject.input : undefined));

describe('what the environment may say about where secrets go', () => {
  test.each([
    ['https', { [IAM]: 'https://iam.acme.example/' }, []],
    ['http', { [IAM]: 'http://iam.acme.example/' }, [IAM]],
    ["GitHub's API over http", { GITHUB_API_URL: 'http://ghe.acme.example/api/v3' }, ['GITHUB_API_URL']],
    ["GitHub's API over https", { GITHUB_API_URL: 'https://ghe.acme.example/api/v3' }, []],
    ['OIDC over http', { ACTIONS_ID_TOKEN_REQUEST_URL: 'http://x.example/t?a=1' }, ['ACTIONS_ID_TOKEN_REQUEST_URL']],
    ["signing in at Google's own", { [STS]: 'https://sts-acme.p.googleapis.com/' }, []],
    ['signing in on loopback', { [STS]: 'http://127.0.0.1:1/', CLOUDSDK_AUTH_TOKEN_HOST: 'http://[::1]:1/token' }, []],
    ['signing in elsewhere', { [STS]: 'https://sts.acme.example/' }, [STS]],
    ['assertions elsewhere', { CLOUDSDK_AUTH_TOKEN_HOST: 'https://token.acme.example/' }, ['CLOUDSDK_AUTH_TOKEN_HOST']],
    ['a name that only looks like Google', { [STS]: 'https://sts.googleapis.com.acme.example/' }, [STS]],
    ['TLS that verifies nothing', { NODE_TLS_REJECT_UNAUTHORIZED: '0' }, ['NODE_TLS_REJECT_UNAUTHORIZED']],
    ['TLS as it is', { NODE_TLS_REJECT_UNAUTHORIZED: '1' }, []],
  ])('%s', (_name, env, expected) => {
    expect(problems(env as Record<string, string>)).toEqual(expected);
  });

  test('a host that is neither Google nor GitHub → one line, with what is asked there', () => {
    const env = {
      [IAM]: 'http://127.0.0.1:8080/',
      [STS]: 'http://127.0.0.1:8080/',
      CLOUDSDK_API_ENDPOINT_OVERRIDES_BIGQUERY: 'https://bigquery-acme.p.googleapis.com/',
      GITHUB_API_URL: 'https://ghe.acme.example/api/v3',
      ACTIONS_ID_TOKEN_REQUEST_URL: 'https://run.actions.githubusercontent.com/t?a=1',
    };
    expect(foreignAddresses(readEndpoints(env).chosen)).toEqual([
      expect.stringMatching(/go to http:\/\/127\.0\.0\.1:8080, .*_IAM, …_STS/),
      expect.stringMatching(/go to https:\/\/ghe\.acme\.example, .*GITHUB_API_URL/),
    ]);
    expect(foreignAddresses(readEndpoints({ GITHUB_API_URL: 'https://api.github.com' }).chosen)).toEqual([]);
  });

  test.each(['http://127.0.0.1:1/x', 'http://localhost/', 'http://[::1]:9/x', 'http://127.9.9.9:1/'])(
    '%s → never by a proxy',
    (url) => {
      expect(LOOPBACK.test(url)).toBe(true);
    },
  );

  test.each(['https://iam.googleapis.com/x', 'http://127.0.0.1.example.com/', 'http://localhost.example/'])(
    '%s → as the proxy says',
    (url) => {
      expect(LOOPBACK.test(url)).toBe(false);
    },
  );
});
