/** Takes secrets out of what the journal keeps. */

const SECRET =
  /^(private_?key(_?data)?|access_?token|refresh_?token|id_?token|subject_?token|actor_?token|signed_?jwt|client_secret|assertion|encrypted_value|authorization|token)$/i;
const IN_FORM =
  /(^|&)(private_key|access_token|refresh_token|id_token|subject_token|actor_token|client_secret|assertion|token)=[^&]*/g;
const PEM = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g;
const JWT = /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g;

/** A copy in which every secret is `***`. */
export function maskSecrets(value: unknown, name = ''): unknown {
  if (typeof value === 'string') return SECRET.test(name) ? '***' : maskText(value);
  if (Array.isArray(value)) return value.map((item) => maskSecrets(item, name));
  if (typeof value !== 'object' || value === null) return value;
  const isPayload = name === 'payload';
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, isPayload && key === 'data' ? '***' : maskSecrets(inner, key)]),
  );
}

function maskText(value: string): string {
  return value.replace(PEM, '***').replace(JWT, '***').replace(IN_FORM, '$1$2=***');
}
