/** Conditions of bindings. Any well-formed one is stored; only these few can be evaluated. */

/** Whether it surely holds now. What cannot be evaluated grants nothing: stricter than the cloud, never laxer. */
export function isConditionTrue(expression: string, now: number): boolean {
  const plain = expression.trim();
  if (plain === 'true') return true;
  const time = /^request\.time\s*(<=|<|>=|>)\s*timestamp\(\s*["']([^"']+)["']\s*\)$/.exec(plain);
  const limit = Date.parse(time?.[2] ?? '');
  if (Number.isNaN(limit)) return false;
  return { '<': now < limit, '<=': now <= limit, '>': now > limit, '>=': now >= limit }[time?.[1] ?? ''] ?? false;
}

/** Whether the expression could be CEL at all: not empty, quotes closed, brackets in pairs. */
export function isWellFormed(expression: string): boolean {
  const bare = expression.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '""');
  const open: string[] = [];
  const pair: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };
  for (const character of bare) {
    if ('([{'.includes(character)) open.push(character);
    else if (character in pair && open.pop() !== pair[character]) return false;
  }
  return expression.trim() !== '' && open.length === 0 && !/["']/.test(bare.replaceAll('""', ''));
}
