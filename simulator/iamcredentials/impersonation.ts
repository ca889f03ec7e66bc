/** iamcredentials.googleapis.com: tokens of an account for who may act as it. */
import { iamState } from '../directory/iam.ts';
import { holds } from '../directory/permissions.ts';
import { readDocument } from '../discovery/document.ts';
import { methodsOf } from '../discovery/serve.ts';
import { googleEnvelope as envelope } from '../engine/envelope.ts';
import { record, list, text } from '../engine/json.ts';
import { sightOf } from '../engine/lag.ts';
import { denied, google, invalid } from '../engine/refusal.ts';
import type { Context, Reply, Request, Route } from '../engine/route.ts';
import { tokenFor } from '../identity/tokens.ts';

const PERMISSION = 'iam.serviceAccounts.getAccessToken';

function generate(request: Request, context: Context): Reply {
  const { world, now } = context;
  const { project = '', serviceAccount: email = '' } = request.params;
  if (project !== '-') throw invalid('The project must be "-".');
  const caller = context.caller();
  const account = iamState(world).accounts[email.toLowerCase()];
  if (
    account === undefined ||
    !holds(context, caller, PERMISSION, { project: account.project, grants: account.grants })
  ) {
    throw denied(PERMISSION, `projects/-/serviceAccounts/${email}`);
  }
  const sight = sightOf({ ...account, id: `${account.uniqueId} acts` }, 'account', context);
  if (sight === 'denied') throw denied(PERMISSION, `projects/-/serviceAccounts/${email}`);
  if (sight === 'missing')
    throw google(404, 'NOT_FOUND', `Not found; Gaia id not found for email ${email}`, { reason: 'notFound' });
  const body = record(request.body);
  if (list(body['scope']).length === 0) throw invalid('At least one scope must be given.');
  const seconds = Number.parseFloat(text(body['lifetime']) ?? '3600s');
  if (seconds > 3600) throw invalid('The access token lifetime cannot exceed 3600 seconds.');
  if (account.disabled) throw google(400, 'FAILED_PRECONDITION', 'The service account is disabled.', {});
  const accessToken = tokenFor(account, context, seconds * 1000);
  return { status: 200, body: { accessToken, expireTime: new Date(now + seconds * 1000).toISOString() } };
}

const document = readDocument(new URL('discovery.json', import.meta.url));
const serveMethod = methodsOf(document, { envelope });

export const impersonationRoutes: Route[] = [serveMethod('projects.serviceAccounts.generateAccessToken', generate)];
