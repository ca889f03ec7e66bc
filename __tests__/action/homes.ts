import type { Stage } from '../../harness/stage.ts';
import { SLUG, sourcesIn } from './segment-world.ts';

/** A place, or several, where a key can live. */
export interface Home {
  readonly name: string;
  readonly places: readonly Place[];
  readonly inputs: (env: Readonly<Record<string, string>>) => Record<string, string>;
}

type Place = 'output' | 'repository' | 'environment' | 'organization' | 'secret-manager' | 'segment';

export const SECRET = 'projects/acme-analytics/secrets/segment-key';
const NAME = 'SEGMENT_BIGQUERY_CREDENTIALS';
const gitHub = (env: Readonly<Record<string, string>>): Record<string, string> => ({
  key_delivery: 'github-secret',
  github_token: env['SIMULATOR_GITHUB_TOKEN'] ?? '',
});

export const homes: Home[] = [
  { name: 'the output', places: ['output'], inputs: () => ({}) },
  { name: 'a repository secret', places: ['repository'], inputs: gitHub },
  {
    name: 'an environment secret',
    places: ['environment'],
    inputs: (env) => ({ ...gitHub(env), secret_scope: 'environment:production' }),
  },
  {
    name: 'an organization secret',
    places: ['organization'],
    inputs: (env) => ({
      ...gitHub(env),
      secret_scope: 'organization:acme',
      secret_visibility: 'selected',
      secret_repositories: 'data-platform',
    }),
  },
  {
    name: 'Secret Manager',
    places: ['secret-manager'],
    inputs: () => ({ key_delivery: 'secret-manager', secret_manager_secret: SECRET }),
  },
  {
    name: 'two secrets',
    places: ['repository', 'secret-manager'],
    inputs: (env) => ({ ...gitHub(env), key_delivery: 'github-secret secret-manager', secret_manager_secret: SECRET }),
  },
  {
    // Nobody can read which key is in Segment; the secret beside it tells.
    name: 'Segment, beside a repository secret',
    places: ['repository', 'segment'],
    inputs: (env) => ({
      ...gitHub(env),
      ...{ key_delivery: 'github-secret, segment', key_retirement: 'elapsed' },
      segment_token: env['SIMULATOR_SEGMENT_TOKEN'] ?? '',
    }),
  },
  {
    name: 'all of them',
    places: ['output', 'repository', 'secret-manager'],
    inputs: (env) => ({
      ...gitHub(env),
      key_delivery: 'output, github-secret, secret-manager',
      secret_manager_secret: SECRET,
    }),
  },
];

/** What must be there before a key can come: Secret Manager's secret is its owner's to make. */
export async function prepareHomes(at: Stage): Promise<void> {
  await at.simulation.asOwner('POST', '/v1/projects/acme-analytics/secrets?secretId=segment-key', {
    replication: { automatic: {} },
  });
}

interface Store {
  readonly secrets: Record<string, { value: string }>;
}

interface GitHubWorld {
  readonly gitHub: {
    readonly repositories: Record<string, Store & { environments: Record<string, Store> }>;
    readonly organisations: Record<string, Store>;
  };
}

/** The key files that a home holds at this moment; an output holds what the last run that issued has set. */
export async function holdings(at: Stage, home: Home, output: string | undefined): Promise<string[]> {
  const { gitHub: state } = (await at.simulation.world()) as unknown as GitHubWorld;
  const repository = state.repositories['acme/data-platform'];
  const read: Record<Place, () => Promise<string | undefined>> = {
    output: () => Promise.resolve(output),
    repository: () => Promise.resolve(repository?.secrets[NAME]?.value),
    environment: () => Promise.resolve(repository?.environments['production']?.secrets[NAME]?.value),
    organization: () => Promise.resolve(state.organisations['acme']?.secrets[NAME]?.value),
    'secret-manager': () => latestVersion(at),
    segment: () => inSegment(at, repository?.secrets[NAME]?.value),
  };
  const held = await Promise.all(home.places.map((place) => read[place]()));
  return held.filter((file) => file !== undefined);
}

async function latestVersion(at: Stage): Promise<string | undefined> {
  const reply = await at.simulation.asOwner('GET', `/v1/${SECRET}/versions/latest:access`);
  const data = (reply.body as { payload?: { data?: string } } | undefined)?.payload?.data;
  return data === undefined ? undefined : Buffer.from(data, 'base64').toString();
}

/** The key file in the source, if it is the one that is known from elsewhere. */
async function inSegment(at: Stage, known: string | undefined): Promise<string | undefined> {
  const { private_key_id: id } = JSON.parse(known ?? '{}') as { private_key_id?: string };
  const source = (await sourcesIn(at)).find(({ slug }) => slug === SLUG);
  const held = source?.keyId ?? undefined;
  if (held === undefined) return undefined;
  if (held !== id) throw new Error(`Segment holds the key ${held}, and the secret ${id ?? 'none'}`);
  return known;
}
