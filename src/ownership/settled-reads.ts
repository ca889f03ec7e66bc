import type { Document } from '../cloud/document.ts';
import { LOOK_AGAIN, STEADY, once, poll, whenChanged } from '../time.ts';
import type { Clock } from '../time.ts';

/**
 * IAM's reads may be seconds old: what is missing in one, although something else names it, is looked for again. Absence of
 * what nothing else names needs one look.
 */

/** Why an answer is not believed yet. */
export interface Suspicion<T> {
  /** What is looked for: `the account that the project's policy names`. */
  readonly what: string;
  /** Whether something else says otherwise. May read, but not this very document. */
  readonly isOpen: (live: T | undefined) => Promise<boolean>;
  /** Whether the same answer counts once it has stayed for a while; else it is looked for a minute long. */
  readonly ends: 'steady' | 'late';
}

/** Where that is told. */
export interface Patient {
  readonly clock: Clock;
  readonly say: (line: string) => void;
}

const FIRST_WAIT = 1_000;

/** The same document; whoever reads it first waits until the answer can be believed. */
export function settledRead<T, D extends Pick<Document<T>, 'read' | 'reread'>>(
  document: D,
  { what, isOpen, ends }: Suspicion<T>,
  { clock, say }: Patient,
): D {
  const settle = once(async () => {
    if (!(await isOpen(await document.read()))) return;
    const tell = whenChanged(say);
    const onWait = (): void => tell(`IAM does not show ${what} yet; looking again …`);
    const waiting = ends === 'steady' ? { within: STEADY, most: 2_000 } : { within: LOOK_AGAIN, most: 5_000 };
    await poll({ clock, ...waiting, first: FIRST_WAIT, onWait }, async () =>
      (await isOpen(await document.reread())) ? undefined : { value: true },
    );
  });
  return {
    ...document,
    read: async () => {
      await settle();
      return document.read();
    },
  };
}
