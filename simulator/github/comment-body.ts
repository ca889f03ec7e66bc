/** What a comment may say. */
import { record, text } from '../engine/json.ts';
import type { Request } from '../engine/route.ts';
import { gitHub } from './envelope.ts';

const MOST_CHARACTERS = 65_536;

/** The words of a comment. Throws 400 for what is not JSON or not known, 422 for a body that is missing, blank or too long. */
export function readBody({ body }: Request): string {
  if (typeof body === 'string') throw gitHub(400, 'Problems parsing JSON');
  const { body: given, ...others } = record(body);
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw gitHub(400, `The simulator knows no field "${unknown}" of a comment.`);
  if (given === undefined) throw gitHub(422, 'Invalid request.\n\n"body" wasn\'t supplied.');
  const words = text(given);
  if (words === undefined)
    throw gitHub(422, `Invalid request.\n\nFor 'properties/body', ${JSON.stringify(given)} is not a string.`);
  if (words.trim() === '') throw failed('Body cannot be blank');
  // UTF-16 units: never fewer than the characters that GitHub counts.
  if (words.length > MOST_CHARACTERS)
    throw failed(`Body is too long (maximum is ${String(MOST_CHARACTERS)} characters)`);
  return words;
}

function failed(message: string): Error {
  return gitHub(422, 'Validation Failed', [
    { resource: 'IssueComment', code: 'unprocessable', field: 'data', message },
  ]);
}
