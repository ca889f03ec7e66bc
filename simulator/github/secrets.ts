/** Actions secrets of a repository: sealed boxes are really opened. */
import sodium from 'libsodium-wrappers';
import { gitHub } from '../refusal.ts';
import type { Context, Reply, Request, Route } from '../route.ts';
import { openRepository } from './access.ts';
import { checkSize, nameOf, readStrings, spellName } from './names.ts';
import { page } from './paging.ts';
import type { GitHubState, SecretState } from './state.ts';

const MOST_SECRETS = 100;
const ALL = '/repos/{owner}/{repo}/actions/secrets';

function answer(name: string, secret: SecretState): Record<string, string> {
  // GitHub tells whole seconds; milliseconds here, so that a change within one second can be told in tests.
  return {
    name,
    created_at: new Date(secret.createdAt).toISOString(),
    updated_at: new Date(secret.updatedAt).toISOString(),
  };
}

function getPublicKey(request: Request, context: Context): Reply {
  openRepository(request, context);
  return { status: 200, body: { key_id: context.world.gitHub.keyId, key: context.world.gitHub.publicKey } };
}

function listSecrets(request: Request, context: Context): Reply {
  const secrets = Object.entries(openRepository(request, context).secrets)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, secret]) => answer(name, secret));
  return { status: 200, body: page('secrets', secrets, request, { usual: 30, most: 100 }) };
}

function getSecret(request: Request, context: Context): Reply {
  const secret = openRepository(request, context).secrets[nameOf(request)];
  if (secret === undefined) throw gitHub(404, 'Not Found');
  return { status: 200, body: answer(nameOf(request), secret) };
}

async function putSecret(request: Request, context: Context): Promise<Reply> {
  const { secrets } = openRepository(request, context);
  const { gitHub: state } = context.world;
  const name = spellName(request.params['name'] ?? '', 'Secret');
  const fields = ['encrypted_value', 'key_id'] as const;
  const { encrypted_value: sealed = '', key_id } = readStrings(request, { required: fields, known: fields });
  if (key_id !== state.keyId) throw gitHub(422, 'The key_id does not match the current public key.');
  const value = await unseal(sealed, state);
  checkSize(value);
  // Looked up only now: while the box was opened, another request may have been answered.
  const existing = secrets[name];
  if (existing === undefined && Object.keys(secrets).length >= MOST_SECRETS)
    throw gitHub(422, `A repository has at most ${String(MOST_SECRETS)} secrets.`);
  secrets[name] = { value, createdAt: existing?.createdAt ?? context.now, updatedAt: context.now };
  return existing === undefined ? { status: 201, body: {} } : { status: 204 };
}

/** What was sealed for the store's public key. Throws 422 for what was sealed for another, or not at all. */
async function unseal(sealed: string, { publicKey, privateKey }: GitHubState): Promise<string> {
  await sodium.ready;
  const bytes = (base64: string): Uint8Array => sodium.from_base64(base64, sodium.base64_variants.ORIGINAL);
  try {
    const opened = sodium.crypto_box_seal_open(bytes(sealed), bytes(publicKey), bytes(privateKey));
    return new TextDecoder('utf-8', { fatal: true }).decode(opened);
  } catch {
    throw gitHub(422, 'The encrypted value could not be decrypted.');
  }
}

function deleteSecret(request: Request, context: Context): Reply {
  const repository = openRepository(request, context);
  const name = nameOf(request);
  if (repository.secrets[name] === undefined) throw gitHub(404, 'Not Found');
  repository.secrets = Object.fromEntries(Object.entries(repository.secrets).filter(([one]) => one !== name));
  return { status: 204 };
}

export const secretRoutes: Route[] = [
  { on: `GET ${ALL}/public-key`, handle: getPublicKey },
  { on: `GET ${ALL}`, handle: listSecrets },
  { on: `GET ${ALL}/{name}`, handle: getSecret },
  { on: `PUT ${ALL}/{name}`, handle: putSecret },
  { on: `DELETE ${ALL}/{name}`, handle: deleteSecret },
];
