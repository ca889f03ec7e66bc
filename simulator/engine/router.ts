/** Patterns of routes: `POST /v1/projects/{project}/roles/{role}:undelete`. */
const compiled = new Map<
  string,
  { readonly method: string; readonly path: RegExp; readonly names: readonly string[] }
>();

/** Values of the pattern's names, decoded; undefined when it does not match. */
export function match(on: string, method: string, pathname: string): Record<string, string> | undefined {
  const pattern = compile(on);
  if (pattern.method !== method) return undefined;
  const found = pattern.path.exec(pathname.replaceAll('%3A', ':').replaceAll('%3a', ':'));
  if (found === null) return undefined;
  try {
    return Object.fromEntries(pattern.names.map((name, index) => [name, decodeURIComponent(found[index + 1] ?? '')]));
  } catch {
    return undefined; // Broken percent-encoding names nothing.
  }
}

function compile(on: string): { readonly method: string; readonly path: RegExp; readonly names: readonly string[] } {
  const known = compiled.get(on);
  if (known !== undefined) return known;
  const [method = '', path = ''] = on.split(' ');
  const names: string[] = [];
  const source = path
    .split(/(\{\w+\})/)
    .map((part) => {
      const name = /^\{(\w+)\}$/.exec(part)?.[1];
      if (name === undefined) return part.replace(/[$.*+?^()|[\]\\]/g, '\\$&');
      names.push(name);
      // A project may be `example.com:project`, an environment anything; every other name ends where a verb begins.
      return name === 'project' || name === 'environment' ? '([^/]+?)' : '([^/:]+)';
    })
    .join('');
  const made = { method, path: new RegExp(`^${source}$`), names };
  compiled.set(on, made);
  return made;
}
