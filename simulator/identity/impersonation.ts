/** iamcredentials.googleapis.com: tokens of an account for whoever may act as it. */
import { accountBy } from '../iam/find-account.ts';
import { list, record, text } from '../json.ts';
import { holds } from '../permissions.ts';
import { denied, google } from '../refusal.ts';
import type { Context, Reply, Request, Route } from '../route.ts';
import { checkBody, checkQuery } from '../strict.ts';
import { callerOf, giveToken } from './token.ts';

const PERMISSION = 'iam.serviceAccounts.getAccessToken';
const MOST_SECONDS = 3600;

function invalid(message: string): Error {
  return google(400, 'INVALID_ARGUMENT', message);
}

function generate(request: Request, context: Context): Reply {
  checkQuery(request);
  checkBody(request.body, { scope: ['string'], lifetime: 'string', delegates: ['string'] });
  const { project = '', account: named = '' } = request.params;
  if (project !== '-') throw invalid('The project must be "-": its wildcard is required here.');
  const caller = context.caller();
  const account = accountBy(named, context);
  const name = `projects/-/serviceAccounts/${named}`;
  // Absent and not yours read alike.
  if (account === undefined) throw denied(PERMISSION, name);
  const resource = { project: account.project, grants: account.grants };
  if (!holds(context, caller, PERMISSION, resource)) throw denied(PERMISSION, name);
  const body = record(request.body);
  if (list(body['scope']).length === 0) throw invalid('At least one scope must be given.');
  if (list(body['delegates']).length > 0) throw invalid('The simulator follows no chains of delegates.');
  const seconds = lifetime(text(body['lifetime']));
  if (account.disabled) throw google(400, 'FAILED_PRECONDITION', 'The service account is disabled.');
  const expiresAt = context.now + seconds * 1000;
  const accessToken = giveToken(callerOf(account, context), expiresAt, context);
  const expireTime = new Date(Math.floor(expiresAt / 1000) * 1000).toISOString().replace('.000Z', 'Z');
  return { status: 200, body: { accessToken, expireTime } };
}

function lifetime(given = '3600s'): number {
  const seconds = Number(/^(\d+(?:\.\d+)?)s$/.exec(given)?.[1] ?? NaN);
  if (!(seconds > 0))
    throw invalid(`Invalid value at 'lifetime' (type.googleapis.com/google.protobuf.Duration), "${given}"`);
  if (seconds > MOST_SECONDS) throw invalid('The access token lifetime cannot exceed 3600 seconds.');
  return seconds;
}

export const impersonationRoutes: Route[] = [
  { on: 'POST /v1/projects/{project}/serviceAccounts/{account}:generateAccessToken', handle: generate },
];
