import type { InputCode } from '../errors/codes.ts';
import { modes } from './modes.ts';
import type { InputValues } from './schema.ts';

/** What does not go together, about one input that is fine by itself. */
export interface Rule {
  /** The input that is complained of. */
  readonly input: string;
  readonly code: InputCode;
  /** Other inputs without whose value nothing can be said. */
  readonly needs?: readonly string[];
  readonly isBroken: (values: InputValues, around: Circumstances) => boolean;
  readonly because: (values: InputValues, around: Circumstances) => string;
  readonly remedy: (values: InputValues) => string;
}

/** What is known of the run besides its inputs. */
export interface Circumstances {
  /** Name of the event. */
  readonly name: string;
  /** `owner/name`; undefined outside a runner. */
  readonly repository: string | undefined;
  /** Whether modes that write may run on it. */
  readonly mayWrite: boolean;
  readonly isOnDefaultBranch: boolean;
  /** Set where a person at a terminal said that a disabled account may be enabled. */
  readonly mayRestore?: true;
}

export function modeOf({ task }: InputValues): (typeof modes)[keyof typeof modes] {
  return modes[task.mode];
}

export function onEvent(name: string): string {
  return name === '' ? 'outside a workflow' : `on the event ${name}`;
}
