/** Keys of service accounts: ten at most, the private half given out once. */
import { record, text } from '../json.ts';
import { next } from '../random.ts';
import { google, invalid } from '../refusal.ts';
import type { Context, Reply, Request, Route } from '../route.ts';
import { checkBody, checkQuery } from '../strict.ts';
import { NEVER } from '../world.ts';
import { accountName } from './account-fields.ts';
import { isEnforced, violation } from './constraint.ts';
import { look, requireAccount } from './find-account.ts';
import { keyFile, showKey, showSystemKey } from './key-view.ts';
import { keyPool } from './key-pool.ts';
import type { AccountState, KeyState } from './state.ts';

/** User-managed ones, disabled and expired ones included. */
const MOST_KEYS = 10;
const TYPES = ['TYPE_GOOGLE_CREDENTIALS_FILE', 'TYPE_UNSPECIFIED'];
const ALGORITHMS = ['KEY_ALG_RSA_2048', 'KEY_ALG_UNSPECIFIED'];

async function create(request: Request, context: Context): Promise<Reply> {
  checkQuery(request);
  checkBody(request.body, { privateKeyType: 'string', keyAlgorithm: 'string' });
  const account = requireAccount('iam.serviceAccountKeys.create', request, context);
  look(account, context);
  const { privateKeyType, keyAlgorithm } = record(request.body);
  if (!TYPES.includes(text(privateKeyType) ?? 'TYPE_UNSPECIFIED')) {
    throw invalid(`The simulator makes no keys of type ${String(privateKeyType)}.`);
  }
  if (!ALGORITHMS.includes(text(keyAlgorithm) ?? 'KEY_ALG_UNSPECIFIED')) {
    throw invalid(`The simulator makes no keys of algorithm ${String(keyAlgorithm)}.`);
  }
  requireRoom(account, context);
  const pair = await keyPool.take();
  // Room is asked for again: other requests were served meanwhile.
  requireRoom(account, context);
  const key = addKey(account, pair.publicKey, 'GOOGLE_PROVIDED', context);
  const file = keyFile(account, key, pair.privateKey);
  const privateKeyData = Buffer.from(file).toString('base64');
  const answer = { ...showKey(account, key), privateKeyType: 'TYPE_GOOGLE_CREDENTIALS_FILE', privateKeyData };
  return { status: 200, body: answer };
}

function requireRoom(account: AccountState, context: Context): void {
  if (isEnforced('iam.disableServiceAccountKeyCreation', account.project, context)) {
    const message = 'Key creation is not allowed on this service account.';
    throw violation('iam.disableServiceAccountKeyCreation', accountName(account), message);
  }
  if (account.disabled) throw unmet('The service account is disabled.');
  // Bare, without details: only the count tells it from other unmet preconditions.
  if (account.keys.length >= MOST_KEYS) throw unmet('Precondition check failed.');
}

function unmet(message: string): Error {
  return google(400, 'FAILED_PRECONDITION', message, { errors: true });
}

/** Adds a key to an account. @param publicKey - SPKI, PEM */
export function addKey(
  account: AccountState,
  publicKey: string,
  origin: KeyState['origin'],
  { world, now }: Pick<Context, 'world' | 'now'>,
): KeyState {
  const key: KeyState = {
    id: next(world).slice(0, 40),
    publicKey,
    validAfterTime: Math.floor(now / 1000) * 1000,
    validBeforeTime: NEVER,
    origin,
    disabled: false,
    addedAt: now,
  };
  account.keys.push(key);
  return key;
}

function find(permission: string, request: Request, context: Context): { account: AccountState; key: KeyState } {
  const account = requireAccount(permission, request, context);
  const key = account.keys.find(({ id }) => id === request.params['key']);
  if (key === undefined) {
    const name = `${accountName(account)}/keys/${request.params['key'] ?? ''}`;
    throw google(404, 'NOT_FOUND', `Service account key ${name} does not exist.`, { errors: true });
  }
  return { account, key };
}

function listAll(request: Request, context: Context): Reply {
  checkQuery(request, 'keyTypes');
  const account = requireAccount('iam.serviceAccountKeys.list', request, context);
  const types = request.query.getAll('keyTypes');
  const isAsked = (type: string): boolean => types.length === 0 || types.includes(type);
  const keys = [
    ...(isAsked('USER_MANAGED') ? account.keys.map((key) => showKey(account, key)) : []),
    ...(isAsked('SYSTEM_MANAGED') ? [showSystemKey(account)] : []),
  ];
  return { status: 200, body: keys.length === 0 ? {} : { keys } };
}

function get(request: Request, context: Context): Reply {
  checkQuery(request, 'publicKeyType');
  const { account, key } = find('iam.serviceAccountKeys.get', request, context);
  const type = request.query.get('publicKeyType');
  if (type !== null && type !== 'TYPE_NONE' && type !== 'TYPE_RAW_PUBLIC_KEY') {
    throw invalid(`The simulator has no certificates: publicKeyType ${type} is not supported.`);
  }
  const publicKeyData = Buffer.from(key.publicKey).toString('base64');
  return {
    status: 200,
    body: { ...showKey(account, key), ...(type === 'TYPE_RAW_PUBLIC_KEY' ? { publicKeyData } : {}) },
  };
}

function setDisabled(disabled: boolean): Route['handle'] {
  return (request, context) => {
    checkQuery(request);
    checkBody(
      request.body,
      disabled ? { serviceAccountKeyDisableReason: 'string', extendedStatusMessage: 'string' } : {},
    );
    const permission = disabled ? 'iam.serviceAccountKeys.disable' : 'iam.serviceAccountKeys.enable';
    const { key } = find(permission, request, context);
    key.disabled = disabled;
    if (disabled) key.disableReason ??= 'SERVICE_ACCOUNT_KEY_DISABLE_REASON_USER_INITIATED';
    else delete key.disableReason;
    return { status: 200, body: {} };
  };
}

function remove(request: Request, context: Context): Reply {
  checkQuery(request);
  const { account, key } = find('iam.serviceAccountKeys.delete', request, context);
  account.keys = account.keys.filter((other) => other !== key);
  return { status: 200, body: {} };
}

export const keyRoutes: Route[] = [
  { on: 'GET /v1/projects/{project}/serviceAccounts/{account}/keys', handle: listAll },
  { on: 'POST /v1/projects/{project}/serviceAccounts/{account}/keys', handle: create },
  { on: 'GET /v1/projects/{project}/serviceAccounts/{account}/keys/{key}', handle: get },
  { on: 'DELETE /v1/projects/{project}/serviceAccounts/{account}/keys/{key}', handle: remove },
  { on: 'POST /v1/projects/{project}/serviceAccounts/{account}/keys/{key}:disable', handle: setDisabled(true) },
  { on: 'POST /v1/projects/{project}/serviceAccounts/{account}/keys/{key}:enable', handle: setDisabled(false) },
];
