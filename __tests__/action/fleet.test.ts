import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { errorsIn } from '../../harness/log.ts';
import { layOut } from '../../harness/models-folder.ts';
import { isWrite } from '../../harness/simulation.ts';
import { FILE, fileOf, fleetStage, resultsOf, secretOf, verdictsOf } from './fleet-stage.ts';
import type { Run } from './fleet-stage.ts';
import { sourceIn, toSegment } from './segment-world.ts';

const { at, projects, run, keysOf } = fleetStage();

describe('many targets', () => {
  test('apply, check, plan: three projects → all set up by one sign-in, then in sync, and nothing written', async () => {
    const names = projects().slice(0, 3);
    const applied = await run(fileOf(names), { mode: 'apply' });
    expect({ code: applied.code, said: errorsIn(applied.stdout) }).toEqual({ code: 0, said: [] });
    expect(applied.outputs).toMatchObject({ result: 'changed', drift: 'false', targets: JSON.stringify(names) });
    expect(applied.outputs['report']).toContain('3 targets: 3 changed.');
    for (const name of names) {
      const { enabled, held } = await keysOf(name);
      expect(enabled).toEqual([held]);
      expect(resultsOf(applied)[name]).toMatchObject({ result: 'changed', key_id: held, location: 'EU' });
    }
    expect(applied.sent.filter(({ path }) => path === '/v1/token')).toHaveLength(1);
    const checked = await run(fileOf(names), { mode: 'check' });
    expect({ code: checked.code, result: checked.outputs['result'] }).toEqual({ code: 0, result: 'unchanged' });
    expect(checked.sent.filter(isWrite)).toEqual([]);
    expect(checked.summary).toContain('3 targets: 3 in sync.');
    expect(checked.stdout).toContain('3 of 3 done');
  });

  test('one that fails, a project that is not there, one that drifted → the others are done, the worst comes first', async () => {
    const [good = '', drifted = '', other = ''] = projects();
    const names = [good, drifted, 'acme-nowhere', other];
    await run(fileOf([good, drifted, other]), { mode: 'apply' });
    await at.owner('PATCH', `/v1/projects/${drifted}/roles/segmentReverseEtl?updateMask=includedPermissions`, {
      includedPermissions: ['bigquery.jobs.create'],
    });
    const checked = await run(fileOf(names), { mode: 'check' });
    expect(checked.code).toBe(1);
    expect(verdictsOf(checked)).toEqual({
      [good]: 'unchanged',
      [drifted]: 'drift',
      'acme-nowhere': 'failed',
      [other]: 'unchanged',
    });
    expect(checked.outputs).toMatchObject({ result: 'failed', drift: 'unknown', plan_digest: '' });
    const rows = checked.summary.split('\n').filter((line) => line.startsWith('| `'));
    expect(rows[0]).toContain('nowhere');
    expect(checked.stdout).toMatch(/^::error title=acme-nowhere,file=fleet\.yml,line=12,col=3::acme-nowhere: /m);
    expect(checked.stdout).toContain('4 of 4 done, 2 failed');
  });

  test('an identity that cannot sign in → its targets fail in words, the others are done', async () => {
    const [one = '', two = '', three = ''] = projects();
    const other = '    service_account: nobody@acme-ci.iam.gserviceaccount.com\n';
    const applied = await run(fileOf([one, two, three], { [one]: other, [two]: other }), { mode: 'apply' });
    expect(verdictsOf(applied)).toEqual({ [one]: 'failed', [two]: 'failed', [three]: 'changed' });
    expect(resultsOf(applied)[one]?.headline).toMatch(/^Could not .*nobody@acme-ci/);
    expect(applied.sent.filter(({ path }) => path.includes('nobody@acme-ci'))).toHaveLength(1);
  });

  test('two targets on one project with accounts of their own → one after the other, both done', async () => {
    const [project = ''] = projects();
    const target = (n: number): string =>
      `  t${String(n)}: { project_id: ${project}, account_id: segment-retl-${String(n)}, role_id: segmentRetl${String(n)}, key_delivery: none }\n`;
    const text = `version: 1\ndefaults: { location: EU }\ntargets:\n${target(1)}${target(2)}`;
    const applied = await run(text, { mode: 'apply' });
    expect(verdictsOf(applied)).toEqual({ t1: 'changed', t2: 'changed' });
    const conflicts = applied.sent.filter(({ status }) => status === 409);
    expect(conflicts).toEqual([]);
    expect((await run(text, { mode: 'check' })).outputs).toMatchObject({ result: 'unchanged', drift: 'false' });
  });

  test('two shards at the same time, twice → every target once, each key in its secret', async () => {
    const names = projects().slice(0, 8);
    const shards = (mode: string): Promise<Run[]> =>
      Promise.all(['1/2', '2/2'].map((shard) => run(fileOf(names), { mode, shard })));
    const both = await shards('apply');
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(both.flatMap((one) => Object.keys(verdictsOf(one))).sort()).toEqual([...names].sort());
    for (const name of names) {
      const { enabled, held } = await keysOf(name);
      expect(enabled).toEqual([held]);
    }
    const again = await shards('apply');
    expect(again.map(({ outputs }) => outputs['result'])).toEqual(['unchanged', 'unchanged']);
  });

  test('a plan that is too long for an output → in the file of plan_file, and the output says so', async () => {
    const names = projects().slice(0, 130);
    const planned = await run(fileOf(names), {
      mode: 'plan',
      plan_file: 'out/plan.json',
      sarif_file: 'out/fleet.sarif',
    });
    expect(JSON.parse(planned.outputs['plan'] ?? '{}')).toEqual({
      omitted: expect.stringContaining('plan_file'),
      plan_file: 'out/plan.json',
    });
    const plans = JSON.parse(planned.files['out/plan.json'] ?? '{}') as Record<string, { digest: string }>;
    expect(Object.keys(plans)).toEqual(names);
    const { runs } = JSON.parse(planned.files['out/fleet.sarif'] ?? '{}') as {
      runs: {
        results: {
          locations: { physicalLocation: { artifactLocation: { uri: string }; region: { startLine: number } } }[];
          partialFingerprints: Record<string, string>;
        }[];
      }[];
    };
    expect(runs).toHaveLength(1);
    const [first] = runs[0]?.results ?? [];
    expect(first?.locations[0]?.physicalLocation).toMatchObject({
      artifactLocation: { uri: FILE },
      region: { startLine: expect.any(Number) as unknown },
    });
    const prints = (runs[0]?.results ?? []).map(({ partialFingerprints }) => JSON.stringify(partialFingerprints));
    expect(new Set(prints).size).toBe(prints.length);
  });
});

describe('a review', () => {
  test('one digest, results, neither → carried out, or nothing is', async () => {
    const names = projects().slice(0, 2);
    const planned = await run(fileOf(names), { mode: 'plan' });
    const wrong = await run(fileOf(names), { mode: 'apply', expected_plan: 'a'.repeat(64) });
    expect({ code: wrong.code, writes: wrong.sent.filter(isWrite) }).toEqual({ code: 1, writes: [] });
    const applied = await run(fileOf(names), { mode: 'apply', expected_plan: planned.outputs['plan_digest'] ?? '' });
    expect({ code: applied.code, verdicts: Object.values(verdictsOf(applied)) }).toEqual({
      code: 0,
      verdicts: ['changed', 'changed'],
    });
  });

  test('results of one target alone → that one is applied, the other refused', async () => {
    const [one = '', two = ''] = projects();
    const planned = await run(fileOf([one, two]), { mode: 'plan', targets: one });
    expect(planned.outputs['plan_digest']).toMatch(/^[0-9a-f]{64}$/);
    const applied = await run(fileOf([one, two]), { mode: 'apply', expected_plan: planned.outputs['results'] ?? '' });
    expect(verdictsOf(applied)).toEqual({ [one]: 'changed', [two]: 'failed' });
    expect(applied.sent.filter(isWrite).filter(({ path }) => path.includes(two))).toEqual([]);
  });
});

describe('one target in the file', () => {
  const inputs = {
    location: 'EU',
    access_mode: 'scoped',
    source_datasets: 'marts\nevents',
    key_delivery: 'secret-manager',
    key_max_age_days: '90',
  };
  const lines = [
    'location: EU',
    'access_mode: scoped',
    'source_datasets: [marts, events]',
    'key_delivery: [secret-manager]',
    'key_max_age_days: 90',
  ].map((line) => `    ${line}\n`);
  const withDatasets = async (project: string): Promise<void> => {
    for (const datasetId of ['marts', 'events'])
      await at.owner('POST', `/bigquery/v2/projects/${project}/datasets`, {
        ...{ datasetReference: { datasetId }, location: 'EU' },
      });
  };
  /** The same project by a step, and by a file with that one target. */
  const ways = {
    step: (project: string, mode: string): Promise<Run> =>
      at.run({ mode, project_id: project, secret_manager_secret: secretOf(project), ...inputs }),
    file: (project: string, mode: string): Promise<Run> => {
      const secret = `    secret_manager_secret: ${secretOf(project)}\n`;
      const text = `version: 1\ntargets:\n  only:\n    project_id: ${project}\n${lines.join('')}${secret}`;
      return run(text, { mode });
    },
  };
  /** What the two have in common; a file also lists its targets. */
  const told = ({ code, summary, outputs }: Run): object => {
    const { results: _results, targets: _targets, ...others } = outputs;
    return { code, summary, outputs: others };
  };
  /** Without the ids of keys, which are dice. */
  const keyless = (one: Run, keys: readonly string[]): unknown =>
    JSON.parse(keys.reduce((text, key) => text.replaceAll(key, 'KEY'), JSON.stringify(told(one))));

  test('the same inputs as a step: plan, first apply, check, later apply → the same plan, digest, outputs', async () => {
    const [project = ''] = projects();
    await withDatasets(project);
    const same = async (mode: string): Promise<Run> => {
      const [step, file] = [await ways.step(project, mode), await ways.file(project, mode)];
      expect(told(file)).toEqual(told(step));
      expect(file.outputs['plan_digest']).toMatch(/^[0-9a-f]{64}$/);
      return file;
    };
    const planned = await same('plan');
    expect([planned.outputs['targets'], Object.keys(resultsOf(planned))]).toEqual(['["only"]', ['only']]);
    const applied = await ways.file(project, 'apply');
    expect({ code: applied.code, digest: applied.outputs['plan_digest'] }).toEqual({
      code: 0,
      digest: planned.outputs['plan_digest'],
    });
    await same('check');
    await same('apply');
  });

  test('first apply by a step, by a file → the same but for the key', async () => {
    const [project = ''] = projects();
    const apply = async (way: keyof typeof ways): Promise<unknown> => {
      await at.simulation.reset();
      await withDatasets(project);
      const applied = await ways[way](project, 'apply');
      expect({ code: applied.code, result: applied.outputs['result'] }).toEqual({ code: 0, result: 'changed' });
      return keyless(applied, (await keysOf(project)).enabled);
    };
    expect(await apply('file')).toEqual(await apply('step'));
  });
});

describe('asking nobody', () => {
  test('list: names, a shard, a bad file → the matrix, and no request', async () => {
    const names = projects().slice(0, 6);
    const listed = await run(fileOf(names), { mode: 'list' });
    expect({ code: listed.code, sent: listed.sent, targets: listed.outputs['targets'] }).toEqual({
      code: 0,
      sent: [],
      targets: JSON.stringify(names),
    });
    const part = await run(fileOf(names), { mode: 'list', shard: '1/2' });
    expect(names).toEqual(expect.arrayContaining(JSON.parse(part.outputs['targets'] ?? '[]') as string[]));
    const bad = await run(`${fileOf(names)}  again: { location: Mars }\n`, { mode: 'list' });
    expect({ code: bad.code, sent: bad.sent }).toEqual({ code: 1, sent: [] });
    expect(bad.stdout).toMatch(
      /^::error title=[^,]*,file=fleet\.yml,line=24,col=22::Could not read location of the target again/m,
    );
  });

  test('a pull request from a fork: plan, apply → green with a note, red', async () => {
    const names = projects().slice(0, 2);
    const event = {
      pull_request: {
        number: 7,
        head: { repo: { full_name: 'eve/fork' } },
        base: { repo: { full_name: 'acme/data-platform' } },
      },
    };
    const asFork = (mode: string): Promise<Run> =>
      at.run(
        { config_file: FILE, project_id: '', location: '', mode },
        {
          ...{ event, prepare: (workspace: string) => layOut(workspace, { [FILE]: fileOf(names) }) },
          env: { GITHUB_EVENT_NAME: 'pull_request' },
          without: ['ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'],
        },
      );
    const planned = await asFork('plan');
    expect({ code: planned.code, sent: planned.sent, drift: planned.outputs['drift'] }).toEqual({
      code: 0,
      sent: [],
      drift: 'unknown',
    });
    expect(planned.summary).toContain('2 targets: 2 not compared.');
    expect((await asFork('apply')).code).toBe(1);
  });
});

describe('other modes', () => {
  test('rotate, revoke, destroy: of named targets → each done, one alone touched', async () => {
    const [one = '', two = '', three = ''] = projects();
    const text = fileOf([one, two, three]);
    await run(text, { mode: 'apply' });
    const before = await keysOf(one);
    const rotated = await run(text, { mode: 'rotate', targets: `${one}\n${two}` });
    expect({ code: rotated.code, verdicts: verdictsOf(rotated) }).toEqual({
      code: 0,
      verdicts: { [one]: 'changed', [two]: 'changed' },
    });
    expect((await keysOf(one)).held).not.toBe(before.held);
    const revoked = await run(text, { mode: 'revoke', targets: `${one}\n${two}` });
    expect({ code: revoked.code, result: revoked.outputs['result'] }).toEqual({ code: 0, result: 'changed' });
    const account = (project: string): Promise<Record<string, unknown>> =>
      at.owner('GET', `/v1/projects/${project}/serviceAccounts/segment-reverse-etl@${project}.iam.gserviceaccount.com`);
    expect([(await account(one))['disabled'], (await account(three))['disabled'] ?? false]).toEqual([true, false]);
    const destroyed = await run(text, { mode: 'destroy', targets: `${two}\n${three}` });
    expect({ code: destroyed.code, verdicts: verdictsOf(destroyed) }).toEqual({
      code: 0,
      verdicts: { [two]: 'changed', [three]: 'changed' },
    });
    await expect(account(three)).rejects.toThrow('404');
  });

  test('models, each target its own → tried as its account, errors summed', async () => {
    const [one = '', two = ''] = projects();
    const good = '    models: [good.yml]\n';
    const bad = '    models: [bad.yml]\n';
    const text = fileOf([one, two], { [one]: good, [two]: bad });
    const model = (query: string): string =>
      `models:\n  - { name: Users, query: '${query}', query_identifier_column: id }\n`;
    const prepare = (workspace: string): void =>
      layOut(workspace, { [FILE]: text, 'good.yml': model('SELECT 1 AS id'), 'bad.yml': model('SELECT FROM') });
    await run(text, { mode: 'apply', verify: 'false' }, { prepare });
    const tried = await run(text, { mode: 'check' }, { prepare });
    expect(verdictsOf(tried)).toEqual({ [one]: 'unchanged', [two]: 'failed' });
    expect(tried.outputs).toMatchObject({ models_errors: '1', result: 'failed' });
  });
});

describe('what a target costs', () => {
  const TARGETS = 2;
  /** What is sent once for all: the job's token, and its exchange for that of the identity. */
  const SIGN_IN = 3;
  const services: readonly (readonly [string, RegExp])[] = [
    ['IAM', /^\/v1\/projects\/[^-][^/]*\/(?:serviceAccounts|roles)|queryTestablePermissions/],
    ['Resource Manager', /^\/v3\/projects\//],
    ['BigQuery', /^\/bigquery\//],
    ['Secret Manager', /\/secrets\//],
    ['Org Policy', /^\/v2\/projects\/[^/]+\/policies\//],
  ];
  const rowOf = ({ method, path }: Run['sent'][number]): string => {
    const [name = 'others'] = services.find(([, shape]) => shape.test(path)) ?? [];
    if (name !== 'IAM') return name;
    return isWrite({ method, path }) ? 'IAM, writes' : 'IAM, reads';
  };
  const costOf = ({ sent }: Run): Record<string, number> => {
    const counts: Record<string, number> = { all: (sent.length - SIGN_IN) / TARGETS, others: -SIGN_IN / TARGETS };
    for (const one of sent) counts[rowOf(one)] = (counts[rowOf(one)] ?? 0) + 1 / TARGETS;
    return counts;
  };

  test('requests by service and mode → as docs/fleet.md has them', async () => {
    const text = fileOf(projects().slice(0, TARGETS));
    const later = async (mode: string): Promise<Record<string, number>> => {
      await at.simulation.age(3_600);
      return costOf(await run(text, { mode }));
    };
    const first = await later('apply');
    const columns = [await later('plan'), await later('check'), await later('apply'), first];
    const doc = readFileSync(new URL('../../docs/fleet.md', import.meta.url), 'utf8');
    const [, table = ''] = doc.split('### 2,000 targets on paper');
    const rows = table.split('\n').filter((line) => /^\| [A-Za-z, ]+ \| \d/.test(line));
    const told = rows.map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
    expect(told.length).toBe(8);
    expect(told).toEqual(told.map(([name = '']) => [name, ...columns.map((column) => String(column[name] ?? 0))]));
  });
});

describe('what the organization forbids', () => {
  const asked = (one: Run): string[] =>
    one.sent
      .filter(({ path }) => /disableServiceAccountCreation:|resourceLocations:/.test(path))
      .map(({ path }) => path.split('/')[3] ?? '');

  test('asked of a project in which something is created, and of no other; then refused there alone', async () => {
    const [one = '', two = '', three = ''] = projects();
    await run(fileOf([one, two]), { mode: 'apply', verify: 'false' });
    await at.simulation.constraints(three, ['iam.disableServiceAccountCreation']);
    const applied = await run(fileOf([one, two, three]), { mode: 'apply', verify: 'false' });
    expect(verdictsOf(applied)).toEqual({ [one]: 'unchanged', [two]: 'unchanged', [three]: 'failed' });
    expect(resultsOf(applied)[three]?.headline).toBe('Refused: nothing was changed.');
    expect(applied.stdout).toContain('the organization policy iam.disableServiceAccountCreation is enforced');
    expect(new Set(asked(applied))).toEqual(new Set([three]));
  });
});

describe('keys that go to Segment', () => {
  const fileFor = (names: readonly string[], source = ''): string => {
    const targets = names.map((name) => `  ${name}: { project_id: ${name}${source} }\n`).join('');
    return `version: 1\ndefaults: { location: EU, key_delivery: [segment] }\ntargets:\n${targets}`;
  };

  test('two targets, two sources → each source has the key of its project; then in sync', async () => {
    const names = projects().slice(0, 2);
    const { segment_token = '' } = toSegment(at);
    const applied = await run(fileFor(names), { mode: 'apply', segment_token });
    expect({ code: applied.code, verdicts: verdictsOf(applied) }).toEqual({
      code: 0,
      verdicts: Object.fromEntries(names.map((name) => [name, 'changed'])),
    });
    for (const name of names) {
      const { keyId, enabled } = await sourceIn(at, `bigquery-${name}`);
      expect({ enabled, keys: (await keysOf(name)).enabled }).toEqual({ enabled: true, keys: [keyId] });
    }
    const checked = await run(fileFor(names), { mode: 'check', segment_token });
    expect({ code: checked.code, result: checked.outputs['result'] }).toEqual({ code: 0, result: 'unchanged' });
  });

  test('two targets, one source → refused, each at its place, and nobody is asked', async () => {
    const names = projects().slice(0, 2);
    const { segment_token = '' } = toSegment(at);
    const refused = await run(fileFor(names, ', segment_source: warehouse'), { mode: 'apply', segment_token });
    expect({ code: refused.code, sent: refused.sent }).toEqual({ code: 1, sent: [] });
    for (const [index, name] of names.entries()) {
      const at = `^::error title=[^,]*,file=fleet\\.yml,line=${String(4 + index)},col=\\d+::`;
      const words = `Could not read segment_source of the target ${name} .*the source warehouse in Segment would be shared`;
      expect(refused.stdout).toMatch(new RegExp(`${at}${words}`, 'm'));
    }
  });
});

describe('a pull request', () => {
  test('plan of three targets, twice, then by part → one comment, left alone, and one of its own for a part', async () => {
    const names = projects().slice(0, 3);
    const head = { repo: { full_name: 'acme/data-platform' } };
    const event = { pull_request: { number: 7, head, base: { repo: { full_name: 'acme/data-platform' } } } };
    const token = at.simulation.env['SIMULATOR_GITHUB_PULL_TOKEN'] ?? '';
    const onPull = (inputs: Readonly<Record<string, string>>): Promise<Run> =>
      run(
        fileOf(names),
        { mode: 'plan', comment_token: token, ...inputs },
        { event, env: { GITHUB_EVENT_NAME: 'pull_request' } },
      );
    const comments = (sent: Run['sent']): string[] =>
      sent
        .filter(({ path }) => path.includes('/comments'))
        .filter(({ method }) => method !== 'GET')
        .map(({ method }) => method);
    const first = await onPull({});
    expect({ code: first.code, wrote: comments(first.sent) }).toEqual({ code: 0, wrote: ['POST'] });
    expect(comments((await onPull({})).sent)).toEqual([]);
    expect(comments((await onPull({ targets: `${names[0] ?? ''}\n${names[1] ?? ''}` })).sent)).toEqual(['POST']);
  });
});
