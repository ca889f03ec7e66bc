import { describe, expect, test } from '@jest/globals';
import { lab } from './world.ts';
import type { Answer, Lab } from './world.ts';

const PROVISIONER = '/v1/projects/acme-ci/serviceAccounts/provisioner@acme-ci.iam.gserviceaccount.com';
const NAMES = 'repo:acme/data-platform:ref:refs/heads/main';
const NUMBERS = 'repo:acme@9919/data-platform@734512093:ref:refs/heads/main';

/** Signs in as the job, and acts as the provisioner. */
async function signIn(at: Lab): Promise<{ exchanged: Answer; acted: Answer; subject: string }> {
  const provider = at.env['SIMULATOR_WORKLOAD_IDENTITY_PROVIDER'] ?? '';
  const audience = encodeURIComponent(`https://iam.googleapis.com/${provider}`);
  const oidc = await at.send(`GET /_runner/oidc/token?audience=${audience}`, undefined, {
    token: at.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] ?? '',
  });
  const subjectToken = String(oidc.body['value']);
  const claims = JSON.parse(Buffer.from(subjectToken.split('.')[1] ?? '', 'base64url').toString()) as { sub: string };
  const exchanged = await at.send('POST /v1/token', {
    grantType: 'urn:ietf:params:oauth:grant-type:token-exchange',
    audience: `//iam.googleapis.com/${provider}`,
    scope: 'https://www.googleapis.com/auth/cloud-platform',
    requestedTokenType: 'urn:ietf:params:oauth:token-type:access_token',
    subjectToken,
    subjectTokenType: 'urn:ietf:params:oauth:token-type:jwt',
  });
  const scope = ['https://www.googleapis.com/auth/cloud-platform'];
  const acted = await at.send(
    `POST /v1/projects/-/serviceAccounts/provisioner@acme-ci.iam.gserviceaccount.com:generateAccessToken`,
    { scope },
    { token: String(exchanged.body['access_token']) },
  );
  return { exchanged, acted, subject: claims.sub };
}

async function letIn(at: Lab, who: string): Promise<void> {
  const pool = (at.env['SIMULATOR_WORKLOAD_IDENTITY_PROVIDER'] ?? '').replace(/\/providers.*/, '');
  const members = [`${who.startsWith('subject') ? 'principal' : 'principalSet'}://iam.googleapis.com/${pool}/${who}`];
  const bindings = [{ role: 'roles/iam.workloadIdentityUser', members }];
  await at.send(`POST ${PROVISIONER}:setIamPolicy`, { policy: { version: 1, bindings } });
}

describe.each([
  ['names', 'empty', NAMES, NUMBERS],
  ['numbers', 'immutable-subject', NUMBERS, NAMES],
])('a repository whose subject has %s', (_title, scenario, own, other) => {
  const at = lab({ scenario });

  test('presents it, and is let in by it, by its number, by that of its owner and by its name', async () => {
    const others = ['attribute.repository_id/734512093', 'attribute.repository_owner_id/9919'];
    for (const who of [`subject/${own}`, ...others, 'attribute.repository/acme/data-platform']) {
      await letIn(at, who);
      const { acted, subject } = await signIn(at);
      expect({ who, status: acted.status, subject }).toEqual({ who, status: 200, subject: own });
    }
  });

  test('is not let in by the other form, nor by the number of another repository', async () => {
    for (const who of [`subject/${other}`, 'attribute.repository_id/734512094', 'attribute.repository_owner_id/1']) {
      await letIn(at, who);
      expect({ who, status: (await signIn(at)).acted.status }).toEqual({ who, status: 403 });
    }
  });
});

describe('a provider', () => {
  const at = lab();

  test.each([
    [{ repository_id: '734512093' }, 200],
    [{ repository_owner_id: '9919', ref: 'refs/heads/main' }, 200],
    [{ repository_id: '734512094' }, 401],
  ])('with the condition %j → %i', async (providerCondition, status) => {
    await at.send('POST /_simulator/change', { providerCondition });
    expect((await signIn(at)).exchanged.status).toBe(status);
  });

  test('takes whatever claims the job has', async () => {
    const sub = 'repo:acme@1001/data-platform@734512093:environment:segment-provisioning';
    await at.send('POST /_simulator/change', { claims: { sub, environment: 'segment-provisioning' } });
    await letIn(at, `subject/${sub}`);
    expect(await signIn(at)).toMatchObject({ acted: { status: 200 }, subject: sub });
  });
});
