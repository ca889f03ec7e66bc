/**
 * A process that runs the bundle again and again, and so has compiled it already: a run takes a quarter of the CPU that it
 * takes in a process of its own. Each run gets the bundle anew, modules and all, with its own environment, folder and output.
 * What a process begins or ends with is for processes of their own: signals, what Node reads when it starts, and two at once.
 */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { DIST, inOwnProcess } from './run-action.ts';
import type { Ended, Perform, Step } from './run-action.ts';

const CHILD = fileURLToPath(new URL('./warm-process-child.ts', import.meta.url));

/** What a run leaves in memory is small, and never goes. */
const MOST_RUNS = 80;

/** Read when Node starts, or by parts of it that outlive a run. */
const OF_PROCESS = /^(?:NODE_(?!COMPILE_CACHE$)|GOOGLE_SDK_|TZ$)|_PROXY$/i;

/** What is asked of the process. */
export interface Asked {
  readonly bundle: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** What it answers. */
export interface Answered extends Pick<Ended, 'code' | 'stdout' | 'stderr'> {
  /** Whether it ends with this run. */
  readonly isLast: boolean;
}

export class WarmProcess {
  readonly #env: Readonly<Record<string, string>>;
  readonly #bundle: string;
  #child: ChildProcess | undefined;
  #runs = 0;
  #isBusy = false;

  /**
   * @param env - of the process itself
   * @param bundle - an ES module: it has run when it is loaded
   */
  constructor(env: Readonly<Record<string, string>>, bundle = DIST) {
    this.#env = env;
    this.#bundle = bundle;
  }

  /** Here, or in a process of its own where only that tells the truth. */
  readonly perform: Perform = async (step) => {
    if (this.#isBusy || !isLikeAny(step)) return inOwnProcess(step);
    this.#isBusy = true;
    try {
      const { code, stdout, stderr, isLast } = await this.#ask({ bundle: this.#bundle, cwd: step.cwd, env: step.env });
      if (isLast) this.#child = undefined;
      return { code, stdout, stderr, peak: NaN };
    } finally {
      this.#isBusy = false;
    }
  };

  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child?.exitCode !== null) return;
    child.disconnect();
    await once(child, 'exit');
  }

  async #ask(asked: Asked): Promise<Answered> {
    if (this.#runs >= MOST_RUNS) await this.stop();
    if (this.#child === undefined) {
      this.#runs = 0;
      this.#child = fork(CHILD, { env: this.#env, execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    }
    const child = this.#child;
    this.#runs += 1;
    const answered = new Promise<Answered>((resolve, reject) => {
      const onExit = (code: number | null): void => {
        this.#child = undefined;
        reject(new Error(`the process that runs the bundle ended with ${String(code)} and no answer`));
      };
      child.once('exit', onExit).once('message', (answer) => {
        child.off('exit', onExit);
        resolve(answer as Answered);
      });
    });
    child.send(asked);
    return answered;
  }
}

function isLikeAny({ env, onOutput, onStart }: Step): boolean {
  return onOutput === undefined && onStart === undefined && !Object.keys(env).some((name) => OF_PROCESS.test(name));
}
