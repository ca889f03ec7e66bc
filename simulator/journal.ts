/** Every request, oldest first, with everything secret starred out. */
export interface JournalEntry {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** 0 when the reply was lost. */
  readonly status: number;
}

const SECRET =
  /^(private_?key(_?data)?|assertion|subject_?token|access_?token|refresh_?token|client_secret|encrypted_value|value|token)$/i;

/**
 * The same value with secrets replaced: by name of field, wherever they are. A variable's value is no secret; of what
 * should become a version of a secret, the data is one, and whatever is no JSON.
 */
export function masked(value: unknown, path: string): unknown {
  const isVariable = /^\/(repos|orgs)\/.+\/variables(\/|$)/.test(path);
  const isVersion = /\/secrets\/[^/]+:addVersion$/.test(path);
  const isSecret = (name: string): boolean =>
    (SECRET.test(name) && !(name === 'value' && isVariable)) || (name === 'data' && isVersion);
  if (isVersion && typeof value === 'string') return '***';
  const walk = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(walk);
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(
      Object.entries(node).map(([name, child]) => [name, isSecret(name) ? '***' : walk(child)]),
    );
  };
  return walk(value);
}
