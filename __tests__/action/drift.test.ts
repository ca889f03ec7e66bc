import { describe, expect, test } from '@jest/globals';
import { errorsIn, readable } from '../../harness/log.ts';
import { ACCOUNT_PATH, EMAIL, ROLE, SECRETS_PATH, driftOf, stage, writes } from '../../harness/stage.ts';
import type { Stage } from '../../harness/stage.ts';

/**
 * What somebody changes behind the action's back: one change of each resource, from check to apply and back to check. Which
 * changes count, and how, is a matter of the tables in ../pure/resources. Source datasets are in scoped.test.ts, policies of
 * accounts in surplus.test.ts, and an account that is disabled in revoke.test.ts.
 */
const at = stage();

interface Change {
  readonly name: string;
  readonly behindItsBack: (at: Stage) => Promise<unknown>;
  /** What check must say, live and desired. */
  readonly found: RegExp;
}

const condition = { title: 'office hours', expression: 'request.time.getHours("UTC") < 18' };
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
    name: 'role: deleted after it lost a permission',
    behindItsBack: async (s) => {
      await s.setRole({ includedPermissions: ['bigquery.jobs.create'] });
      await s.owner('DELETE', `/v1/${ROLE}`);
    },
    found: /role: deleted → present[\s\S]*permission bigquery\.tables\.getData: absent → present/,
  },
  {
    name: 'account: deleted',
    behindItsBack: (s) => s.owner('DELETE', ACCOUNT_PATH),
    found: /service-account\/segment-reverse-etl service account: absent → present/,
  },
  {
    name: 'project policy: the binding made conditional',
    behindItsBack: async (s) => {
      await s.unbind(ROLE);
      await s.bind(ROLE, { condition });
    },
    found: /binding .*segmentReverseEtl: only if "office hours" → present/,
  },
  {
    name: 'state dataset: the entry downgraded to READER',
    behindItsBack: (s) => s.changeEntries((entry) => [{ ...entry, role: 'READER' }]),
    found: /access of .*: READER → WRITER/,
  },
  {
    name: 'credential: the key disabled',
    behindItsBack: async (s) => s.owner('POST', `${ACCOUNT_PATH}/keys/${(await s.keys())[0]?.id ?? ''}:disable`, {}),
    found: /credential\/segment-reverse-etl key: disabled .* → valid and delivered/,
  },
  {
    name: 'github-secret: overwritten by hand',
    behindItsBack: (s) => sealed(s, '{}'),
    found: /key: not in the repository secret .*overwritten by hand → valid and delivered/,
  },
];

/** Inputs that deliver into the repository secret. */
const toSecret = (): Record<string, string> => ({
  key_delivery: 'github-secret',
  github_token: at.simulation.env['SIMULATOR_GITHUB_TOKEN'] ?? '',
});

describe('drift', () => {
  test.each(changes)('$name → found by check, fixed by apply, and then gone', async ({ behindItsBack, found }) => {
    const inputs = toSecret();
    expect((await at.run({ ...inputs, mode: 'apply' })).code).toBe(0);
    await behindItsBack(at);

    const check = await at.run({ ...inputs, mode: 'check' });
    expect(driftOf(check).join('\n')).toMatch(found);
    expect(check).toMatchObject({ code: 1, outputs: { drift: 'true', result: 'drift' } });
    expect(errorsIn(check.stdout)).not.toEqual([]);
    expect(writes(check.sent)).toEqual([]);

    const disabled = (await at.keys().catch(() => [])).filter((key) => key.disabled);
    const applied = await at.run({ ...inputs, mode: 'apply' });
    expect({ code: applied.code, log: readable(applied.stdout) }).toMatchObject({ code: 0 });
    const again = await at.run({ ...inputs, mode: 'check' });
    expect({ drift: driftOf(again), code: again.code }).toEqual({ drift: [], code: 0 });
    const { value } = await at.secret();
    expect(await at.mints(value ?? '{}')).toBe(true);
    for (const { id } of disabled) expect(await at.keys()).not.toContainEqual({ id, disabled: false });
  });

  test('leftovers of a deleted account: in the plan → not drawn as access that somebody has', async () => {
    await at.run({ mode: 'apply', verify: 'false' });
    await at.owner('DELETE', ACCOUNT_PATH);
    const check = await at.run({ mode: 'check', verify: 'false' });
    const deleted = `deleted:serviceAccount:${EMAIL}?uid=`;
    expect(driftOf(check).filter((line) => line.includes(deleted))).toEqual([
      expect.stringMatching(/^project-policy\/acme-analytics member .*: left over from a deleted account → absent$/),
      expect.stringMatching(/^dataset\/__segment_reverse_etl entry .*: left over from a deleted account → absent$/),
    ]);
    const diagram = /```mermaid\n([\s\S]*?)```/.exec(check.summary)?.[1] ?? '';
    expect(
      [...diagram.matchAll(/ (\S+>)\|"(.*)"\|/g)].map(([, line, label]) => `${line ?? ''} ${label ?? ''}`),
    ).toEqual(['segmentReverseEtl', 'WRITER', 'key'].map((what) => `==> missing#58; ${what}`));
    expect(diagram).not.toMatch(/deleted|uid/);
  });
});
