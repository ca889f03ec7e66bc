import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { errorsIn, readable, warningsIn } from '../../harness/log.ts';
import { BIGQUERY_METADATA } from '../../harness/names.ts';
import { driftOf, stage, writes } from '../../harness/stage.ts';
import { SLUG, segmentWrites, sourceIn, sourcePath, sourcesIn, toSegment } from './segment-world.ts';

const at = stage();

async function setUp(more: Record<string, string> = {}): Promise<Awaited<ReturnType<typeof at.run>>> {
  const first = await at.run({ ...toSegment(at), ...more });
  expect({ code: first.code, log: first.code === 0 ? '' : readable(first.stdout) }).toEqual({ code: 0, log: '' });
  return first;
}

describe('set-up', () => {
  test('an empty project and workspace → one source, disabled until it holds the key; the second run writes nothing', async () => {
    const first = await setUp();
    expect(segmentWrites(first.sent)).toEqual([
      'POST /sources',
      'PATCH /sources/ID',
      'PATCH /sources/ID',
      'PATCH /sources/ID',
    ]);
    const [post] = first.sent.filter(({ method, path }) => method === 'POST' && path === '/sources');
    expect(post?.body).toMatchObject({ enabled: false, disconnectAllWarehouses: true, slug: SLUG });
    const source = await sourceIn(at);
    expect(source).toMatchObject({ enabled: true, name: 'BigQuery acme-analytics', settings: { location: 'EU' } });
    expect((await at.keys()).map(({ id }) => id)).toEqual([source.keyId]);
    expect(await at.description()).toMatch(
      new RegExp(
        `^Reads models .* \\[segment-retl created key=${source.keyId?.slice(0, 12) ?? ''} workspace=9aQ1Lj62 source=${source.id} at=s\\]$`,
      ),
    );
    expect(first.outputs).toMatchObject({
      segment_source_id: source.id,
      consumer: 'none',
      last_sync: '',
      drift: 'false',
    });
    const second = await at.run(toSegment(at));
    expect({ code: second.code, writes: writes(second.sent), result: second.outputs['result'] }).toEqual({
      ...{ code: 0, writes: [], result: 'unchanged' },
    });
    const check = await at.run({ ...toSegment(at), mode: 'check' });
    expect({ code: check.code, writes: writes(check.sent), drift: driftOf(check) }).toEqual({
      code: 0,
      writes: [],
      drift: [],
    });
  });

  test('the key → shows in nothing that the run prints, sets or leaves', async () => {
    const first = await setUp();
    const printed = [readable(first.stdout), first.stderr, first.summary, JSON.stringify(first.outputs)].join('\n');
    expect(printed).not.toMatch(/PRIVATE KEY|"private_key"/);
    expect(JSON.stringify(await at.simulation.journal())).not.toMatch(/BEGIN PRIVATE KEY/);
    expect(printed).not.toContain(at.simulation.env['SIMULATOR_SEGMENT_TOKEN'] ?? '');
  });

  test('a target that delivered elsewhere so far → gets a source, and a key that is in both', async () => {
    const env = at.simulation.env;
    const gitHub = { key_delivery: 'github-secret', github_token: env['SIMULATOR_GITHUB_TOKEN'] ?? '' };
    await at.run(gitHub);
    await at.simulation.age(3600);
    const both = await at.run({ ...gitHub, ...toSegment(at), key_delivery: 'github-secret, segment' });
    expect({ code: both.code, log: readable(both.stdout) }).toMatchObject({ code: 0 });
    const { keyId, enabled } = await sourceIn(at);
    expect({ enabled, noted: (await at.secret()).noted }).toEqual({ enabled: true, noted: keyId });
    const again = await at.run({ ...gitHub, ...toSegment(at), key_delivery: 'github-secret, segment' });
    expect({ code: again.code, writes: writes(again.sent) }).toEqual({ code: 0, writes: [] });
  });

  test('the token of a member → the audit trail is unseen, and the first write is refused', async () => {
    const token = at.simulation.env['SIMULATOR_SEGMENT_MEMBER_TOKEN'] ?? '';
    const run = await at.run({ ...toSegment(at), segment_token: token });
    expect(run.code).toBe(1);
    expect(errorsIn(run.stdout).join('\n')).toMatch(/segment_token lacks rights/);
    expect((await sourcesIn(at)).map(({ slug }) => slug)).toEqual(['website']);
  });
});

describe('refused before any write anywhere, in words that name the input', () => {
  test.each([
    ['a token that nobody knows', { segment_token: 'sgp_noSuchTokenAtAll' }, /segment_token is invalid/],
    [
      'another workspace',
      { segment_workspace: 'initech' },
      /segment_token belongs to the workspace acme .*not to initech.*segment_workspace/,
    ],
    ['a source that is no slug', { segment_source: 'Warehouse' }, /no source has this ID.*Check segment_source/],
    [
      'a source of another kind',
      { segment_source: 'website' },
      /its kind is \S+, and not BigQuery.*another segment_source/,
    ],
  ] as const)('%s', async (_title, more, words) => {
    const run = await at.run({ ...toSegment(at), ...more });
    expect(run.code).toBe(1);
    expect(errorsIn(run.stdout).join('\n')).toMatch(words);
    expect(writes(run.sent)).toEqual([]);
    const check = await at.run({ ...toSegment(at), ...more, mode: 'check' });
    expect({ code: check.code, isDrift: check.outputs['drift'] === 'false' }).toEqual({ code: 1, isDrift: false });
  });

  test('another workspace than the one in the record', async () => {
    await setUp();
    const path =
      '/v1/projects/acme-analytics/serviceAccounts/segment-reverse-etl@acme-analytics.iam.gserviceaccount.com';
    const description = (await at.description()).replace(/workspace=\w+/, 'workspace=initech1');
    await at.owner('PATCH', path, { serviceAccount: { description }, updateMask: 'description' });
    for (const mode of ['apply', 'rotate', 'destroy']) {
      const run = await at.run({ ...toSegment(at), mode });
      expect(errorsIn(run.stdout).join('\n')).toMatch(/belongs to the workspace acme .*not to initech1… \(recorded\)/);
      expect(writes(run.sent)).toEqual([]);
    }
  });

  test('the catalog is unreachable → nothing is written', async () => {
    await at.simulation.answers([{ on: 'GET /catalog', status: 403, body: { errors: [{ type: 'x' }] }, times: 9 }]);
    const run = await at.run({ ...toSegment(at), segment_region: 'us' });
    expect(run.code).toBe(1);
    expect(errorsIn(run.stdout).join('\n')).toMatch(/Could not read BigQuery in Segment's catalog/);
    expect(writes(run.sent)).toEqual([]);
  }, 200_000);
});

describe('without a token', () => {
  test('check → says that Segment was not looked at, and does not count it', async () => {
    await setUp();
    const check = await at.run({ key_delivery: 'segment', mode: 'check' });
    expect(check.code).toBe(0);
    expect(check.summary).toContain('Segment was not looked at');
    expect(check.outputs).toMatchObject({ plan_digest: '', drift: 'false', consumer: 'unknown', last_sync: 'unknown' });
    expect(check.sent.filter(({ path }) => path === '/' || path.startsWith('/sources'))).toEqual([]);
  });

  test('destroy of what has a source → refused, whatever key_delivery says', async () => {
    await setUp();
    const destroy = await at.run({ mode: 'destroy' });
    expect(destroy.code).toBe(1);
    expect(errorsIn(destroy.stdout).join('\n')).toMatch(/names a source, and no segment_token was given/);
    expect(writes(destroy.sent)).toEqual([]);
  });
});

describe('drift, one at a time', () => {
  const patch = async (body: unknown): Promise<void> => {
    await at.workspace.ask('PATCH', await sourcePath(at), body);
  };

  test.each([
    [
      'renamed by hand',
      { name: 'Elsewhere' },
      { segment_source_name: 'BigQuery acme-analytics' },
      'name: Elsewhere → BigQuery acme-analytics',
    ],
    ['moved', { settings: { location: 'US' } }, {}, 'location: US → EU'],
  ])('%s → found, named and mended', async (_title, change, more, drift) => {
    await setUp(more);
    await patch(change);
    const check = await at.run({ ...toSegment(at), ...more, mode: 'check' });
    expect({ code: check.code, drift: driftOf(check) }).toEqual({
      code: 1,
      drift: [`segment-source/${SLUG} ${drift}`],
    });
    expect((await at.run({ ...toSegment(at), ...more })).code).toBe(0);
    const after = await at.run({ ...toSegment(at), ...more, mode: 'check' });
    expect({ code: after.code, drift: driftOf(after) }).toEqual({ code: 0, drift: [] });
  });

  test('disabled → stays so until restore', async () => {
    await setUp();
    await patch({ enabled: false });
    const check = await at.run({ ...toSegment(at), mode: 'check' });
    expect(driftOf(check)).toEqual([
      expect.stringMatching(/ enabled: false, disabled at \d{4}-\S+ \S+ UTC \(\S+\) → true$/),
    ]);
    const refused = await at.run(toSegment(at));
    expect(errorsIn(refused.stdout).join('\n')).toMatch(
      /somebody disabled it at \d{4}-\S+ \S+ UTC \(\S+\), perhaps.*restore: true/,
    );
    expect(writes(refused.sent)).toEqual([]);
    expect((await at.run({ ...toSegment(at), restore: 'true' })).code).toBe(0);
    expect(await sourceIn(at)).toMatchObject({ enabled: true });
  });

  test('disabled, and the audit trail is closed → told without time and actor', async () => {
    await setUp();
    await patch({ enabled: false });
    const body = { errors: [{ type: 'Forbidden', message: 'No.' }] };
    await at.simulation.answers([{ on: 'GET /audit-events', status: 403, body, times: 9 }]);
    const check = await at.run({ ...toSegment(at), mode: 'check' });
    expect(driftOf(check)).toEqual([`segment-source/${SLUG} enabled: false → true`]);
  });

  test('its slug now belongs to a source of another kind → found, refused, and left alone', async () => {
    await setUp();
    const foreign = (await sourcesIn(at)).find(({ slug }) => slug === 'website');
    await at.workspace.ask('DELETE', await sourcePath(at));
    await at.workspace.ask('POST', '/sources', {
      ...{ slug: SLUG, enabled: true, metadataId: foreign?.metadataId, disconnectAllWarehouses: true, settings: {} },
    });
    const check = await at.run({ ...toSegment(at), mode: 'check' });
    expect(driftOf(check)).toContainEqual(
      `segment-source/${SLUG} kind: ${foreign?.metadataId ?? ''} → ${BIGQUERY_METADATA}`,
    );
    for (const mode of ['apply', 'destroy']) {
      const run = await at.run({ ...toSegment(at), mode });
      expect(segmentWrites(run.sent)).toEqual([]);
    }
    expect((await at.run(toSegment(at))).code).toBe(1);
  });

  test('made anew by hand under the same slug → not ours, and refused', async () => {
    await setUp();
    await at.workspace.ask('DELETE', await sourcePath(at));
    await at.workspace.source({ location: 'EU', credentials: '{}' }, { slug: SLUG });
    const check = await at.run({ ...toSegment(at), mode: 'check' });
    expect(driftOf(check)).toContainEqual(expect.stringMatching(/ owner: .* → /));
    const run = await at.run(toSegment(at));
    expect(errorsIn(run.stdout).join('\n')).toMatch(/not managed by this action.*adopt: true/);
    expect(writes(run.sent)).toEqual([]);
  });

  test('a key in clear text in place of the location → told as whose, shown in nothing, and mended', async () => {
    await setUp();
    const { generateKeyPairSync } = await import('node:crypto');
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    await patch({ settings: { location: privateKey } });
    const check = await at.run({ ...toSegment(at), mode: 'check' });
    expect(driftOf(check)).toEqual([`segment-source/${SLUG} location: no name of a location → EU`]);
    expect(warningsIn(check.stdout).join('\n')).toMatch(
      /setting location shows a private key in clear text that is none of this account/,
    );
    expect([readable(check.stdout), check.summary, check.outputs['plan']].join('')).not.toMatch(/PRIVATE KEY|MII/);
    expect((await at.run(toSegment(at))).code).toBe(0);
    expect((await sourceIn(at)).settings).toMatchObject({ location: 'EU' });
  });

  test('a key in clear text as its name → none of it is shown', async () => {
    const named = { segment_source_name: 'BigQuery acme-analytics' };
    await setUp(named);
    const pem = `-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----\n`;
    await patch({ name: `{"private_key": ${JSON.stringify(pem)}}` });
    const check = await at.run({ ...toSegment(at), ...named, mode: 'check', sarif_file: 'a.sarif' });
    expect(driftOf(check)).toEqual([expect.stringContaining(' name: {"private_key": "***')]);
    expect(JSON.stringify([check.stdout, check.summary, check.outputs, check.files])).not.toMatch(/PRIVATE KEY|MIIE/);
  });

  test('the slug changed by hand → refused, both ways out are named', async () => {
    await setUp();
    await patch({ slug: 'warehouse' });
    const run = await at.run(toSegment(at));
    expect(run.code).toBe(1);
    expect(errorsIn(run.stdout).join('\n')).toMatch(/whose slug is warehouse.*segment_source: warehouse/);
    expect(writes(run.sent)).toEqual([]);
    expect((await at.run({ ...toSegment(at), segment_source: 'warehouse', mode: 'check' })).code).toBe(0);
  });

  test('deleted → made anew, with a new key, and the warning that its mappings are gone', async () => {
    await setUp();
    await at.workspace.ask('DELETE', await sourcePath(at));
    const check = await at.run({ ...toSegment(at), mode: 'check' });
    expect(driftOf(check)).toContainEqual(expect.stringContaining('source: absent → present'));
    const run = await at.run(toSegment(at));
    expect(run.code).toBe(0);
    expect(readable(run.stdout)).toMatch(/is gone, and its models and mappings with it/);
    expect(await sourceIn(at)).toMatchObject({ enabled: true, keyId: run.outputs['key_id'] });
  });

  test('settings overwritten by another actor → told, and mended by a new key', async () => {
    await setUp();
    await at.simulation.age(3600);
    await at.workspace.ask('PATCH', await sourcePath(at), { settings: { credentials: '{"type":"service_account"}' } });
    const check = await at.run({ ...toSegment(at), mode: 'check' });
    expect(driftOf(check)).toEqual([
      expect.stringMatching(/key: not in the source .* for sure: .* changed its settings later/),
    ]);
    const run = await at.run(toSegment(at));
    expect(run.code).toBe(0);
    expect((await sourceIn(at)).keyId).toBe(run.outputs['key_id']);
    expect((await at.run({ ...toSegment(at), mode: 'check' })).code).toBe(0);
  });
});

describe('a source that is not recorded', () => {
  const made = (): Promise<string> =>
    at.workspace.source({ location: 'EU', credentials: '{"type":"service_account"}' }, { slug: SLUG });

  test('apply → refused: adopt, or another slug', async () => {
    await made();
    const run = await at.run(toSegment(at));
    expect(errorsIn(run.stdout).join('\n')).toMatch(/not managed by this action.*adopt: true.*segment_source/);
    expect(writes(run.sent)).toEqual([]);
  });

  test('adopt → recorded, a probe shows that the setting is kept secret, the key is delivered; then check finds no drift', async () => {
    const id = await made();
    const run = await at.run({ ...toSegment(at), adopt: 'true' });
    expect({ code: run.code, log: readable(run.stdout) }).toMatchObject({ code: 0 });
    expect(await at.description()).toContain(`adopted-source=${id} at=s]`);
    expect(segmentWrites(run.sent)).toEqual(['POST /sources', 'DELETE /sources/ID', 'PATCH /sources/ID']);
    expect(await sourceIn(at)).toMatchObject({ id, keyId: run.outputs['key_id'] });
    expect(run.outputs['segment_source_id']).toBe(id);
    const check = await at.run({ ...toSegment(at), mode: 'check' });
    expect({ code: check.code, drift: driftOf(check) }).toEqual({ code: 0, drift: [] });
    const destroy = await at.run({ ...toSegment(at), mode: 'destroy', delete_source: 'true' });
    expect(readable(destroy.stdout)).toMatch(/was adopted, not created/);
    expect(segmentWrites(destroy.sent)).toEqual([]);
  });

  test('adopt where no slug matches → refused, all candidates named', async () => {
    const id = await at.workspace.source({ location: 'EU', credentials: '{}' }, { slug: 'warehouse' });
    const run = await at.run({ ...toSegment(at), adopt: 'true' });
    expect(errorsIn(run.stdout).join('\n')).toContain(`warehouse (${id})`);
    expect(writes(run.sent)).toEqual([]);
  });

  test('asked for by its ID, and another has that for its slug → the one with the ID', async () => {
    const id = await at.workspace.source({ location: 'EU', credentials: '{}' }, { slug: 'warehouse' });
    const shadow = await at.workspace.source({ location: 'EU', credentials: '{}' }, { slug: id });
    const run = await at.run({ ...toSegment(at), segment_source: id, adopt: 'true' });
    expect({ code: run.code, log: readable(run.stdout) }).toMatchObject({ code: 0 });
    expect(run.outputs['segment_source_id']).toBe(id);
    expect(segmentWrites(run.sent.filter(({ path }) => path === `/sources/${shadow}`))).toEqual([]);
    expect(await sourceIn(at, 'warehouse')).toMatchObject({ id, keyId: run.outputs['key_id'] });
  });

  test('a forged source= in the description → nothing of others is touched', async () => {
    await setUp();
    const id = await at.workspace.source({ location: 'EU', credentials: '{}' }, { slug: 'warehouse' });
    const forged = (await at.description()).replace(/ source=\w+/, ` source=${id}`);
    await at.owner(
      'PATCH',
      '/v1/projects/acme-analytics/serviceAccounts/segment-reverse-etl@acme-analytics.iam.gserviceaccount.com',
      {
        serviceAccount: { description: forged },
        updateMask: 'description',
      },
    );
    for (const mode of ['apply', 'rotate', 'destroy']) {
      const run = await at.run({ ...toSegment(at), mode, ...(mode === 'destroy' ? { delete_source: 'true' } : {}) });
      expect(segmentWrites(run.sent)).toEqual([]);
    }
    expect(await sourceIn(at, 'warehouse')).toMatchObject({ id, enabled: true });
  });
});

test('250 sources, ours on the second page → found; nothing of the others is printed or changed', async () => {
  for (let index = 0; index < 250; index += 1)
    await at.workspace.ask('POST', '/sources', {
      ...{ slug: `other-${String(index)}`, enabled: true, metadataId: BIGQUERY_METADATA },
      settings: { location: 'EU', credentials: '{}' },
    });
  await at.workspace.source({ location: 'EU', credentials: '{}' }, { slug: SLUG });
  const before = (await sourcesIn(at)).filter(({ slug }) => slug !== SLUG);
  const run = await at.run({ ...toSegment(at), adopt: 'true' });
  expect({ code: run.code, log: readable(run.stdout) }).toMatchObject({ code: 0 });
  expect([readable(run.stdout), run.summary, run.outputs['plan']].join('')).not.toContain('other-');
  expect((await sourcesIn(at)).filter(({ slug }) => slug !== SLUG)).toEqual(before);
}, 120_000);

describe('destroy', () => {
  test('→ the source is disabled and loses its key; then apply needs adopt alone', async () => {
    await setUp();
    const destroy = await at.run({ ...toSegment(at), mode: 'destroy' });
    expect(destroy.code).toBe(0);
    const { id, ...left } = await sourceIn(at);
    expect(left).toMatchObject({ enabled: false });
    expect(left.keyId ?? undefined).toBeUndefined();
    expect(readable(destroy.stdout)).toContain(`The next apply needs adopt: true for the source ${id}`);
    const refused = await at.run({ ...toSegment(at), adopt: 'false' });
    expect(refused.code).toBe(1);
    const again = await at.run({ ...toSegment(at), adopt: 'true' });
    expect({ code: again.code, log: readable(again.stdout) }).toMatchObject({ code: 0 });
    expect(await sourceIn(at)).toMatchObject({ id, enabled: true, keyId: again.outputs['key_id'] });
  });

  test('with delete_source → deleted, unless a model hangs on it', async () => {
    await setUp();
    const { id } = await sourceIn(at);
    const { model, destination } = await at.workspace.mapping(id);
    const refused = await at.run({ ...toSegment(at), mode: 'destroy', delete_source: 'true' });
    expect(errorsIn(refused.stdout).join('\n')).toContain(`the model Orders (${model})`);
    expect(writes(refused.sent)).toEqual([]);
    await at.workspace.ask('DELETE', `/destinations/${destination}`);
    await at.workspace.ask('DELETE', `/reverse-etl-models/${model}`);
    const destroy = await at.run({ ...toSegment(at), mode: 'destroy', delete_source: 'true' });
    expect({ code: destroy.code, log: readable(destroy.stdout) }).toMatchObject({ code: 0 });
    expect((await sourcesIn(at)).map(({ slug }) => slug)).toEqual(['website']);
  });
});

test('revoke → the mappings that fail from now on are named; the source is left as it is', async () => {
  await setUp();
  const { id } = await sourceIn(at);
  const { subscription } = await at.workspace.mapping(id, { query: 'SELECT 1 AS id' });
  const revoke = await at.run({ ...toSegment(at), mode: 'revoke' });
  expect(revoke.code).toBe(0);
  expect(warningsIn(revoke.stdout).join('\n')).toContain(`fail from now on: Upsert (${subscription}) into CRM`);
  expect(segmentWrites(revoke.sent)).toEqual([]);
  const without = await at.run({ mode: 'revoke' });
  expect(without.sent.filter(({ path }) => path.startsWith('/sources'))).toEqual([]);
});

test('the output plan → fits its schema', async () => {
  const { outputs } = await at.run({ ...toSegment(at), mode: 'plan' });
  const schema: unknown = JSON.parse(readFileSync(new URL('../../docs/plan.schema.json', import.meta.url), 'utf8'));
  const validate = new Ajv2020({ strict: true }).compile(schema as object);
  expect({ valid: validate(JSON.parse(outputs['plan'] ?? '')), errors: validate.errors }).toEqual({
    ...{ valid: true, errors: null },
  });
});
