import { describe, expect, test } from '@jest/globals';
import { DATASETS, PROJECT, lab } from './world.ts';
import type { Answer, Lab } from './world.ts';

const QUOTA = 5;
const services: Readonly<Record<string, string>> = {
  iam: `GET /v1/projects/${PROJECT}/serviceAccounts`,
  resourceManager: `GET /v3/projects/${PROJECT}`,
  secretManager: `GET /v1/projects/${PROJECT}/secrets`,
  serviceUsage: `GET /v1/projects/${PROJECT}/services`,
  bigQuery: `GET ${DATASETS}`,
};

async function useUp(at: Lab, on: string, as: string): Promise<Answer> {
  for (let n = 0; n < QUOTA; n += 1) expect((await at.send(on, undefined, { as })).status).toBe(200);
  return at.send(on, undefined, { as });
}

describe('a quota', () => {
  const at = lab({ quota: QUOTA });
  const as = 'user:owner@acme.example';

  test.each(Object.entries(services).filter(([name]) => name !== 'bigQuery'))(
    '%s → 429, with RetryInfo until the oldest request is a minute old',
    async (_name, on) => {
      const refused = await useUp(at, on, as);
      expect(refused.said).toContain('429 rateLimitExceeded Quota exceeded for quota metric');
      const { error } = refused.body as { error: { status: string; details: Record<string, unknown>[] } };
      expect(error.status).toBe('RESOURCE_EXHAUSTED');
      expect(error.details[0]).toMatchObject({ reason: 'RATE_LIMIT_EXCEEDED', metadata: { quota_limit_value: '5' } });
      const seconds = Number.parseFloat(String(error.details[1]?.['retryDelay']));
      expect(seconds).toBeGreaterThan(30);
      expect(seconds).toBeLessThanOrEqual(60);
    },
  );

  test('BigQuery → 429 in its own envelope, with Retry-After', async () => {
    const refused = await useUp(at, String(services['bigQuery']), as);
    expect(refused.said).toContain('429 rateLimitExceeded Exceeded rate limits: too many api requests per user');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(30);
  });

  test('GitHub → 429 in its own words: none is left, and when there will be', async () => {
    const token = at.env['SIMULATOR_GITHUB_TOKEN'] ?? '';
    const ask = (): Promise<Answer> => at.send('GET /repos/acme/data-platform/actions/secrets', undefined, { token });
    for (let n = 0; n < QUOTA; n += 1) expect((await ask()).status).toBe(200);
    const refused = await ask();
    expect(refused.status).toBe(429);
    expect(refused.body['message']).toContain('API rate limit exceeded');
    expect(refused.headers.get('x-ratelimit-remaining')).toBe('0');
    expect(Number(refused.headers.get('x-ratelimit-reset'))).toBeGreaterThan(Date.now() / 1000);
  });

  test('is counted over all services, for each caller by itself, and comes back with time', async () => {
    const [iam = '', resourceManager = ''] = Object.values(services);
    await useUp(at, iam, as);
    expect((await at.send(resourceManager, undefined, { as })).status).toBe(429);
    expect((await at.send(resourceManager, undefined, { as: 'user:other@acme.example' })).status).toBe(403);
    await at.age(59);
    expect((await at.send(resourceManager, undefined, { as })).status).toBe(429);
    await at.age(2);
    expect((await at.send(resourceManager, undefined, { as })).status).toBe(200);
  });
});

describe('in a hurry', () => {
  const at = lab({ quota: QUOTA, hurry: 10 });

  test('a minute is as short as all other times', async () => {
    const refused = await useUp(at, String(services['iam']), 'user:owner@acme.example');
    const { error } = refused.body as { error: { details: Record<string, unknown>[] } };
    expect(Number.parseFloat(String(error.details[1]?.['retryDelay']))).toBeLessThanOrEqual(6);
    await at.age(6);
    expect((await at.send(String(services['iam']))).status).toBe(200);
  });
});
