/** New keys: made here, or uploaded as a certificate. */
import { iamState } from '../directory/iam.ts';
import type { AccountState, KeyState } from '../directory/iam.ts';
import { record, text } from '../engine/json.ts';
import { nextHex } from '../engine/random.ts';
import { google, invalid } from '../engine/refusal.ts';
import type { Context, Reply, Request } from '../engine/route.ts';
import { NEVER } from '../engine/world.ts';
import { findAccount } from './accounts.ts';
import { readCertificate } from './certificates.ts';
import { answer } from './key-answer.ts';
import { takeKeyPair } from './key-pairs.ts';

const MOST = 10;

export async function create(request: Request, context: Context): Promise<Reply> {
  const { now } = context;
  const account = findAccount(request, context, 'iam.serviceAccountKeys.create');
  const body = record(request.body);
  const type = text(body['privateKeyType']) ?? 'TYPE_GOOGLE_CREDENTIALS_FILE';
  if (!['TYPE_GOOGLE_CREDENTIALS_FILE', 'TYPE_UNSPECIFIED'].includes(type))
    throw invalid(`This simulator makes no keys of type ${type}.`);
  if (!['KEY_ALG_RSA_2048', 'KEY_ALG_UNSPECIFIED'].includes(text(body['keyAlgorithm']) ?? 'KEY_ALG_RSA_2048'))
    throw invalid('Invalid key algorithm.');
  checkAccount(account);
  forbid('Creation', account, context);
  const pair = await takeKeyPair();
  const key = add(account, context, {
    publicKey: pair.publicKey,
    validAfterTime: now,
    validBeforeTime: endOf(account, context),
  });
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

/** What stands in the way of any new key. */
function checkAccount({ disabled }: AccountState): void {
  if (disabled)
    throw google(400, 'FAILED_PRECONDITION', 'The service account is disabled.', { reason: 'failedPrecondition' });
}

/** Throws as Google does where a constraint of the organization, of the old kind or managed, closes the way. */
function forbid(what: 'Creation' | 'Upload', account: AccountState, { world }: Context): void {
  const constraints = iamState(world).constraints[account.project] ?? [];
  const names = [`iam.disableServiceAccountKey${what}`, `iam.managed.disableServiceAccountKey${what}`];
  const constraint = names.find((name) => constraints.includes(name));
  if (constraint === undefined) return;
  const description =
    what === 'Creation'
      ? 'Key creation is not allowed on this service account.'
      : `Constraint \`constraints/${constraint}\` violated for service account ${account.email} attempting to upload public key.`;
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

/** When a key that Google makes now will end: never, unless a constraint says after how many hours. */
function endOf({ project }: AccountState, { world, now }: Context): number {
  const hours = (iamState(world).constraints[project] ?? [])
    .map((one) => /^iam\.serviceAccountKeyExpiryHours=(\d+)h$/.exec(one)?.[1])
    .find((found) => found !== undefined);
  return hours === undefined ? NEVER : now + Number(hours) * 3_600_000;
}

function add(
  account: AccountState,
  { world, now }: Context,
  made: Pick<KeyState, 'publicKey' | 'validAfterTime' | 'validBeforeTime' | 'certificate'>,
): KeyState {
  if (account.keys.length >= MOST)
    throw google(400, 'FAILED_PRECONDITION', 'Precondition check failed.', { reason: 'failedPrecondition' });
  const origin = made.certificate === undefined ? 'GOOGLE_PROVIDED' : 'USER_PROVIDED';
  const key: KeyState = { id: nextHex(world).slice(0, 40), createdAt: now, origin, disabled: false, ...made };
  account.keys.push(key);
  return key;
}

export function upload(request: Request, context: Context): Reply {
  const account = findAccount(request, context, 'iam.serviceAccountKeys.create');
  const certificate = readCertificate(text(record(request.body)['publicKeyData']) ?? '', context);
  checkAccount(account);
  forbid('Upload', account, context);
  const key = add(account, context, certificate);
  return { status: 200, body: answer(account, key) };
}
