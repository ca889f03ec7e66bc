/** Keys of a service account: the private half is given out once, and really works. */
import { isoSeconds, list, record, text } from '../json.ts';
import { google, invalid } from '../refusal.ts';
import type { Request, Route } from '../route.ts';
import { checkBody, checkQuery } from '../shape.ts';
import { findAccount } from './accounts.ts';
import { answer } from './key-answer.ts';
import { create, upload } from './key-making.ts';
import type { AccountState, KeyState } from './state.ts';

const REASON = 'SERVICE_ACCOUNT_KEY_DISABLE_REASON_';
const REASONS = ['UNSPECIFIED', 'USER_INITIATED', 'EXPOSED', 'COMPROMISE_DETECTED'].map((reason) => REASON + reason);

/** The public half, in the form that was asked for. */
function publicKeyData(key: KeyState, request: Request): Record<string, string> {
  const type = request.query.get('publicKeyType') ?? 'TYPE_NONE';
  const pem = type === 'TYPE_RAW_PUBLIC_KEY' ? key.publicKey : key.certificate;
  if (type === 'TYPE_NONE') return {};
  if (!['TYPE_RAW_PUBLIC_KEY', 'TYPE_X509_PEM_FILE'].includes(type)) throw invalid(`Invalid public key type: ${type}`);
  if (pem === undefined)
    throw google(501, 'UNIMPLEMENTED', 'This simulator has no certificates of keys that it made.', {});
  return { publicKeyData: Buffer.from(pem).toString('base64') };
}

function findKey(request: Request, account: AccountState): KeyState {
  const id = request.params['key'] ?? '';
  const key = account.keys.find((one) => one.id === id);
  if (key === undefined)
    throw google(404, 'NOT_FOUND', `Service account key ${id} does not exist.`, { reason: 'notFound' });
  return key;
}

const ALL = '/v1/projects/{project}/serviceAccounts/{account}/keys';

export const keyRoutes: Route[] = [
  { on: `POST ${ALL}`, handle: create },
  { on: `POST ${ALL}:upload`, handle: upload },
  {
    on: `GET ${ALL}`,
    handle: (request, context) => {
      const account = findAccount(request, context, 'iam.serviceAccountKeys.list');
      checkQuery(request, 'keyTypes');
      const types = list(request.query.getAll('keyTypes'));
      const system = {
        name: `projects/${account.project}/serviceAccounts/${account.email}/keys/5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e`,
        validAfterTime: isoSeconds(context.now - 86_400_000),
        validBeforeTime: isoSeconds(context.now + 14 * 86_400_000),
        keyAlgorithm: 'KEY_ALG_RSA_2048',
        keyOrigin: 'GOOGLE_PROVIDED',
        keyType: 'SYSTEM_MANAGED',
      };
      const keys = [
        ...(types.length === 0 || types.includes('SYSTEM_MANAGED') ? [system] : []),
        ...(types.length === 0 || types.includes('USER_MANAGED')
          ? account.keys.map((key) => answer(account, key))
          : []),
      ];
      return { status: 200, body: keys.length === 0 ? {} : { keys } };
    },
  },
  {
    on: `GET ${ALL}/{key}`,
    handle: (request, context) => {
      const account = findAccount(request, context, 'iam.serviceAccountKeys.get');
      checkQuery(request, 'publicKeyType');
      const key = findKey(request, account);
      return { status: 200, body: { ...answer(account, key), ...publicKeyData(key, request) } };
    },
  },
  {
    on: `DELETE ${ALL}/{key}`,
    handle: (request, context) => {
      const account = findAccount(request, context, 'iam.serviceAccountKeys.delete');
      const key = findKey(request, account);
      account.keys = account.keys.filter((one) => one !== key);
      return { status: 200, body: {} };
    },
  },
  {
    on: `POST ${ALL}/{key}:disable`,
    handle: (request, context) => {
      const key = findKey(request, findAccount(request, context, 'iam.serviceAccountKeys.disable'));
      checkBody(request.body, { serviceAccountKeyDisableReason: true, extendedStatusMessage: true });
      const reason = text(record(request.body)['serviceAccountKeyDisableReason']) ?? `${REASON}UNSPECIFIED`;
      if (!REASONS.includes(reason)) throw invalid(`Invalid disable reason: ${reason}`);
      key.disabled = true;
      key.disableReason = reason === `${REASON}UNSPECIFIED` ? `${REASON}USER_INITIATED` : reason;
      return { status: 200, body: {} };
    },
  },
  {
    on: `POST ${ALL}/{key}:enable`,
    handle: (request, context) => {
      const key = findKey(request, findAccount(request, context, 'iam.serviceAccountKeys.enable'));
      key.disabled = false;
      delete key.disableReason;
      return { status: 200, body: {} };
    },
  },
];
