/** Keys of a service account: the private half is given out once, and really works. */
import { NEVER } from '../world.ts';
import { isoSeconds, list, record, text } from '../json.ts';
import { nextHex } from '../random.ts';
import { google, invalid } from '../refusal.ts';
import type { Context, Reply, Request, Route } from '../route.ts';
import { checkBody, checkQuery } from '../shape.ts';
import { findAccount, isTooNew } from './accounts.ts';
import { takeKeyPair } from './key-pairs.ts';
import type { AccountState, KeyState } from './state.ts';

const MOST = 10;
const CREATION = ['iam.disableServiceAccountKeyCreation', 'iam.managed.disableServiceAccountKeyCreation'];

/** A key as IAM answers it, without material. */
function answer(account: AccountState, key: KeyState): Record<string, unknown> {
  return {
    name: `projects/${account.project}/serviceAccounts/${account.email}/keys/${key.id}`,
    validAfterTime: isoSeconds(key.validAfterTime),
    validBeforeTime: isoSeconds(key.validBeforeTime),
    keyAlgorithm: 'KEY_ALG_RSA_2048',
    keyOrigin: key.origin,
    keyType: 'USER_MANAGED',
    ...(key.disabled ? { disabled: true } : {}),
    ...(key.disableReason === undefined ? {} : { disableReason: key.disableReason }),
  };
}

async function create(request: Request, context: Context): Promise<Reply> {
  const { world, now } = context;
  const account = findAccount(request, context, 'iam.serviceAccountKeys.create');
  checkQuery(request);
  checkBody(request.body, { privateKeyType: true, keyAlgorithm: true });
  const body = record(request.body);
  const type = text(body['privateKeyType']) ?? 'TYPE_GOOGLE_CREDENTIALS_FILE';
  if (!['TYPE_GOOGLE_CREDENTIALS_FILE', 'TYPE_UNSPECIFIED'].includes(type))
    throw invalid(`This simulator makes no keys of type ${type}.`);
  if (!['KEY_ALG_RSA_2048', 'KEY_ALG_UNSPECIFIED'].includes(text(body['keyAlgorithm']) ?? 'KEY_ALG_RSA_2048'))
    throw invalid('Invalid key algorithm.');
  if (isTooNew(account, context))
    throw google(
      404,
      'NOT_FOUND',
      `Service account projects/${account.project}/serviceAccounts/${account.email} does not exist.`,
      { reason: 'notFound' },
    );
  if (account.disabled)
    throw google(400, 'FAILED_PRECONDITION', 'The service account is disabled.', { reason: 'failedPrecondition' });
  forbid(world.iam.constraints[account.project] ?? [], account);
  if (account.keys.length >= MOST)
    throw google(400, 'FAILED_PRECONDITION', 'Precondition check failed.', { reason: 'failedPrecondition' });
  const pair = await takeKeyPair();
  const key: KeyState = {
    id: nextHex(world).slice(0, 40),
    publicKey: pair.publicKey,
    validAfterTime: now,
    validBeforeTime: NEVER,
    origin: 'GOOGLE_PROVIDED',
    disabled: false,
  };
  account.keys.push(key);
  const file = {
    type: 'service_account',
    project_id: account.project,
    private_key_id: key.id,
    private_key: pair.privateKey,
    client_email: account.email,
    client_id: account.uniqueId,
    auth_uri: 'https://accounts.google.com/o/oauth2/auth',
    token_uri: 'https://oauth2.googleapis.com/token',
    auth_provider_x509_cert_url: 'https://www.googleapis.com/oauth2/v1/certs',
    client_x509_cert_url: `https://www.googleapis.com/robot/v1/metadata/x509/${encodeURIComponent(account.email)}`,
    universe_domain: 'googleapis.com',
  };
  const privateKeyData = Buffer.from(`${JSON.stringify(file, null, 2)}\n`).toString('base64');
  return {
    status: 200,
    body: { ...answer(account, key), privateKeyType: 'TYPE_GOOGLE_CREDENTIALS_FILE', privateKeyData },
  };
}

function forbid(constraints: readonly string[], account: AccountState): void {
  const constraint = CREATION.find((name) => constraints.includes(name));
  if (constraint === undefined) return;
  const description = 'Key creation is not allowed on this service account.';
  const subject = `projects/${account.project}/serviceAccounts/${account.email}?configvalue=${account.email}`;
  throw google(400, 'FAILED_PRECONDITION', description, {
    reason: 'failedPrecondition',
    details: [
      {
        '@type': 'type.googleapis.com/google.rpc.PreconditionFailure',
        violations: [{ type: `constraints/${constraint}`, subject, description }],
      },
    ],
  });
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
      return { status: 200, body: answer(account, findKey(request, account)) };
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
      key.disabled = true;
      key.disableReason = 'SERVICE_ACCOUNT_KEY_DISABLE_REASON_USER_INITIATED';
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
