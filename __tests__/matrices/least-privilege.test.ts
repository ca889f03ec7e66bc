import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { DATASET_PATH, PROJECT, stage } from '../../harness/stage.ts';
import { SECRET, homes, prepareHomes } from '../action/homes.ts';

/** What permissions/*.yaml grant is what the requests of the modes need: nothing is missing, and nothing is idle. */
const at = stage();

const permissionsIn = (file: string): string[] =>
  (
    parse(readFileSync(new URL(`../../permissions/${file}.yaml`, import.meta.url), 'utf8')) as {
      includedPermissions: string[];
    }
  ).includedPermissions;

/** Asked about before anything is written, or told by it, and needed by no request of ours by itself. */
const isQuestion = (line: string): boolean =>
  /:testIamPermissions$|\/projects\/[^/]+\/datasets$/.test(line.split('?')[0] ?? '');

/** What one identity needed since the journal was cleared, but for what it only asked about. */
async function neededBy(principal: string): Promise<string[]> {
  const needs = await at.simulation.needs();
  return [
    ...new Set(
      needs
        .filter(
          (need) =>
            need.principal === principal &&
            !isQuestion(need.line) &&
            !need.permission.startsWith('iam.serviceAccounts.getOpenId'),
        )
        .map(({ permission }) => permission),
    ),
  ].sort();
}

const PROVISIONER = 'serviceAccount:provisioner@acme-ci.iam.gserviceaccount.com';
const READER = 'serviceAccount:reader@acme-ci.iam.gserviceaccount.com';
const asReader = { service_account: 'reader@acme-ci.iam.gserviceaccount.com' };
const everywhere = homes.find(({ name }) => name === 'all of them');
const inputs = (): Record<string, string> => ({
  ...everywhere?.inputs(at.simulation.env),
  key_overlap_days: '0',
  proof_tables: 'shop.orders',
});
const scoped = { access_mode: 'scoped', source_datasets: 'shop' };

/** Everything that a project can come to, as far as it takes rights of its own. */
async function liveThrough(): Promise<void> {
  await prepareHomes(at);
  await at.makeDataset('shop');
  await at.simulation.disableApi(PROJECT, 'bigquery.googleapis.com');
  await at.run({ mode: 'apply', enable_apis: 'true', verify: 'false', ...inputs(), proof_tables: '' });
  await at.owner('POST', `/bigquery/v2/projects/${PROJECT}/datasets/shop/tables`, {
    tableReference: { projectId: PROJECT, datasetId: 'shop', tableId: 'orders' },
    schema: { fields: [{ name: 'id', type: 'STRING' }] },
  });
  const apply = (more: Record<string, string> = {}): ReturnType<typeof at.run> =>
    at.run({ mode: 'apply', ...inputs(), ...more });
  await apply();
  await at.simulation.age(60);
  await at.run({ mode: 'rotate', ...inputs() });
  await apply(); // Deletes the key that rotate has disabled.
  await apply(scoped);
  await apply();
  await at.owner('DELETE', `/v1/projects/${PROJECT}/roles/segmentReverseEtl`);
  await at.owner('DELETE', `${DATASET_PATH}?deleteContents=true`);
  await at.bindOnAccount('roles/iam.serviceAccountTokenCreator', ['user:eve@acme.example']);
  await apply({ prune: 'true' });
  await at.run({ mode: 'revoke' });
  await at.run({ mode: 'rotate', restore: 'true', ...inputs() });
  await at.owner('POST', `${DATASET_PATH}/tables`, {
    tableReference: { projectId: PROJECT, datasetId: '__segment_reverse_etl', tableId: 'state' },
    schema: { fields: [{ name: 'id', type: 'STRING' }] },
  });
  await at.run({ mode: 'destroy', delete_dataset: 'true', ...inputs() });
}

describe('the permissions that the files of permissions/ grant', () => {
  test('reader.yaml: exactly what plan and check need', async () => {
    await prepareHomes(at);
    await at.makeDataset('shop');
    await at.owner('POST', `/bigquery/v2/projects/${PROJECT}/datasets/shop/tables`, {
      tableReference: { projectId: PROJECT, datasetId: 'shop', tableId: 'orders' },
      schema: { fields: [{ name: 'id', type: 'STRING' }] },
    });
    await at.run({ mode: 'apply', verify: 'false', ...inputs() });
    const { value } = await at.secret();
    for (const mode of ['plan', 'check'])
      for (const more of [{}, scoped, { access_mode: 'full' }]) {
        const run = await at.run({ mode, ...asReader, ...inputs(), credentials_json: value ?? '', ...more });
        expect({ mode, drift: run.outputs['drift'] }).not.toEqual({ mode, drift: 'unknown' });
      }
    expect(await neededBy(READER)).toEqual([...permissionsIn('reader')].sort());
  }, 120_000);

  test('provisioner.yaml and secret-manager.yaml: what a whole life needs, and nothing idle', async () => {
    await liveThrough();
    const granted = [...permissionsIn('provisioner'), ...permissionsIn('secret-manager')].sort();
    const needed = await neededBy(PROVISIONER);
    expect(needed.filter((one) => !granted.includes(one))).toEqual([]);
    // Only a run that died at one certain moment enables a key; another test drives that.
    const idle = granted.filter((one) => !needed.includes(one) && one !== 'iam.serviceAccountKeys.enable');
    expect(idle).toEqual([]);
  }, 120_000);
});

describe('what Segment takes besides', () => {
  const toSegment = (): Record<string, string> => ({
    key_delivery: 'segment',
    segment_token: at.simulation.env['SIMULATOR_SEGMENT_TOKEN'] ?? '',
  });

  test('segment.yaml: what adoption and the proof of use need, and nothing idle', async () => {
    await at.workspace.source({ location: 'EU', credentials: '{}' }, { slug: `bigquery-${PROJECT}` });
    await at.run({ mode: 'apply', adopt: 'true', verify: 'false', ...toSegment() });
    await at.simulation.age(60);
    await at.run({ mode: 'rotate', ...toSegment() });
    const run = await at.run({ mode: 'check', ...asReader, ...toSegment() });
    expect({ code: run.code, consumer: run.outputs['consumer'] }).toEqual({ code: 0, consumer: 'none' });
    const needed = [...(await neededBy(PROVISIONER)), ...(await neededBy(READER))];
    const known = ['provisioner', 'reader', 'segment'].flatMap(permissionsIn);
    expect(needed.filter((one) => !known.includes(one))).toEqual([]);
    // Public halves of keys are asked for only where one shows in Segment; another test drives that.
    const idle = permissionsIn('segment').filter((one) => !needed.includes(one));
    expect(idle).toEqual(['iam.serviceAccountKeys.get']);
  }, 60_000);
});

describe('the rotator', () => {
  const rotator = 'rotator@acme-ci.iam.gserviceaccount.com';
  const role = 'organizations/100000000001/roles/segmentReverseEtl.rotator';

  /** An account that reads like the reader, and holds the rotator's role on the one account. */
  async function prepare(): Promise<Record<string, string>> {
    await prepareHomes(at);
    await at.run({ mode: 'apply', verify: 'false', key_delivery: 'none' });
    await at.owner('POST', '/v1/projects/acme-ci/serviceAccounts', { accountId: 'rotator', serviceAccount: {} });
    const ci = (email: string): string => `/v1/projects/acme-ci/serviceAccounts/${email}`;
    const { bindings } = await at.owner('POST', `${ci(asReader.service_account)}:getIamPolicy`, {});
    await at.owner('POST', `${ci(rotator)}:setIamPolicy`, { policy: { bindings } });
    const member = `serviceAccount:${rotator}`;
    await at.bind('organizations/100000000001/roles/segmentReverseEtl.reader', { members: [member] });
    await at.bindOnAccount(role, [member]);
    await at.owner('POST', `/v1/${SECRET}:setIamPolicy`, {
      policy: {
        bindings: [{ role: 'organizations/100000000001/roles/segmentReverseEtl.secret-manager', members: [member] }],
      },
    });
    return { service_account: rotator, impersonators: member, key_max_age_days: '30', key_overlap_days: '14' };
  }

  test('20 weeks of rotation with its role alone: every run is green, and the key in use always works', async () => {
    const weekly = { mode: 'apply', ...(await prepare()), ...everywhere?.inputs(at.simulation.env) };
    await at.simulation.asOwner('DELETE', '/_simulator/journal');
    const held: string[] = [];
    let issued = 0;
    for (let week = 1; week <= 20; week += 1) {
      const run = await at.run(weekly);
      expect({ week, code: run.code, log: run.code === 0 ? '' : run.stdout }).toEqual({ week, code: 0, log: '' });
      if ((run.outputs['key'] ?? '') !== '') issued += 1;
      const { value = '{}' } = await at.secret();
      held.push(value);
      expect({ week, works: await at.mints(value) }).toEqual({ week, works: true });
      expect((await at.keys()).length).toBeLessThanOrEqual(3);
      await at.simulation.age(7 * 86_400);
    }
    expect(issued).toBe(4);
    expect(new Set(held).size).toBe(4);
    const granted = [...permissionsIn('reader'), ...permissionsIn('rotator'), ...permissionsIn('secret-manager')];
    const needed = await neededBy(`serviceAccount:${rotator}`);
    // What the organization and the project forbid is asked for in time; who may not ask is told by IAM, later.
    const forewarning = ['orgpolicy.policy.get', 'serviceusage.services.get'];
    expect(needed.filter((one) => !granted.includes(one) && !forewarning.includes(one))).toEqual([]);
    const idle = permissionsIn('rotator').filter((one) => !needed.includes(one));
    expect(idle).toEqual(['iam.serviceAccountKeys.enable']);
  }, 240_000);

  test('what is off besides the key it cannot mend, and says so before anything is written', async () => {
    const weekly = { mode: 'apply', ...(await prepare()) };
    await at.run(weekly);
    await at.unbind();
    const run = await at.run(weekly);
    expect(run.code).toBe(1);
    expect(run.stdout).toMatch(/lacks resourcemanager\.projects\.setIamPolicy/);
  });
});
