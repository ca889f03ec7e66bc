/** Patterns of paths: `segment/**` + `/*.yml`. Pure. */

/** Whether it names more than one path. */
export function isGlob(path: string): boolean {
  return /[*?{]/.test(path);
}

/** The folder below which everything lies that the pattern can match. */
export function rootOf(pattern: string): string {
  const parts = pattern.split('/');
  const first = parts.findIndex(isGlob);
  return parts.slice(0, first < 0 ? parts.length - 1 : first).join('/');
}

/**
 * `*` is any part of a name, `?` any character of it, `**` any folders, `{a,b}` one of several.
 *
 * @returns whether a path matches
 */
export function globMatcher(pattern: string): (path: string) => boolean {
  let source = '';
  let isInBraces = false;
  for (const part of pattern.match(/\*\*\/|\*\*|\*|\?|\{|\}|,|[^*?{},]+/g) ?? []) {
    if (part === '{') isInBraces = true;
    source += sourceOf(part, isInBraces);
    if (part === '}') isInBraces = false;
  }
  const shape = new RegExp(`^${isInBraces ? `${source})` : source}$`, 'u');
  return (path) => shape.test(path);
}

function sourceOf(part: string, isInBraces: boolean): string {
  if (part === '**/') return '(?:[^/]+/)*';
  if (part === '**') return '.*';
  if (part === '*') return '[^/]*';
  if (part === '?') return '[^/]';
  if (part === '{') return '(?:';
  if (part === '}') return isInBraces ? ')' : String.raw`\}`;
  if (part === ',') return isInBraces ? '|' : ',';
  return part.replace(/[\\^$.|+()[\]]/g, String.raw`\$&`);
}
