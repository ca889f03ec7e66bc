/** iamcredentials.googleapis.com: tokens of an account for who may act as it. */
import { record, list, text } from '../json.ts';
import { holds } from '../permissions.ts';
import { denied, google, invalid } from '../refusal.ts';
import type { Context, Reply, Request, Route } from '../route.ts';
import { checkBody, checkQuery } from '../shape.ts';
import { tokenFor } from './oauth.ts';

const PERMISSION = 'iam.serviceAccounts.getAccessToken';

function generate(request: Request, context: Context): Reply {
  const { world, now } = context;
  const { project = '', account: email = '' } = request.params;
  checkQuery(request);
  checkBody(request.body, { scope: true, lifetime: true, delegates: true });
  if (project !== '-') throw invalid('The project must be "-".');
  const caller = context.caller();
  const account = world.iam.accounts[email.toLowerCase()];
  if (
    account === undefined ||
    !holds(context, caller, PERMISSION, { project: account.project, account: account.email })
  ) {
    throw denied(PERMISSION, `projects/-/serviceAccounts/${email}`);
  }
  const body = record(request.body);
  if (list(body['scope']).length === 0) throw invalid('At least one scope must be given.');
  const seconds = Number.parseFloat(text(body['lifetime']) ?? '3600s');
  if (seconds > 3600) throw invalid('The access token lifetime cannot exceed 3600 seconds.');
  if (account.disabled) throw google(400, 'FAILED_PRECONDITION', 'The service account is disabled.', {});
  const accessToken = tokenFor(account, context, seconds * 1000);
  return { status: 200, body: { accessToken, expireTime: new Date(now + seconds * 1000).toISOString() } };
}

export const impersonationRoutes: Route[] = [
  { on: 'POST /v1/projects/{project}/serviceAccounts/{account}:generateAccessToken', handle: generate },
];
