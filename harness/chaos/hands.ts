/** What people do behind the action's back. Where there is nothing to do it to, nothing is done. */
import { gitHubState } from '../../simulator/github/part.ts';
import { secretManagerState } from '../../simulator/secretmanager/state.ts';
import type { Inside } from '../inside.ts';
import { accountIn, keysIn, recordIn } from '../key-rules.ts';
import { ACCOUNT_PATH, ROLE, SECRETS_PATH } from '../names.ts';
import type { HandName } from './story.ts';

const NAME = 'SEGMENT_BIGQUERY_CREDENTIALS';
export const MANAGED = 'projects/acme-analytics/secrets/segment-key';

/** What came of it. */
export interface Handled {
  /** Ids of keys that somebody made. */
  readonly made: readonly string[];
  /** Ids of keys that somebody ended. */
  readonly ended: readonly string[];
}

const NOTHING: Handled = { made: [], ended: [] };

export async function byHand(at: Inside, what: HandName): Promise<Handled> {
  try {
    return await tried(at, what);
  } catch {
    return NOTHING; // What is not there, or does not show yet, cannot be changed; people try again some other day.
  }
}

async function tried(at: Inside, what: HandName): Promise<Handled> {
  const { world } = at.controls;
  if (
    accountIn(world) === undefined &&
    !['overwrite secret', 'delete secret', 'delete variable', 'add version'].includes(what)
  )
    return NOTHING;
  const { key } = recordIn(world);
  const current = keysIn(world).find(({ id }) => key !== undefined && id.startsWith(key));
  const ended = current === undefined ? NOTHING : { made: [], ended: [current.id] };
  switch (what) {
    case 'add key': {
      if (keysIn(world).length >= 8) return NOTHING; // Google's limit is not what this is about.
      const { name } = await at.owner('POST', `${ACCOUNT_PATH}/keys`, {});
      return { made: [String(name).split('/').at(-1) ?? ''], ended: [] };
    }
    case 'delete current key':
      if (current !== undefined) await at.owner('DELETE', `${ACCOUNT_PATH}/keys/${current.id}`);
      return ended;
    case 'disable current key':
      if (current !== undefined) await at.owner('POST', `${ACCOUNT_PATH}/keys/${current.id}:disable`, {});
      return ended;
    case 'enable account':
      await at.owner('POST', `${ACCOUNT_PATH}:enable`, {});
      return NOTHING;
    case 'delete role':
      await at.owner('DELETE', `/v1/${ROLE}`);
      return NOTHING;
    case 'unbind':
      await at.unbind();
      return NOTHING;
    case 'drop entry':
      await at.changeEntries(() => []);
      return NOTHING;
    case 'add version':
      await at.owner('POST', `/v1/${MANAGED}:addVersion`, {
        payload: { data: Buffer.from('{"mine":true}').toString('base64') },
      });
      return NOTHING;
    case 'overwrite secret':
    case 'delete secret':
    case 'delete variable':
      await inGitHub(at, what);
      return NOTHING;
  }
}

/** A secret of GitHub is written over by the world's own hand: sealing it is not what this is about. */
async function inGitHub(at: Inside, what: 'overwrite secret' | 'delete secret' | 'delete variable'): Promise<void> {
  if (what === 'delete variable') await at.owner('DELETE', `${SECRETS_PATH}/variables/${NAME}_KEY_ID`);
  else if (what === 'delete secret') await at.owner('DELETE', `${SECRETS_PATH}/secrets/${NAME}`);
  else overwrite(at);
}

function overwrite(at: Inside): void {
  const repository = repositoryIn(at);
  const secret = repository?.secrets[NAME];
  if (secret === undefined) return;
  secret.value = '{"mine":true}';
  secret.updatedAt = Date.now();
}

function repositoryIn(at: Inside): ReturnType<typeof gitHubState>['repositories'][string] | undefined {
  return gitHubState(at.controls.world).repositories['acme/data-platform'];
}

/** Before anything: what only an owner may make. */
export async function furnish(at: Inside): Promise<void> {
  await at.owner('POST', '/v1/projects/acme-analytics/secrets?secretId=segment-key', {
    replication: { automatic: {} },
  });
  await at.makeDataset('shop');
  await at.setPolicy((policy) => ({
    ...policy,
    bindings: [...policy.bindings, { role: 'roles/viewer', members: ['user:ann@acme.example'] }],
  }));
}

/** What is somebody else's, and must stay as it is. */
export function othersIn(at: Inside): unknown {
  const { world } = at.controls;
  const { secrets = {}, variables = {} } = repositoryIn(at) ?? {};
  const isTheirs = ([name]: readonly [string, unknown]): boolean => !name.startsWith(NAME);
  return {
    secrets: Object.entries(secrets).filter(isTheirs),
    variables: Object.entries(variables).filter(isTheirs),
    versions: (secretManagerState(world).secrets[MANAGED]?.versions ?? [])
      .filter(({ data }) => data === Buffer.from('{"mine":true}').toString('base64'))
      .map(({ number, state }) => [number, state]),
  };
}
