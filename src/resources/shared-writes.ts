import type { Address } from '../address.ts';
import { untilVisible } from '../cloud/document.ts';
import type { Run } from '../engine/resource.ts';
import { ApiError } from '../errors/api-error.ts';
import { Blocked } from '../errors/diagnostic.ts';
import { ACCOUNT_LAG } from '../ownership/account-record.ts';
import { whenChanged } from '../time.ts';

/**
 * Writes of documents that others fill, too. A service refuses the whole document for any account, group, role or view in it
 * that it does not know. One of ours may only be too new for it, and is waited for; one of others must be taken out by
 * whoever put it there.
 */
export interface SharedWrite<T> {
  readonly run: Run;
  readonly subject: Address;
  /** As messages name it: `the IAM policy of the project p`. */
  readonly name: string;
  /** What this run has made, or seen, as the service names it. */
  readonly ours: readonly string[];
  /** Who does not know it yet: `BigQuery does not know the new account`. */
  readonly waiting: string;
  readonly read: () => Promise<T | undefined>;
  readonly reread: () => Promise<T | undefined>;
  readonly others: (live: T) => readonly Other[];
}

/** Something of others in the document. */
export interface Other {
  /** As the service names it: an e-mail, a role, `p.d.v`. */
  readonly name: string;
  /** The command that takes it out. */
  readonly removal: string;
}

/** @throws Blocked when the service does not know something of others */
export async function writeShared<T>(shared: SharedWrite<T>, write: () => Promise<unknown>): Promise<void> {
  const { run, ours, waiting } = shared;
  const { clock } = run;
  const isInvisible = (error: unknown): boolean => isUnknown(error) && isAbout(error, ours);
  const tell = whenChanged((line) => run.say(line));
  const onWait = (): void => tell(`${waiting} yet; trying again …`);
  const patiently = (): Promise<unknown> =>
    untilVisible({ clock, milliseconds: ACCOUNT_LAG, isInvisible, onWait }, write);
  try {
    await patiently();
  } catch (error) {
    if (!isUnknown(error) || isAbout(error, ours)) throw error;
    await shared.reread(); // Its owner may have taken it out by now.
    await patiently().catch(async (again: unknown) => {
      throw await blamed(shared, again);
    });
  }
}

/** What was refused for something of others, with what it is and how it goes; anything else as it is. */
async function blamed<T>({ subject, name, ours, read, others }: SharedWrite<T>, error: unknown): Promise<unknown> {
  if (!isUnknown(error) || isAbout(error, ours)) return error;
  const live = await read();
  const dead = live === undefined ? [] : others(live).filter((other) => isAbout(error, [other.name]));
  if (dead.length === 0) return error;
  const commands = [...new Set(dead.map(({ removal }) => removal))].join(' and ');
  return new Blocked(
    [
      {
        severity: 'error',
        code: 'shared.unknown-member',
        subject,
        attempted: `write ${name}`,
        because: `it names ${dead[0]?.name ?? ''}, which this action does not manage, and the service rejects the whole document: ${error.words}`,
        remedy: `Ask its owner, or remove it: ${commands}. Then run again.`,
      },
    ],
    error,
  );
}

/** Whether a service says that it does not know something in the document. */
function isUnknown(error: unknown): error is ApiError {
  return (
    error instanceof ApiError &&
    (error.code === 400 || error.code === 404) &&
    /does not exist|not supported|not found/i.test(error.words)
  );
}

/** Whether the service's words name one of these: whole, and not as a part of another name. */
function isAbout({ words }: ApiError, names: readonly string[]): boolean {
  const text = ` ${words.toLowerCase()} `;
  return names.some((name) => text.split(name.toLowerCase()).some(isNameBetween));
}

const ENDS_NAME = /^(?![\w@/-]|[.:]\w)/;
const BEGINS_NAME = /(?<![\w@/.-])$/;

function isNameBetween(_part: string, index: number, parts: readonly string[]): boolean {
  const after = parts[index + 1];
  return after !== undefined && BEGINS_NAME.test(parts[index] ?? '') && ENDS_NAME.test(after);
}
