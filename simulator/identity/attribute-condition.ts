/** Attribute conditions of providers: equalities joined by `&&`. Claims are case-sensitive. */

/** What cannot be evaluated is false: stricter than the cloud, never laxer. */
export function isConditionMet(condition: string, claims: Readonly<Record<string, unknown>>): boolean {
  return condition.split('&&').every((term) => {
    const parts = /^\s*assertion\.(\w+)\s*==\s*(?:'([^']*)'|"([^"]*)")\s*$/.exec(term);
    const [, claim = '', single, double] = parts ?? [];
    return parts !== null && claims[claim] === (single ?? double);
  });
}
