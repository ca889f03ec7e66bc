import { checked, oneOf, token } from '../kinds.ts';
import type { Kind } from '../kinds.ts';
import type { Rows } from '../row.ts';

/** The inputs that say how a run reports, and what a report may let happen. */
export const reporting = {
  comment: {
    input: 'comment',
    scope: 'run',
    kind: oneOf(['on-change', 'always', 'never']),
    default: 'on-change',
    description:
      'When to comment on the pull request, with one comment per target: `on-change` (when there is something to report, and again when it changes), `always` or `never`. Pull requests from forks never get a comment. After the merge, `apply` on a push notes in that comment in which run its plan was applied.',
  },
  commentToken: {
    input: 'comment_token',
    scope: 'run',
    kind: token,
    default: '${{ github.token }}',
    secret: 'as it is',
    description:
      'Token that writes the comment, and notes in it what `apply` made of its plan. Requires the permission `pull-requests: write`.',
  },
  failOn: {
    input: 'fail_on',
    scope: 'run',
    kind: oneOf(['any', 'missing', 'surplus', 'never']),
    default: 'any',
    description:
      'Which drift fails `check`: `any`, `missing` (anything missing or changed), `surplus` or `never`. The step always fails when something could not be read.',
  },
  modelsFailOn: {
    input: 'models_fail_on',
    scope: 'run',
    kind: oneOf(['error', 'warning', 'never']),
    default: 'error',
    description: 'Which findings about models fail the step: `error`, `warning` (errors too) or `never`.',
  },
  /** Path, from the workspace or absolute. */
  sarifFile: {
    input: 'sarif_file',
    scope: 'run',
    kind: filePath('segment.sarif'),
    description:
      'Path of a SARIF 2.1.0 report to write, relative to the workspace or absolute, for `github/codeql-action/upload-sarif`.',
  },
  /** Path, from the workspace or absolute. */
  planFile: {
    input: 'plan_file',
    scope: 'run',
    kind: filePath('segment-plan.json'),
    description:
      'Path of a file to write the output `plan` to, relative to the workspace or absolute: many targets have plans that are too long for an output.',
  },
  /** The output `plan_digest` or the output `plan` of the run that was reviewed. */
  expectedPlan: {
    input: 'expected_plan',
    scope: 'run',
    kind: checked(
      (given) => /^[0-9a-f]{64}$/.test(given) || isObject(given),
      'the output plan_digest (64 hexadecimal digits) or the output plan (JSON) of the run that was reviewed',
    ),
    isQuoted: false,
    description:
      'Output `plan_digest` (or `plan`) of a reviewed run. Modes that write fail before any change if they would do anything else. A runner on Linux takes at most 128 KiB of one input, which a long `plan` exceeds: prefer `plan_digest`.',
  },
} as const satisfies Rows;

function filePath(example: string): Kind<string> {
  return checked(
    (given) => !given.split(/[\\/]/).includes('..') && !/\p{Cc}/u.test(given) && !/[\\/]$/.test(given),
    `the path of a file, without .., such as ${example}`,
  );
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false; // Then it is not JSON, and not a plan.
  }
}
