import { describe, expect, test } from '@jest/globals';
import { DATASETS, PROJECT, lab } from './world.ts';

const at = lab();
const V1 = `/v1/projects/${PROJECT}`;
const ACCOUNT = `${V1}/serviceAccounts/a@${PROJECT}.iam.gserviceaccount.com`;
const AUDIT = { service: 'allServices', auditLogConfigs: [{ logType: 'NOTHING' }] };

interface Case {
  readonly on: string;
  readonly body?: object;
  /** What the refusal says. */
  readonly says: string;
}

const field = (name: string, where = ''): string =>
  `Invalid JSON payload received. Unknown name "${name}"${where}: Cannot find field.`;
const parameter = 'Invalid JSON payload received. Unknown name "nonsense": Cannot bind query parameter.';

/**
 * A field, a parameter and a word that the discovery documents do not have; where more than one service shares a rule, once
 * is enough. That every method refuses what it does not know, registry.test.ts asks.
 */
const cases: Readonly<Record<string, readonly Case[]>> = {
  iam: [
    { on: `POST ${V1}/roles`, body: { roleId: 'abc', role: { colour: 1 } }, says: field('colour', " at 'role'") },
    { on: `POST ${ACCOUNT}:getIamPolicy`, body: { options: {} }, says: field('options') },
    { on: `GET ${V1}/roles?nonsense=1`, says: parameter },
    { on: `GET ${V1}/roles?view=HALF`, says: `Invalid value at 'view': "HALF"` },
    {
      on: `POST ${V1}/roles`,
      body: { roleId: 'abc', role: { stage: 'OLD' } },
      says: `Invalid value at 'role.stage' (TYPE_STRING), "OLD"`,
    },
    {
      on: `POST ${V1}/roles`,
      body: { roleId: 'abc', role: { includedPermissions: 'iam.roles.get' } },
      says: `Invalid value at 'role.includedPermissions' (TYPE_LIST)`,
    },
  ],
  resourceManager: [
    { on: `POST ${V1}:setIamPolicy`, body: { policy: { nonsense: 1 } }, says: field('nonsense', " at 'policy'") },
    {
      on: `POST /v3/projects/${PROJECT}:setIamPolicy`,
      body: { policy: { bindings: [{ role: 'r', members: [], colour: 1 }] } },
      says: field('colour', " at 'policy.bindings[0]'"),
    },
    { on: `GET ${V1}?nonsense=1`, says: parameter },
    {
      on: `POST ${V1}:setIamPolicy`,
      body: { policy: { auditConfigs: [AUDIT] } },
      says: `Invalid value at 'policy.auditConfigs[0].auditLogConfigs[0].logType' (TYPE_STRING), "NOTHING"`,
    },
  ],
  bigQuery: [
    { on: `POST ${DATASETS}`, body: { nonsense: 1 }, says: field('nonsense') },
    { on: `GET ${DATASETS}?nonsense=1`, says: parameter },
    {
      on: `POST ${DATASETS}`,
      body: { storageBillingModel: 'FREE' },
      says: `Invalid value at 'storageBillingModel' (TYPE_STRING), "FREE"`,
    },
    { on: `GET ${DATASETS}?maxResults=-1`, says: `Invalid value at 'maxResults': "-1"` },
  ],
  iamCredentials: [
    { on: `POST ${ACCOUNT}:generateAccessToken`, body: { scopes: [] }, says: field('scopes') },
    { on: `POST ${ACCOUNT}:generateAccessToken?nonsense=1`, says: parameter },
    { on: `POST ${ACCOUNT}:generateAccessToken?alt=xml`, says: `Invalid value at 'alt': "xml"` },
    {
      on: `POST ${ACCOUNT}:generateAccessToken`,
      body: { lifetime: '10m' },
      says: `Invalid value at 'lifetime' (TYPE_STRING), "10m"`,
    },
  ],
  sts: [
    { on: 'POST /v1/token', body: { subject_token_kind: 'jwt' }, says: field('subjectTokenKind') },
    { on: 'POST /v1/token?nonsense=1', body: {}, says: parameter },
    { on: 'POST /v1/token?$.xgafv=3', body: {}, says: `Invalid value at '$.xgafv': "3"` },
  ],
  serviceUsage: [
    { on: `POST ${V1}/services:batchEnable`, body: { services: [] }, says: field('services') },
    { on: `GET ${V1}/services?nonsense=1`, says: parameter },
    {
      on: `POST ${V1}/services/iam.googleapis.com:disable`,
      body: { checkIfServiceHasUsage: 'MAYBE' },
      says: `Invalid value at 'checkIfServiceHasUsage' (TYPE_STRING), "MAYBE"`,
    },
  ],
  secretManager: [
    { on: `POST ${V1}/secrets?secretId=s`, body: { nonsense: 1 }, says: field('nonsense') },
    { on: `GET ${V1}/secrets?nonsense=1`, says: parameter },
    {
      on: `POST ${V1}/secrets/s:setIamPolicy`,
      body: { policy: { auditConfigs: [AUDIT] } },
      says: `Invalid value at 'policy.auditConfigs[0].auditLogConfigs[0].logType' (TYPE_STRING), "NOTHING"`,
    },
    {
      on: `POST ${V1}/secrets?secretId=s`,
      body: { replication: { userManaged: { replicas: [{ location: 'us-east1', zone: 'a' }] } } },
      says: field('zone', " at 'replication.userManaged.replicas[0]'"),
    },
    // What may be a secret that somebody forgot to encode is not said again.
    {
      on: `POST ${V1}/secrets/s:addVersion`,
      body: { payload: 'hush' },
      says: `Invalid value at 'payload' (TYPE_MESSAGE)`,
    },
    {
      on: `POST ${V1}/secrets/s:addVersion`,
      body: { payload: { data: 4711 } },
      says: `Invalid value at 'payload.data' (TYPE_STRING)`,
    },
  ],
  orgPolicy: [
    { on: `GET /v2/projects/${PROJECT}/policies?nonsense=1`, says: parameter },
    { on: `GET /v2/projects/${PROJECT}/policies?alt=xml`, says: `Invalid value at 'alt': "xml"` },
    { on: `GET /v2/projects/${PROJECT}/policies?pageSize=many`, says: `Invalid value at 'pageSize': "many"` },
  ],
};

describe.each(Object.entries(cases))('%s', (_service, rows) => {
  test.each(rows)('$on → $says', async ({ on, body, says }) => {
    await at.send('GET /_simulator/journal'); // The token that the test sends with is in the world from here on.
    const before = JSON.stringify(at.world);
    const { status, body: reply } = await at.send(on, body);
    expect({ status, message: (reply['error'] as { message: string }).message }).toEqual({
      status: 400,
      message: says,
    });
    expect(JSON.stringify(at.world) === before).toBe(true);
  });
});

test('a body that is no message is refused, the standard parameters are taken', async () => {
  const list = await at.send(`POST ${V1}/roles`, [1]);
  expect(list.said).toContain('Root element must be a message.');
  expect((await at.send(`GET ${V1}/roles?alt=json&prettyPrint=false&fields=roles&quotaUser=me`)).status).toBe(200);
});

test('whoever is not signed in is told that first', async () => {
  expect((await at.send(`GET ${V1}/roles?nonsense=1`, undefined, { token: 'none' })).status).toBe(401);
});
