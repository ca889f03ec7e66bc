import { describe, expect, test } from '@jest/globals';
import {
  ACCOUNT_PATH,
  DATASET_PATH,
  EMAIL,
  PROJECT,
  ROLE,
  SECRETS_PATH,
  driftOf,
  stage,
  writes,
} from '../../harness/stage.ts';
import type { Stage } from '../../harness/stage.ts';

const at = stage();
const SECRET = { key_delivery: 'github-secret' };

interface Change {
  readonly name: string;
  readonly behindItsBack: (at: Stage) => Promise<unknown>;
  /** What check must say, live and desired. */
  readonly found: RegExp;
  /** What apply needs besides. */
  readonly with?: Record<string, string>;
  /** A change that no apply without this input may mend. */
  readonly refusal?: RegExp;
}

const condition = { title: 'office hours', expression: 'request.time.getHours("UTC") < 18' };
const currentKey = async (s: Stage): Promise<string> => `${ACCOUNT_PATH}/keys/${(await s.keys())[0]?.id ?? ''}`;
const sealed = async (s: Stage, value: string): Promise<unknown> => {
  const { seal } = await import('../../src/cloud/github/sealed-box.ts');
  const key = await s.owner('GET', `${SECRETS_PATH}/secrets/public-key`);
  return s.owner('PUT', `${SECRETS_PATH}/secrets/SEGMENT_BIGQUERY_CREDENTIALS`, {
    encrypted_value: seal(value, String(key['key'])),
    key_id: key['key_id'],
  });
};

const changes: Change[] = [
  {
    name: 'a permission removed from the role',
    behindItsBack: (s) => s.takePermission('bigquery.tables.getData'),
    found: /role\/segmentReverseEtl permission bigquery\.tables\.getData: absent → present/,
  },
  {
    name: 'a permission added to the role',
    behindItsBack: (s) => s.addPermission('bigquery.tables.delete'),
    found: /role\/segmentReverseEtl permission bigquery\.tables\.delete: present → absent/,
  },
  {
    name: 'the role deleted',
    behindItsBack: (s) => s.owner('DELETE', `/v1/${ROLE}`),
    found: /role\/segmentReverseEtl role: deleted → present/,
  },
  {
    name: 'the role deleted after it lost a permission',
    behindItsBack: async (s) => {
      await s.setRole({ includedPermissions: ['bigquery.jobs.create'] });
      await s.owner('DELETE', `/v1/${ROLE}`);
    },
    found: /role: deleted → present[\s\S]*permission bigquery\.tables\.getData: absent → present/,
  },
  {
    name: 'the role disabled',
    behindItsBack: (s) => s.setRole({ stage: 'DISABLED' }),
    found: /role\/segmentReverseEtl stage: DISABLED → GA/,
  },
  {
    name: 'the account deleted',
    behindItsBack: (s) => s.owner('DELETE', ACCOUNT_PATH),
    found: /service-account\/segment-reverse-etl service account: absent → present/,
  },
  {
    name: 'the account deleted and made anew by somebody else',
    behindItsBack: async (s) => {
      await s.owner('DELETE', ACCOUNT_PATH);
      await s.owner('POST', `/v1/projects/${PROJECT}/serviceAccounts`, { accountId: 'segment-reverse-etl' });
    },
    found: /service-account\/segment-reverse-etl owner: unmarked → marked as ours/,
    with: { adopt: 'true' },
    refusal: /adopt: true/,
  },
  {
    name: 'the account disabled',
    behindItsBack: (s) => s.owner('POST', `${ACCOUNT_PATH}:disable`, {}),
    found: /service-account\/segment-reverse-etl disabled: true → false/,
    with: { restore: 'true' },
    refusal: /restore: true/,
  },
  {
    name: 'the binding removed',
    behindItsBack: (s) => s.unbind(ROLE),
    found: /project-policy\/acme-analytics binding .*segmentReverseEtl: absent → present/,
  },
  {
    name: 'the binding made conditional',
    behindItsBack: async (s) => {
      await s.unbind(ROLE);
      await s.bind(ROLE, { condition });
    },
    found: /binding .*segmentReverseEtl: only if "office hours" → present/,
  },
  {
    name: 'a full-access role added',
    behindItsBack: (s) => s.bind('roles/bigquery.dataEditor'),
    found: /binding roles\/bigquery\.dataEditor: present → absent/,
  },
  {
    name: 'a conditional full-access role added',
    behindItsBack: (s) => s.bind('roles/bigquery.user', { condition }),
    found: /binding roles\/bigquery\.user if "office hours": present → absent/,
  },
  {
    name: 'the entry removed',
    behindItsBack: (s) => s.changeEntries(() => []),
    found: /dataset\/__segment_reverse_etl access of .*: absent → WRITER/,
  },
  {
    name: 'the entry downgraded to READER',
    behindItsBack: (s) => s.changeEntries((entry) => [{ ...entry, role: 'READER' }]),
    found: /access of .*: READER → WRITER/,
  },
  {
    name: 'an owner entry added',
    behindItsBack: (s) => s.addEntries([{ role: 'OWNER', userByEmail: EMAIL }]),
    found: /entry OWNER: present → absent/,
  },
  {
    name: 'the entry made conditional',
    behindItsBack: (s) => s.changeEntries((entry) => [{ ...entry, condition }]),
    found: /access of .*: WRITER if "office hours" → WRITER/,
  },
  {
    name: 'the dataset deleted',
    behindItsBack: (s) => s.owner('DELETE', `${DATASET_PATH}?deleteContents=true`),
    found: /dataset\/__segment_reverse_etl dataset: absent → present/,
  },
  {
    name: 'the mark taken off the dataset',
    behindItsBack: (s) => s.owner('PATCH', DATASET_PATH, { labels: { 'segment-reverse-etl': null } }),
    found: /dataset\/__segment_reverse_etl owner: unmarked → marked for segment-reverse-etl/,
    with: { adopt: 'true' },
    refusal: /adopt: true/,
  },
  {
    name: 'the key deleted',
    behindItsBack: async (s) => s.owner('DELETE', await currentKey(s)),
    found: /credential\/segment-reverse-etl key: deleted .* → valid and delivered/,
  },
  {
    name: 'the key disabled',
    behindItsBack: async (s) => s.owner('POST', `${await currentKey(s)}:disable`, {}),
    found: /credential\/segment-reverse-etl key: disabled .* → valid and delivered/,
  },
  {
    name: 'the secret deleted',
    behindItsBack: (s) => s.owner('DELETE', `${SECRETS_PATH}/secrets/SEGMENT_BIGQUERY_CREDENTIALS`),
    found:
      /credential\/segment-reverse-etl key: not in the repository secret .*, which is absent → valid and delivered/,
  },
  {
    name: 'the secret overwritten by hand',
    behindItsBack: (s) => sealed(s, '{}'),
    found: /key: not in the repository secret .*overwritten by hand → valid and delivered/,
  },
];

describe.each(changes)('$name', ({ behindItsBack, found, with: more = {}, refusal }) => {
  test('is found by check, mended by apply, and then is gone', async () => {
    const token = { github_token: at.simulation.env['SIMULATOR_GITHUB_TOKEN'] ?? '' };
    const inputs = { ...SECRET, ...token };
    expect((await at.run({ ...inputs, mode: 'apply' })).code).toBe(0);
    await behindItsBack(at);

    const check = await at.run({ ...inputs, mode: 'check' });
    expect(driftOf(check).join('\n')).toMatch(found);
    expect(check).toMatchObject({ code: 1, outputs: { drift: 'true', result: 'drift' } });
    expect(check.stdout).toMatch(/^::error::/m);
    expect(writes(check.sent)).toEqual([]);

    if (refusal !== undefined) {
      const refused = await at.run({ ...inputs, mode: 'apply' });
      expect(refused).toMatchObject({ code: 1, outputs: { result: 'failed' } });
      expect(refused.stdout).toMatch(refusal);
      expect(writes(refused.sent)).toEqual([]);
    }
    const disabled = (await at.keys().catch(() => [])).filter((key) => key.disabled);
    const applied = await at.run({ ...inputs, ...more, mode: 'apply' });
    expect({ code: applied.code, log: applied.stdout }).toMatchObject({ code: 0 });
    const again = await at.run({ ...inputs, mode: 'check' });
    expect({ drift: driftOf(again), code: again.code }).toEqual({ drift: [], code: 0 });
    const { value } = await at.secret();
    expect(await at.mints(value ?? '{}')).toBe(true);
    for (const { id } of disabled) expect(await at.keys()).not.toContainEqual({ id, disabled: false });
  });
});
