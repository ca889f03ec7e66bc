/** How a run that was started as a command ends. */

export type Ending = 'good' | 'failed' | 'usage' | 'drift';

interface ExitCode {
  readonly code: number;
  /** For a person who writes a pipeline. */
  readonly means: string;
}

export const exitCodes: Readonly<Record<Ending, ExitCode>> = {
  good: { code: 0, means: 'Done. Drift that `plan` or `fail_on` lets pass counts as done.' },
  failed: { code: 1, means: 'Refused or failed, or something could not be read: the errors say why.' },
  usage: { code: 2, means: 'The command line is wrong. Nothing was sent.' },
  drift: { code: 3, means: 'Drift was found, and everything could be read.' },
};
