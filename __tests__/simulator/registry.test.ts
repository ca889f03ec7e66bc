import { describe, expect, test } from '@jest/globals';
import { REFUSING_FAULTS } from '../../simulator/engine/envelope.ts';
import { services } from '../../simulator/registry.ts';
import { PROJECT, lab } from './world.ts';

const at = lab();

/** A request that a pattern fits. */
const example = (on: string): string => on.replace(/\{\w+\}/g, 'x');

test('every service has a name and a part of the world of its own, and no route is served twice', () => {
  const names = services.map(({ name }) => name);
  const parts = services.flatMap(({ state }) => state?.key ?? []);
  const routes = services.flatMap((service) => service.routes.map(({ on }) => on));
  for (const list of [names, parts, routes]) expect(new Set(list).size).toBe(list.length);
  expect(Object.keys(at.world)).toEqual(expect.arrayContaining([...parts, 'weather', 'randomState']));
});

test('what Google describes is served from its description', () => {
  const google = services.filter(({ name }) => !['gitHub', 'segment'].includes(name));
  const undescribed = google
    .flatMap((service) => service.routes)
    .filter(({ contract }) => contract === undefined)
    .map(({ on }) => on);
  expect(undescribed).toEqual([
    'GET /$discovery/rest',
    'GET /discovery/v1/apis/bigquery/v2/rest',
    'GET /_runner/oidc/token',
    'GET /_runner/oidc/jwks',
    'POST /token',
    'GET /tokeninfo',
  ]);
});

describe.each(services.map((service) => [service.name, service] as const))('%s', (_name, service) => {
  const on = example(service.routes[0]?.on ?? '');
  const [method = '', path = ''] = on.split(' ');

  test.each(REFUSING_FAULTS)('says in its own words: %s', async (fault) => {
    const expected = service.envelope.refuse(fault, { method, path }).reply;
    await at.send('POST /_simulator/faults', [{ on, do: fault }]);
    const { status, body } = await at.send(on, method === 'GET' ? undefined : {});
    expect({ status, body }).toEqual({ status: expected.status, body: expected.body });
  });

  test('refuses, of every method that is described, a parameter and a field that it does not know', async () => {
    for (const { on: pattern, contract } of service.routes) {
      if (contract === undefined) continue;
      const unknown = (how: string): unknown =>
        service.envelope.malformed(`Invalid JSON payload received. Unknown name "nonsense": ${how}`).reply;
      const ask = async (sent: string, body?: object): Promise<unknown> => {
        const { status, body: reply } = await at.send(sent, body);
        return { status, body: reply };
      };
      const request = example(pattern);
      expect(await ask(`${request}?nonsense=1`)).toEqual(unknown('Cannot bind query parameter.'));
      if (!request.startsWith('GET '))
        expect(await ask(request, { nonsense: 1 })).toEqual(unknown('Cannot find field.'));
    }
  });

  test('tells its variables, and its APIs can be switched off', async () => {
    for (const name of Object.keys(service.environment?.('http://x', at.world) ?? {}))
      expect(at.env[name]).toEqual(expect.any(String));
    for (const { name, title } of service.apis ?? []) {
      const { body } = await at.send(`POST /v1/projects/${PROJECT}/services/${name}:disable`, {});
      expect(body['response']).toMatchObject({ service: { config: { name, title }, state: 'DISABLED' } });
      await at.send(`POST /_simulator/reset`);
    }
    if (service.requires !== undefined) expect(service.apis?.map(({ name }) => name)).toContain(service.requires);
  });

  test('keeps its secrets out of the journal, however they are spelled', async () => {
    const fields = service.secrets?.fields('/repos/x/secrets/x') ?? [];
    await at.send('DELETE /_simulator/journal');
    await at.send('POST /nowhere', Object.fromEntries(fields.map((name) => [name.toUpperCase(), 'hush'])));
    const { body } = await at.send('GET /_simulator/journal');
    expect(JSON.stringify(body)).not.toContain('hush');
  });
});

test('what no service lets change is refused, and nothing is changed', async () => {
  const changes = { constraints: { [PROJECT]: ['x'] }, constructor: {} };
  expect((await at.send('POST /_simulator/change', changes)).said).toContain('Unknown name "constructor"');
  expect(JSON.stringify(at.world)).not.toContain('"x"');
});
