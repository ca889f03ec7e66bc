import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Blocked } from '../../../errors/diagnostic.ts';
import { isConfidential } from '../../addresses.ts';
import type { KeyFile } from './key-token.ts';

/** A file with Application Default Credentials, of whatever type; what is not there is undefined. */
export type CredentialFile = Partial<KeyFile> & {
  readonly type?: string;
  readonly client_id?: string;
  readonly client_secret?: string;
  readonly refresh_token?: string;
  readonly quota_project_id?: string;
  readonly audience?: string;
  readonly subject_token_type?: string;
  readonly workforce_pool_user_project?: string;
  readonly service_account_impersonation_url?: string;
  readonly service_account_impersonation?: { readonly token_lifetime_seconds?: number };
  readonly source_credentials?: CredentialFile;
  readonly delegates?: readonly string[];
};

/**
 * The file that Application Default Credentials would use; undefined when there is none, as on Google's own machines.
 *
 * @throws Blocked where it cannot be used, or would have tokens sent where others can read them
 */
export function credentialFile(env: Readonly<NodeJS.ProcessEnv>): CredentialFile | undefined {
  const named = env['GOOGLE_APPLICATION_CREDENTIALS'];
  const isNamed = named !== undefined && named !== '';
  const folder = env['CLOUDSDK_CONFIG'] ?? join(homedir(), '.config', 'gcloud');
  const path = isNamed ? named : join(folder, 'application_default_credentials.json');
  let text: string;
  try {
    text = readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    if (!isNamed) return undefined;
    throw noCredentials(`${path} could not be read`, error);
  }
  const file = parse(text, path);
  const open = addressesIn(file).find((url) => !isConfidential(url));
  if (open !== undefined) throw noCredentials(`${path} names ${open}, which is neither https nor http on loopback`);
  return file;
}

/** Whose token an impersonation URL makes. The URL's host is not asked: the endpoints of this run are. */
export function impersonated(file: CredentialFile): string | undefined {
  const url = file.service_account_impersonation_url;
  if (url === undefined) return undefined;
  const email = /\/serviceAccounts\/([^:/?#\s]{1,300}):generateAccessToken$/.exec(url)?.[1];
  if (email === undefined)
    throw noCredentials(
      'service_account_impersonation_url of the credential file does not end in /serviceAccounts/E-MAIL:generateAccessToken',
    );
  return email;
}

/** What a parser says of a file that is no JSON quotes from it, and anything in it may be secret. */
function parse(text: string, path: string): CredentialFile {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw noCredentials(`${path} is no JSON`);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw noCredentials(`${path} is no JSON object`);
  return parsed;
}

/** Where the file would have secrets sent. `credential_source` is where they come from: on some machines a metadata server. */
function addressesIn(file: CredentialFile): string[] {
  const { source_credentials: source, ...rest } = file;
  const own = Object.entries(rest).flatMap(([name, value]: [string, unknown]) =>
    /_ur[il]$/.test(name) && typeof value === 'string' ? [value] : [],
  );
  return [...own, ...(typeof source === 'object' ? addressesIn(source) : [])];
}

/** There is nothing to sign in with. @param cause - kept out of the words, which must quote nothing secret */
export function noCredentials(why: string, cause?: unknown): Blocked {
  return new Blocked(
    [
      {
        severity: 'error',
        code: 'sign-in.no-credentials',
        attempted: 'sign in to Google Cloud',
        because: `no usable credential was found (${why})`,
        remedy:
          'Set the input workload_identity_provider (and service_account) and give the job the permission id-token: write, ' +
          'or run google-github-actions/auth in an earlier step.',
      },
    ],
    cause,
  );
}
