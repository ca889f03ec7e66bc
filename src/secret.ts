import { createPrivateKey } from 'node:crypto';
import { inspect } from 'node:util';

/** A value that cannot be printed by accident: only `reveal` gives it away. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself: for the wire, a mask or an output, never for text. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '***';
  }

  toJSON(): string {
    return '***';
  }

  [inspect.custom](): string {
    return '***';
  }
}

/** Shorter strings are too common to mask: the runner would star out innocent words, and drop outputs that hold them. */
export const SHORTEST_MASK = 16;

/**
 * Every form in which a key file could show up in a log. Multi-line forms are left out on purpose: the runner masks each
 * line of a mask on its own, and `{` would be one of them.
 *
 * @param file - text of the key file, as the service gave it
 * @param privateKey - the PEM text in it
 */
export function masksOfKey(file: string, privateKey: string): string[] {
  const minified = JSON.stringify(parseSecret(file));
  return [...[minified, base64(file), base64(minified)].filter(isMask), ...masksOfPem(privateKey)];
}

/** The same for a private key that is in no file yet. */
export function masksOfPem(privateKey: string): string[] {
  const escaped = JSON.stringify(privateKey).slice(1, -1);
  const lines = privateKey.split('\n').filter((line) => isMask(line) && !line.startsWith('-----'));
  return [base64(privateKey), escaped, lines.join(''), ...lines].filter(isMask);
}

function isMask(text: string): boolean {
  return text.length >= SHORTEST_MASK;
}

/**
 * JSON that holds a secret. What V8 says of a mistake quotes the text around it.
 *
 * @throws Error without a word of the text
 */
export function parseSecret(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('it is not valid JSON');
  }
}

/** Whether a key file's `private_key` can sign: an RSA key in PKCS #8 PEM, whole, and with real line breaks. */
export function isSigningKey(pem: string): boolean {
  if (!pem.trimStart().startsWith('-----BEGIN PRIVATE KEY-----')) return false;
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'rsa';
  } catch {
    return false; // What OpenSSL says of it helps nobody.
  }
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

const BEGIN = /-----BEGIN[A-Z ]{0,30}PRIVATE KEY-----/;
const END = /-----END[A-Z ]{0,30}PRIVATE KEY-----/;

/**
 * Text of others without the private keys that it holds: people paste them into the wrong field, and then they come with the
 * answer of a service as a name or a place. Whose they are does not matter, nor whether they are whole.
 */
export function withoutPrivateKeys(text: string): string {
  let [rest, clean] = [text, ''];
  for (let found = BEGIN.exec(rest); found !== null; found = BEGIN.exec(rest)) {
    clean += `${rest.slice(0, found.index)}***`;
    const within = rest.slice(found.index + found[0].length);
    const end = END.exec(within);
    rest = end === null ? '' : within.slice(end.index + end[0].length);
  }
  return clean + rest;
}
