/** Actions secrets: sealed boxes are really opened. */
import sodium from 'libsodium-wrappers';
import type { Context, Reply, Request } from '../engine/route.ts';
import { readAudience } from './audience.ts';
import { checkRoom, entryHandlers } from './entries.ts';
import { gitHub } from './envelope.ts';
import { checkSize, nameOf, readStrings, spellName } from './names.ts';
import type { StoreState } from './state.ts';
import type { OpenStore, StoreHandler } from './stores.ts';

function getPublicKey(_request: Request, _context: Context, { state }: OpenStore): Reply {
  return { status: 200, body: { key_id: state.keyId, key: state.publicKey } };
}

async function putSecret(request: Request, context: Context, store: OpenStore): Promise<Reply> {
  const name = spellName(nameOf(request), 'Secret');
  const { state } = store;
  const fields = ['encrypted_value', 'key_id'] as const;
  const { encrypted_value: sealed = '', key_id } = readStrings(request, {
    required: store.kind.isShared ? [...fields, 'visibility'] : fields,
    known: fields,
    isShared: store.kind.isShared,
  });
  if (key_id !== state.keyId) throw gitHub(422, 'The key_id does not match the current public key.');
  const value = await unseal(sealed, state);
  checkSize(value);
  // Looked up only now: while the box was opened, another request may have been answered.
  const existing = state.secrets[name];
  if (existing === undefined) checkRoom(store);
  const audience = readAudience(request, context, { store, before: existing ?? {} });
  state.secrets[name] = {
    value,
    createdAt: existing?.createdAt ?? context.now,
    updatedAt: context.now,
    ...audience,
  };
  return existing === undefined ? { status: 201, body: {} } : { status: 204 };
}

/** What was sealed for the store's public key. Throws 422 for what was sealed for another, or not at all. */
async function unseal(sealed: string, { publicKey, privateKey }: StoreState): Promise<string> {
  await sodium.ready;
  const bytes = (base64: string): Uint8Array => sodium.from_base64(base64, sodium.base64_variants.ORIGINAL);
  try {
    const opened = sodium.crypto_box_seal_open(bytes(sealed), bytes(publicKey), bytes(privateKey));
    return new TextDecoder('utf-8', { fatal: true }).decode(opened);
  } catch {
    throw gitHub(422, 'The encrypted value could not be decrypted.');
  }
}

export const secretHandlers: Readonly<Record<string, StoreHandler>> = {
  'GET /public-key': getPublicKey,
  ...entryHandlers,
  'PUT /{name}': putSecret,
};
