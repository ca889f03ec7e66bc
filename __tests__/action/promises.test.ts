import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import ts from 'typescript';
import { errorsIn, readable, warningsIn } from '../../harness/log.ts';
import '../../harness/matchers.ts';
import { ACCOUNT_PATH, PROJECT, stage, writes } from '../../harness/stage.ts';

/** What plan and check say that mode apply would do, and what mode apply then does. */
const at = stage();
const SECRET = `projects/${PROJECT}/secrets/segment-key`;
const PROMISE = /Run mode apply|Mode apply would (?!refuse)|removes what is surplus/;

const makeAccount = (description = ''): Promise<unknown> =>
  at.owner('POST', `/v1/projects/${PROJECT}/serviceAccounts`, {
    accountId: 'segment-reverse-etl',
    serviceAccount: { description },
  });
const makeDataset = (datasetId: string, location: string): Promise<unknown> =>
  at.owner('POST', `/bigquery/v2/projects/${PROJECT}/datasets`, {
    datasetReference: { projectId: PROJECT, datasetId },
    location,
  });
const makeRole = (description: string): Promise<unknown> =>
  at.owner('POST', `/v1/projects/${PROJECT}/roles`, { roleId: 'segmentReverseEtl', role: { title: 'x', description } });
const setUp = (): Promise<unknown> => at.run({ mode: 'apply', verify: 'false' });

/** Code of the refusal → what brings it about, and the inputs besides. */
type Row = readonly [string, () => Promise<unknown>, Record<string, string>];

const refused: readonly Row[] = [
  ['owner.unmarked', () => makeAccount(), {}],
  ['owner.unconfirmed', unbindInUse, { key_delivery: 'output' }],
  ['owner.another-target', () => makeRole('x [segment-retl created for=retl-two]'), {}],
  ['owner.no-room', () => makeAccount('y'.repeat(250)), { adopt: 'true' }],
  [
    'account.disabled',
    async () => {
      await setUp();
      await at.run({ mode: 'revoke' });
    },
    {},
  ],
  ['state-dataset.elsewhere', () => makeDataset('__segment_reverse_etl', 'US'), { adopt: 'true' }],
  ['state-dataset.no-location', () => Promise.resolve(), { location: '' }],
  [
    'source-datasets.apart',
    async () => {
      await makeDataset('shop', 'EU');
      await makeDataset('logs', 'US');
    },
    { access_mode: 'scoped', source_datasets: 'shop logs', location: '' },
  ],
  ['source-dataset.missing', () => Promise.resolve(), { access_mode: 'scoped', source_datasets: 'nowhere' }],
  [
    'key.too-many',
    async () => {
      await makeAccount();
      for (let count = 0; count < 10; count += 1) await at.owner('POST', `${ACCOUNT_PATH}/keys`, {});
    },
    { adopt: 'true' },
  ],
  ['key.forbidden', () => at.simulation.constraints(PROJECT, ['iam.disableServiceAccountKeyCreation']), {}],
  ['destination.refuses', () => Promise.resolve(), { key_delivery: 'secret-manager', secret_manager_secret: SECRET }],
  ['preflight.accounts-forbidden', () => at.simulation.constraints(PROJECT, ['iam.disableServiceAccountCreation']), {}],
  [
    'preflight.location-forbidden',
    () => at.simulation.constraints(PROJECT, ['gcp.resourceLocations=US,us-central1']),
    {},
  ],
  [
    'preflight.api-disabled',
    () => at.simulation.disableApi(PROJECT, 'bigquerystorage.googleapis.com'),
    { read_api: 'storage' },
  ],
];

async function unbindInUse(): Promise<void> {
  await setUp();
  await at.unbind();
}

const asReader = (): Record<string, string> => ({
  service_account: at.simulation.env['SIMULATOR_READER_SERVICE_ACCOUNT'] ?? '',
  verify: 'false',
});

describe('what mode apply refuses', () => {
  test.each(refused)(
    '%s → plan and check by the reader say so before, and promise nothing',
    async (_code, prepare, inputs) => {
      await prepare();
      const plan = await at.run({ mode: 'plan', ...inputs, ...asReader() });
      const check = await at.run({ mode: 'check', ...inputs, ...asReader() });
      const apply = await at.run({ mode: 'apply', ...inputs });
      expect(apply).toEnd(1, { result: 'failed' });
      expect(writes(apply.sent)).toEqual([]);
      const reasons = errorsIn(apply.stdout).filter((line) => line !== 'Refused: nothing was changed.');
      expect(reasons.length).toBeGreaterThan(0);
      expect(plan).toEnd(0, { result: 'drift' });
      expect(check).toEnd(1, { result: 'drift' });
      for (const { stdout, summary } of [plan, check]) {
        const told = [...warningsIn(stdout), ...errorsIn(stdout)].join('\n');
        for (const reason of reasons) expect(told).toContain(reason);
        const headline = readable(stdout).trim().split('\n').at(-1) ?? '';
        expect(headline).toMatch(/Mode apply would refuse, for \d+ reasons?: see the blocking problems\./);
        expect(headline).not.toMatch(PROMISE);
        expect(summary).toContain('### Blocking problems');
      }
    },
  );

  test('nothing is in the way → plan promises it, and mode apply does it', async () => {
    const plan = await at.run({ mode: 'plan', ...asReader() });
    expect(readable(plan.stdout)).toContain('To set up: 6 to add. Run mode apply to do so.');
    expect(await at.run({ mode: 'apply' })).toEnd(0, { result: 'changed' });
  });
});

/** Codes of problems that a run which only reads cannot foresee, and why. */
const UNFORESEEN: Readonly<Record<string, string>> = {
  'preflight.permissions': "about the writing run's own identity: the report says so under Not checked",
  'plan.not-as-reviewed': 'only modes that write compare with a review',
};
/** Codes of steps that plan, check and apply read alike: they are examined without regard to the mode. */
const OF_SEGMENT = /^segment(?:-source)?\./;
/** Thrown by what is carried out, or by a read: after the plan, or in every mode. */
const CARRIED_OUT = [
  ...['account.appeared', 'destination.unnoted', 'document.unseen', 'document.vanished', 'key.consumer-failing'],
  ...['key.not-delivered', 'key.other-runs', 'project-policy.changed', 'shared.unknown-member'],
  ...['segment-model.contested', 'segment-model.in-use', 'segment-model.unsound'],
];
/** Told of runs that remove or revoke, which no plan foretells. */
const OF_OTHER_MODES = ['account.absent', 'state-dataset.others-have-access'];
/** Read in every mode alike: their tables are in __tests__/pure/resources, and publish-models.test.ts shows those of models. */
const PURE = [
  ...['state-dataset.read-only', 'source-datasets.unlocated'],
  ...['segment-model.many', 'segment-model.unread'],
];

test('every refusal in the chapters that plan is foreseen here, or is said to be unforeseeable', () => {
  const known = [
    ...refused.map(([code]) => code),
    ...[...Object.keys(UNFORESEEN), ...CARRIED_OUT, ...OF_OTHER_MODES, ...PURE],
  ];
  const codes = ['resources', 'destinations', 'preflight', 'ownership'].flatMap(errorCodesIn);
  expect(codes.length).toBeGreaterThan(20);
  expect([...new Set(codes)].filter((code) => !OF_SEGMENT.test(code)).sort()).toEqual(
    [...known].filter((code) => code !== 'plan.not-as-reviewed' && !code.startsWith('document.')).sort(),
  );
});

/** The codes of object literals that are problems. */
function errorCodesIn(chapter: string): string[] {
  const folder = new URL(`../../src/${chapter}/`, import.meta.url);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  return files.flatMap((file) => {
    const source = ts.createSourceFile(file, readFileSync(new URL(file, folder), 'utf8'), ts.ScriptTarget.Latest, true);
    const found: string[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isObjectLiteralExpression(node) && node.getText().includes("severity: 'error'")) {
        found.push(...[...node.getText().matchAll(/\bcode: '([a-z.-]+)'/g)].map(([, code]) => code ?? ''));
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
    return found;
  });
}
