import { UnreadableAnswer } from '../errors/unreadable.ts';
import { DEEPEST_ANSWER } from './limits.ts';

/**
 * Whether an answer is what was asked for. Between us and a service stand proxies and portals that answer 200 with pages of
 * their own: what lacks the parts that its service always sends is no document, and proves nothing.
 */

/** Makes sure that an answer is a JSON object of sane depth. @throws UnreadableAnswer */
export function expectObject(answer: unknown): Record<string, unknown> {
  if (!isRecord(answer)) throw new UnreadableAnswer('it is no JSON object');
  if (isTooDeep(answer)) throw new UnreadableAnswer(`it is nested more than ${String(DEEPEST_ANSWER)} levels deep`);
  return answer;
}

/** Makes sure that these parts are texts, and not empty. @throws UnreadableAnswer */
export function expectTexts<T>(what: string, answer: T, parts: readonly (keyof T & string)[]): T {
  const found: Partial<Record<string, unknown>> = expectObject(answer);
  const missing = parts.filter((part) => typeof found[part] !== 'string' || found[part] === '');
  if (missing.length > 0) throw new UnreadableAnswer(`it is no ${what}: ${missing.join(' and ')} is missing`);
  return answer;
}

/** Makes sure that this part is a list, or left out as empty ones are. @throws UnreadableAnswer */
export function expectList<T>(what: string, answer: T, part: keyof T & string): T {
  const found: Partial<Record<string, unknown>> = expectObject(answer);
  const list = found[part];
  const isList = list === undefined || (Array.isArray(list) && list.every(isRecord));
  if (!isList) throw new UnreadableAnswer(`it is no ${what}: ${part} is no list of objects`);
  return answer;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return Object.prototype.toString.call(value) === '[object Object]'; // No list, no blob, no stream.
}

/** With a list of what is still to be looked at, because depth is what a recursion would die of. */
function isTooDeep(answer: object): boolean {
  const left: { readonly value: object; readonly depth: number }[] = [{ value: answer, depth: 0 }];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { value, depth } = next;
    if (depth > DEEPEST_ANSWER) return true;
    for (const inner of Object.values(value) as unknown[])
      if (typeof inner === 'object' && inner !== null) left.push({ value: inner, depth: depth + 1 });
  }
  return false;
}
