import { expect } from '@jest/globals';
import { ACCOUNT_PATH, PROJECT, driftOf } from '../../harness/stage.ts';
import type { Stage } from '../../harness/stage.ts';

export const READER = { service_account: 'reader@acme-ci.iam.gserviceaccount.com' };
export const EVE = 'user:eve@elsewhere.example';
export const CREATOR = 'roles/iam.serviceAccountTokenCreator';
const condition = { title: 'office hours', expression: 'request.time.getHours("UTC") < 18' };
export const state = { projectId: PROJECT, datasetId: '__segment_reverse_etl' };
export const SCOPED = { access_mode: 'scoped', source_datasets: 'shop' };
export const describeAccount =
  (change: (description: string) => string) =>
  async (s: Stage): Promise<void> => {
    const description = change(await s.description());
    await s.owner('PATCH', ACCOUNT_PATH, { serviceAccount: { description }, updateMask: 'description' });
  };
/** A key of somebody else's, made a minute after ours, and what the record then says. */
const plantKey =
  (record: (description: string, id: string) => string) =>
  async (s: Stage): Promise<void> => {
    await s.simulation.age(60);
    const { name } = await s.owner('POST', `${ACCOUNT_PATH}/keys`, {});
    await describeAccount((now) => record(now, String(name).split('/').at(-1) ?? ''))(s);
  };

export interface Hole {
  readonly name: string;
  readonly plant: (at: Stage) => Promise<unknown>;
  /** What check must name. */
  readonly named: string;
  /** `ours`: apply closes it. `prune`: apply with prune does. `by hand`: nobody but a person. `later`: begun by prune. */
  readonly closed: 'ours' | 'prune' | 'by hand' | 'later';
  readonly inputs?: Readonly<Record<string, string>>;
}

export const holes: Hole[] = [
  ...[
    CREATOR,
    'roles/iam.serviceAccountUser',
    'roles/iam.workloadIdentityUser',
    'roles/iam.serviceAccountKeyAdmin',
    'roles/iam.serviceAccountAdmin',
  ].map((role): Hole => ({
    name: `an outsider holds ${role} on the project`,
    plant: (s) => s.bind(role, { members: [EVE] }),
    named: `project-policy/${PROJECT} binding ${role} for ${EVE}`,
    closed: 'by hand',
  })),
  {
    name: 'the same at times',
    plant: (s) => s.bind(CREATOR, { members: [EVE], condition }),
    named: `binding ${CREATOR} for ${EVE} if "office hours"`,
    closed: 'by hand',
  },
  {
    name: 'the reader may become the account',
    plant: (s) => s.bindOnAccount(CREATOR, [`serviceAccount:${READER.service_account}`]),
    named: `binding ${CREATOR} for serviceAccount:${READER.service_account}`,
    closed: 'prune',
  },
  {
    name: 'the reader may make its keys',
    plant: (s) => s.bindOnAccount('roles/iam.serviceAccountKeyAdmin', [`serviceAccount:${READER.service_account}`]),
    named: `binding roles/iam.serviceAccountKeyAdmin for serviceAccount:${READER.service_account}`,
    closed: 'prune',
  },
  {
    name: 'the provisioner may make its keys, and nobody said so',
    plant: (s) =>
      s.bindOnAccount('roles/iam.serviceAccountKeyAdmin', [
        'serviceAccount:provisioner@acme-ci.iam.gserviceaccount.com',
      ]),
    named: 'binding roles/iam.serviceAccountKeyAdmin for serviceAccount:provisioner@acme-ci.iam.gserviceaccount.com',
    closed: 'prune',
  },
  {
    name: 'an outsider owns the state dataset',
    plant: (s) => s.addEntries([{ role: 'OWNER', userByEmail: 'eve@elsewhere.example' }]),
    named: 'entry OWNER of eve@elsewhere.example',
    closed: 'by hand',
  },
  {
    name: 'everybody writes the state dataset',
    plant: (s) => s.addEntries([{ role: 'WRITER', specialGroup: 'allAuthenticatedUsers' }]),
    named: 'entry WRITER of allAuthenticatedUsers',
    closed: 'by hand',
  },
  {
    name: 'a group of outsiders writes the state dataset',
    plant: (s) => s.addEntries([{ role: 'WRITER', groupByEmail: 'all@elsewhere.example' }]),
    named: 'entry WRITER of all@elsewhere.example',
    closed: 'by hand',
  },
  {
    name: 'a dataset that no model reads authorizes the state dataset',
    plant: async (s) => {
      await s.makeDataset('payroll');
      await s.addEntries([{ dataset: { dataset: state, targetTypes: ['VIEWS'] } }], 'payroll');
    },
    named: `dataset/${PROJECT}.payroll authorized the dataset ${PROJECT}.__segment_reverse_etl`,
    closed: 'by hand',
    inputs: SCOPED,
  },
  {
    name: 'everybody reads a dataset that no model reads',
    plant: async (s) => {
      await s.makeDataset('payroll');
      await s.addEntries([{ role: 'READER', specialGroup: 'allAuthenticatedUsers' }], 'payroll');
    },
    named: `dataset/${PROJECT}.payroll entry READER of allAuthenticatedUsers`,
    closed: 'by hand',
    inputs: SCOPED,
  },
  {
    name: 'everybody writes a dataset that models read',
    plant: (s) => s.addEntries([{ role: 'WRITER', specialGroup: 'allAuthenticatedUsers' }], 'shop'),
    named: `dataset/${PROJECT}.shop entry WRITER of allAuthenticatedUsers`,
    closed: 'by hand',
    inputs: SCOPED,
  },
  {
    name: 'the account holds another role',
    plant: (s) => s.bind('roles/bigquery.admin'),
    named: 'binding roles/bigquery.admin',
    closed: 'prune',
  },
  {
    name: 'a key, and no word of it',
    plant: plantKey((now) => now),
    named: 'not ours',
    closed: 'later',
  },
  {
    name: 'a key that the record calls superseded',
    plant: plantKey((now, id) => now.replace(/\]$/, ` old=${id.slice(0, 12)}]`)),
    named: 'not ours',
    closed: 'later',
  },
  {
    name: 'a key that the record calls superseded, in full',
    plant: plantKey((now, id) => now.replace(/\]$/, ` old=${id}]`)),
    named: 'record in the description: edited: old=',
    closed: 'later',
  },
  {
    name: 'a key, and every digit in the record',
    plant: plantKey((now) => now.replace(/\]$/, ` old=0,1,2,3,4,5,6,7,8,9,a,b,c,d,e,f]`)),
    named: 'record in the description: edited: old=0',
    closed: 'later',
  },
  {
    name: 'a word that this action never writes',
    plant: describeAccount((now) => now.replace(/\]$/, ' trusted=eve]')),
    named: 'record in the description: edited: trusted=eve',
    closed: 'ours',
  },
  {
    name: 'the same word twice',
    plant: describeAccount((now) => now.replace(/\]$/, ' key=abcdef]')),
    named: 'record in the description: edited: key=abcdef',
    closed: 'ours',
  },
];

export async function prepare(at: Stage, inputs: Readonly<Record<string, string>> = {}): Promise<void> {
  await at.makeDataset('shop');
  const set = await at.run({ mode: 'apply', verify: 'false', ...inputs });
  expect({ code: set.code, log: set.code === 0 ? '' : set.stdout }).toEqual({ code: 0, log: '' });
  await at.simulation.age(180); // What is young would be looked for again.
}

/** Found and named by check, and closed by whom the hole says. */
export async function expectFound(at: Stage, { plant, named, closed, inputs = {} }: Hole): Promise<void> {
  await prepare(at, inputs);
  await plant(at);
  await at.simulation.age(180);
  const check = await at.run({ mode: 'check', verify: 'false', ...READER, ...inputs });
  expect(driftOf(check).join('\n')).toContain(named);
  expect(check).toMatchObject({ code: 1, outputs: { drift: 'true' } });
  const applied = await at.run({ mode: 'apply', verify: 'false', ...inputs });
  expect({ code: applied.code, log: applied.code === 0 ? '' : applied.stdout }).toEqual({ code: 0, log: '' });
  const pruned = await at.run({ mode: 'apply', verify: 'false', prune: 'true', ...inputs });
  expect({ code: pruned.code, log: pruned.code === 0 ? '' : pruned.stdout }).toEqual({ code: 0, log: '' });
  const after = await at.run({ mode: 'check', verify: 'false', ...READER, ...inputs });
  const isOpen = closed === 'by hand' || closed === 'later';
  expect(driftOf(after).length > 0).toBe(isOpen);
  // What apply says is left is what the next check finds.
  expect(pruned.outputs['drift_surplus']).toBe(after.outputs['drift_surplus']);
  if (closed === 'by hand')
    expect(pruned.stdout).toMatch(/prune does not remove it.*If nobody needs it: (?:gcloud|bq) /);
  if (closed === 'later') await expectGone(at, inputs);
}

/** What was disabled is deleted by the next run, and then nothing is left. */
async function expectGone(at: Stage, inputs: Readonly<Record<string, string>>): Promise<void> {
  await at.run({ mode: 'apply', verify: 'false', prune: 'true', ...inputs });
  const check = await at.run({ mode: 'check', verify: 'false', ...READER, ...inputs });
  expect({ drift: driftOf(check), code: check.code }).toEqual({ drift: [], code: 0 });
  expect(await at.keys()).toHaveLength(1);
}
