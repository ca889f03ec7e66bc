/** Actions secrets of a repository: sealed boxes are really opened. */
import sodium from 'libsodium-wrappers';
import { record, text } from '../json.ts';
import { gitHub } from '../refusal.ts';
import type { Context, Reply, Request, Route } from '../route.ts';
import { openRepository } from './access.ts';
import type { SecretState } from './state.ts';

const MOST_BYTES = 48 * 1024;
const ALL = '/repos/{owner}/{repo}/actions/secrets';

function answer(name: string, secret: SecretState): Record<string, string> {
  // GitHub tells whole seconds; milliseconds here, so that a change within one second can be told in tests.
  return {
    name,
    created_at: new Date(secret.createdAt).toISOString(),
    updated_at: new Date(secret.updatedAt).toISOString(),
  };
}

/** Checks and spells a name of a secret or a variable. */
export function nameOf(given: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(given))
    throw gitHub(
      422,
      'Secret names can only contain alphanumeric characters ([a-z], [A-Z], [0-9]) or underscores (_). Spaces are not allowed. Must start with a letter ([a-z], [A-Z]) or underscores (_).',
    );
  if (/^GITHUB_/i.test(given)) throw gitHub(422, 'Secret names must not start with GITHUB_.');
  return given.toUpperCase();
}

async function put(request: Request, context: Context): Promise<Reply> {
  const repository = openRepository(request, context);
  const { gitHub: state } = context.world;
  const name = nameOf(request.params['name'] ?? '');
  const body = record(request.body);
  if (body['key_id'] !== state.keyId) throw gitHub(422, 'The key_id does not match the current public key.');
  await sodium.ready;
  const bytes = (value: string): Uint8Array => sodium.from_base64(value, sodium.base64_variants.ORIGINAL);
  let value: string;
  try {
    value = sodium.to_string(
      sodium.crypto_box_seal_open(
        bytes(text(body['encrypted_value']) ?? ''),
        bytes(state.publicKey),
        bytes(state.privateKey),
      ),
    );
  } catch {
    throw gitHub(422, 'The encrypted value could not be decrypted.');
  }
  if (Buffer.byteLength(value) > MOST_BYTES) throw gitHub(422, 'The secret value is too large: 48 KB at most.');
  const existing = repository.secrets[name];
  repository.secrets[name] = { value, createdAt: existing?.createdAt ?? context.now, updatedAt: context.now };
  return existing === undefined ? { status: 201, body: {} } : { status: 204 };
}

function find(request: Request, context: Context): [string, SecretState] {
  const repository = openRepository(request, context);
  const name = (request.params['name'] ?? '').toUpperCase();
  const secret = repository.secrets[name];
  if (secret === undefined) throw gitHub(404, 'Not Found');
  return [name, secret];
}

export const secretRoutes: Route[] = [
  {
    on: `GET ${ALL}/public-key`,
    handle: (request, context) => {
      openRepository(request, context);
      return { status: 200, body: { key_id: context.world.gitHub.keyId, key: context.world.gitHub.publicKey } };
    },
  },
  {
    on: `GET ${ALL}`,
    handle: (request, context) => {
      const secrets = Object.entries(openRepository(request, context).secrets).map(([name, secret]) =>
        answer(name, secret),
      );
      return { status: 200, body: { total_count: secrets.length, secrets } };
    },
  },
  { on: `GET ${ALL}/{name}`, handle: (request, context) => ({ status: 200, body: answer(...find(request, context)) }) },
  { on: `PUT ${ALL}/{name}`, handle: put },
  {
    on: `DELETE ${ALL}/{name}`,
    handle: (request, context) => {
      const [name] = find(request, context);
      const repository = openRepository(request, context);
      repository.secrets = Object.fromEntries(Object.entries(repository.secrets).filter(([one]) => one !== name));
      return { status: 204 };
    },
  },
];
