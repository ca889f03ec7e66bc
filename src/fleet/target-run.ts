import type { Gate } from '../cloud/gate.ts';
import type { LayOut } from '../cloud/google/sign-in/sign-in.ts';
import type { Interruption } from '../engine/interruption.ts';
import type { RunOptions } from '../inputs/options.ts';
import type { Asked, RunReport } from '../report/run-report.ts';
import type { Runner } from '../runner/runner.ts';
import type { Clock } from '../time.ts';

/** One target from its sign-in to its report: the same whether a step or a file tells of it. */

export interface TargetRun {
  readonly asked: Asked;
  readonly options: RunOptions;
  readonly runner: Runner;
  readonly clock: Clock;
  /** Signs in and lays out what comes next: meanwhile, where no other target has begun to sign in already. */
  readonly signIn: <T>(layOut: LayOut<T>) => Promise<T>;
  readonly interruption: Interruption;
  /** Which all requests pass, where many targets share one; undefined = there is none. */
  readonly gate?: Gate | undefined;
}

/** Publishes nothing. */
export type RunTarget = (run: TargetRun) => Promise<RunReport>;

/** As whom, told where, and through which gate. */
export interface SigningIn {
  readonly options: RunOptions;
  readonly runner: Runner;
  readonly gate?: Gate | undefined;
}

/** Signs in, and lays out meanwhile what comes next. @returns what was laid out */
export type SignIn = <T>(signing: SigningIn, layOut: LayOut<T>) => Promise<T>;
