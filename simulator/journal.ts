/** Every request, oldest first, with everything secret starred out. */
import { services } from './registry.ts';

export interface JournalEntry {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** 0 when the reply was lost. */
  readonly status: number;
}

/**
 * The same value with secrets replaced, wherever they are: by names of fields, those of every service at once, however they
 * are spelled.
 */
export function masked(value: unknown, path: string): unknown {
  const secrets = services.flatMap((service) => service.secrets ?? []);
  if (typeof value === 'string' && secrets.some(({ isText }) => isText?.(path) === true)) return '***';
  const names = new Set(secrets.flatMap(({ fields }) => fields(path)));
  const isSecret = (name: string): boolean => names.has(name.replaceAll('_', '').toLowerCase());
  const walk = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(walk);
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(
      Object.entries(node).map(([name, child]) => [name, isSecret(name) ? '***' : walk(child)]),
    );
  };
  return walk(value);
}

/** A body as the journal keeps it: parsed if it was JSON, else as text; secrets masked in both. */
export function maskedBody(body: unknown, raw: string, path: string): unknown {
  const safe = masked(body, path);
  const isForm = typeof safe === 'object' && safe !== null && !/^\s*[[{]/.test(raw);
  if (!isForm) return safe;
  return Object.entries(safe)
    .map(([name, value]) => `${name}=${value === '***' ? '***' : encodeURIComponent(String(value))}`)
    .join('&');
}
