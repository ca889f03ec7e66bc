import { errorInfo, gitHub, google } from './refusal.ts';
import type { Refusal } from './route.ts';
import type { Service } from './service.ts';

const EXPECTED =
  'Expected OAuth 2 access token, login cookie or other valid authentication credential. ' +
  'See https://developers.google.com/identity/sign-in/web/devconsole-project.';

/** The service's 401. @param authorization - the header as it came */
export function unauthenticated(service: Service, authorization: string | undefined): Refusal {
  if (service === 'github')
    return gitHub(401, authorization === undefined ? 'Requires authentication' : 'Bad credentials');
  const isMissing = authorization === undefined;
  const message = isMissing
    ? `Request is missing required authentication credential. ${EXPECTED}`
    : `Request had invalid authentication credentials. ${EXPECTED}`;
  const metadata = { service: `${service}.googleapis.com` };
  const reason = isMissing ? 'CREDENTIALS_MISSING' : 'ACCESS_TOKEN_EXPIRED';
  const hasErrors = service === 'iam' || service === 'bigquery';
  return google(401, 'UNAUTHENTICATED', message, {
    errors: hasErrors,
    details: [errorInfo(reason, 'googleapis.com', metadata)],
  });
}
