/** Keys of a service account: the private half is given out once, and really works. */
import type { AccountState, KeyState } from '../directory/iam.ts';
import { isoSeconds, record, text } from '../engine/json.ts';
import { nextFraction, sightOf } from '../engine/lag.ts';
import { denied, google } from '../engine/refusal.ts';
import type { Context, Reply, Request, Route } from '../engine/route.ts';
import { findAccount } from './accounts.ts';
import { answer } from './key-answer.ts';
import { create, upload } from './key-making.ts';
import { serveMethod } from './method.ts';

const REASON = 'SERVICE_ACCOUNT_KEY_DISABLE_REASON_';

/** The public half, in the form that was asked for. */
function publicKeyData(key: KeyState, request: Request): Record<string, string> {
  const type = request.query.get('publicKeyType') ?? 'TYPE_NONE';
  const pem = type === 'TYPE_RAW_PUBLIC_KEY' ? key.publicKey : key.certificate;
  if (type === 'TYPE_NONE') return {};
  if (pem === undefined)
    throw google(501, 'UNIMPLEMENTED', 'This simulator has no certificates of keys that it made.', {});
  return { publicKeyData: Buffer.from(pem).toString('base64') };
}

/** The key of a path, for who may do this with it. */
function findKey(request: Request, context: Context, permission: string): [KeyState, AccountState] {
  const account = findAccount(request, context, permission);
  const id = request.params['key'] ?? '';
  const { live } = context;
  const missing = google(404, 'NOT_FOUND', `Service account key ${id} does not exist.`, { reason: 'notFound' });
  const forbidden = denied(permission, `projects/${account.project}/serviceAccounts/${account.email}/keys/${id}`);
  const key = account.keys.find((one) => one.id === id);
  if (key === undefined) {
    const isFormer = live.weather.denies && account.formerKeys.includes(id);
    throw isFormer && nextFraction(live, `former ${id}`) < 0.5 ? forbidden : missing;
  }
  const sight = sightOf(key, 'key', context);
  if (sight !== 'shown') throw sight === 'denied' ? forbidden : missing;
  return [key, account];
}

function listKeys(request: Request, context: Context): Reply {
  const account = findAccount(request, context, 'iam.serviceAccountKeys.list');
  const types = request.query.getAll('keyTypes');
  const isAsked = (type: string): boolean => types.length === 0 || types.includes(type);
  const isShown = (key: KeyState): boolean => sightOf(key, 'key', context) === 'shown';
  const system = {
    name: `projects/${account.project}/serviceAccounts/${account.email}/keys/5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e`,
    validAfterTime: isoSeconds(context.now - 86_400_000),
    validBeforeTime: isoSeconds(context.now + 14 * 86_400_000),
    keyAlgorithm: 'KEY_ALG_RSA_2048',
    keyOrigin: 'GOOGLE_PROVIDED',
    keyType: 'SYSTEM_MANAGED',
  };
  const keys = [
    ...(isAsked('SYSTEM_MANAGED') ? [system] : []),
    ...(isAsked('USER_MANAGED') ? account.keys.filter(isShown).map((key) => answer(account, key)) : []),
  ];
  return { status: 200, body: keys.length === 0 ? {} : { keys } };
}

function getKey(request: Request, context: Context): Reply {
  const [key, account] = findKey(request, context, 'iam.serviceAccountKeys.get');
  return { status: 200, body: { ...answer(account, key), ...publicKeyData(key, request) } };
}

function deleteKey(request: Request, context: Context): Reply {
  const [key, account] = findKey(request, context, 'iam.serviceAccountKeys.delete');
  account.keys = account.keys.filter((one) => one !== key);
  account.formerKeys.push(key.id);
  return { status: 200, body: {} };
}

function disableKey(request: Request, context: Context): Reply {
  const [key] = findKey(request, context, 'iam.serviceAccountKeys.disable');
  const reason = text(record(request.body)['serviceAccountKeyDisableReason']) ?? `${REASON}UNSPECIFIED`;
  key.disabled = true;
  key.disableReason = reason === `${REASON}UNSPECIFIED` ? `${REASON}USER_INITIATED` : reason;
  return { status: 200, body: {} };
}

function enableKey(request: Request, context: Context): Reply {
  const [key] = findKey(request, context, 'iam.serviceAccountKeys.enable');
  key.disabled = false;
  delete key.disableReason;
  return { status: 200, body: {} };
}

export const keyRoutes: Route[] = [
  serveMethod('projects.serviceAccounts.keys.create', create),
  serveMethod('projects.serviceAccounts.keys.upload', upload),
  serveMethod('projects.serviceAccounts.keys.list', listKeys),
  serveMethod('projects.serviceAccounts.keys.get', getKey),
  serveMethod('projects.serviceAccounts.keys.delete', deleteKey),
  serveMethod('projects.serviceAccounts.keys.disable', disableKey),
  serveMethod('projects.serviceAccounts.keys.enable', enableKey),
];
