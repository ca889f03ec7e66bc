/**
 * A process that runs the bundle again and again, and so has compiled it already: a run takes a quarter of the CPU that it
 * takes in a process of its own. Each run gets the modules of the bundle anew, and its own environment, folder and output.
 * What a process begins or ends with needs one of its own: signals, what Node reads when it starts, and two runs at once.
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

/** How long it may take to end once it is told to, in milliseconds. */
const GRACE = 5_000;

/** What is asked of the process. */
export interface Asked {
  /** Of this run: its answer bears the same. */
  readonly number: number;
  readonly bundle: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** What it answers. */
export interface Answered extends Pick<Ended, 'code' | 'stdout' | 'stderr'> {
  readonly number: number;
  /** Whether it ends with this run. */
  readonly isLast: boolean;
}

/** A question that waits for its answer. */
interface Waiting {
  readonly resolve: (answered: Answered) => void;
  readonly reject: (error: Error) => void;
}

export class WarmProcess {
  readonly #env: Readonly<Record<string, string>>;
  readonly #bundle: string;
  #child: ChildProcess | undefined;
  #runs = 0;
  #isBusy = false;
  /** What went wrong between two runs, for the next one to tell. */
  #trouble: Error | undefined;
  #waiting: Waiting | undefined;

  /**
   * @param env - of the process itself
   * @param bundle - an ES module: it has run when it is loaded
   */
  constructor(env: Readonly<Record<string, string>>, bundle = DIST) {
    this.#env = env;
    this.#bundle = bundle;
  }

  /** Here, or in a process of its own where only that shows what really happens. */
  readonly perform: Perform = async (step) => {
    if (this.#isBusy || !fitsHere(step)) return inOwnProcess(step);
    this.#isBusy = true;
    try {
      const { code, stdout, stderr } = await this.#ask(step);
      return { code, stdout, stderr, peak: NaN };
    } finally {
      this.#isBusy = false;
    }
  };

  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    if (child.connected) child.disconnect();
    const killing = setTimeout(() => child.kill('SIGKILL'), GRACE);
    await ended;
    clearTimeout(killing);
  }

  async #ask({ cwd, env }: Step): Promise<Answered> {
    if (this.#runs % MOST_RUNS === 0) await this.stop();
    if (this.#trouble !== undefined) throw this.#trouble;
    this.#runs += 1;
    const number = this.#runs;
    const child = (this.#child ??= this.#start());
    const answered = new Promise<Answered>((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
    child.send({ number, bundle: this.#bundle, cwd, env } satisfies Asked);
    try {
      const answer = await answered;
      if (answer.number !== number) throw new Error(`run ${String(number)} got the answer of ${String(answer.number)}`);
      if (answer.isLast) this.#child = undefined;
      return answer;
    } finally {
      this.#waiting = undefined;
    }
  }

  #start(): ChildProcess {
    const child = fork(CHILD, { env: this.#env, execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const fail = (why: string): void => {
      if (this.#child !== child) return; // It was told to end, or has said that it does.
      this.#child = undefined;
      const error = new Error(`the process that runs the bundle ${why}`);
      if (this.#waiting === undefined) this.#trouble = error;
      else this.#waiting.reject(error);
    };
    child.on('message', (answer) => {
      if (this.#waiting === undefined) fail(`went on after run ${String(this.#runs)}: ${JSON.stringify(answer)}`);
      else this.#waiting.resolve(answer as Answered);
    });
    child.on('error', (error) => fail(`failed: ${error.message}`));
    child.on('exit', (code, signal) => fail(`ended with ${String(code ?? signal)} and no answer`));
    return child;
  }
}

function fitsHere({ env, onOutput, onStart }: Step): boolean {
  return onOutput === undefined && onStart === undefined && !Object.keys(env).some((name) => OF_PROCESS.test(name));
}
