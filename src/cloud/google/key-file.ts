/** What a key file says. */
export interface KeyFileFacts {
  readonly id: string;
  readonly email: string;
  readonly projectId: string;
  /** The account's number. */
  readonly uniqueId: string;
  /** PKCS #8 PEM. */
  readonly privateKey: string;
}

/** The key file as Google writes it for the keys that it makes, so that every client takes it. */
export function keyFileOf({ id, email, projectId, uniqueId, privateKey }: KeyFileFacts): string {
  return JSON.stringify({
    type: 'service_account',
    project_id: projectId,
    private_key_id: id,
    private_key: privateKey,
    client_email: email,
    client_id: uniqueId,
    auth_uri: 'https://accounts.google.com/o/oauth2/auth',
    token_uri: 'https://oauth2.googleapis.com/token',
    auth_provider_x509_cert_url: 'https://www.googleapis.com/oauth2/v1/certs',
    client_x509_cert_url: `https://www.googleapis.com/robot/v1/metadata/x509/${encodeURIComponent(email)}`,
    universe_domain: 'googleapis.com',
  });
}
