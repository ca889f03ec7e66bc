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
  const minified = JSON.stringify(JSON.parse(file));
  return [minified, base64(file), base64(minified), ...masksOfPem(privateKey)];
}

/** The same for a private key that is in no file yet. */
export function masksOfPem(privateKey: string): string[] {
  const escaped = JSON.stringify(privateKey).slice(1, -1);
  const lines = privateKey.split('\n').filter((line) => line.length >= SHORTEST_MASK && !line.startsWith('-----'));
  return [base64(privateKey), escaped, lines.join(''), ...lines];
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
