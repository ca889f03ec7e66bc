import { OAuth2Client } from 'google-auth-library';
import { ApiError } from '../api-error.ts';
import { withToken } from './cloud.ts';
import type { Cloud } from './cloud.ts';
import { mintToken } from './key-token.ts';
import type { KeyFile } from './key-token.ts';
import type { IssuedKey } from './keys.ts';

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
const LIFETIME = '900s';

/** Mints a token with a key just issued: the proof that it works. @throws ApiError of service `oauth2` */
export async function mintWith(cloud: Cloud, key: IssuedKey, mask: (value: string) => void): Promise<string> {
  const token = await mintToken(JSON.parse(key.file.reveal()) as KeyFile, cloud.endpoints.token);
  mask(token.value);
  return token.value;
}

/** Google Cloud as our own account sees it: by the key of this run, else by impersonation where that is allowed. */
export async function becomeAccount(
  cloud: Cloud,
  email: string,
  options: { readonly key: IssuedKey | undefined; readonly mask: (value: string) => void },
): Promise<{ readonly cloud: Cloud } | { readonly why: string }> {
  const reasons: string[] = [];
  const ways = [
    ...(options.key === undefined ? [] : [mintWith(cloud, options.key, options.mask)]),
    impersonate(cloud, email, options.mask),
  ];
  for (const way of await Promise.allSettled(ways)) {
    if (way.status === 'fulfilled') return { cloud: withToken(cloud, bearer(way.value)) };
    if (!(way.reason instanceof ApiError)) throw way.reason;
    reasons.push(way.reason.words);
  }
  return { why: reasons.join('; ') };
}

async function impersonate(cloud: Cloud, email: string, mask: (value: string) => void): Promise<string> {
  const name = `projects/-/serviceAccounts/${email}`;
  const token = await cloud.call(
    { call: `impersonate ${email}`, service: 'iamcredentials', repeatable: true },
    async () => {
      const requestBody = { scope: [SCOPE], lifetime: LIFETIME };
      const answer = await cloud.iamCredentials.projects.serviceAccounts.generateAccessToken({ name, requestBody });
      return answer.data.accessToken ?? '';
    },
  );
  mask(token);
  return token;
}

function bearer(token: string): OAuth2Client {
  const client = new OAuth2Client();
  client.setCredentials({ access_token: token });
  return client;
}
