import { describe, expect, test } from '@jest/globals';
import { ApiError } from '../../../src/errors/api-error.ts';
import { Blocked } from '../../../src/errors/diagnostic.ts';
import { explain } from '../../../src/errors/explain.ts';
import { publish, publishAny, publishFailure, publishProblems } from '../../../src/report/publish.ts';
import { offlineReport, revocationReport } from '../../../src/report/uncompared.ts';
import { keepComment } from '../../../src/report/publish-comment.ts';
import { readEvent } from '../../../src/runner/event.ts';
import type { Runner } from '../../../src/runner/runner.ts';
import { systemClock } from '../../../src/time.ts';
import { ROLE, differs, planOf, stepOf } from '../verify/plan-of.ts';
import { noticeOf, outcomeOf, problemOf, reportOf, targetOf, verdictOf } from './report-of.ts';

/** A runner that only remembers what it was told, in order. */
function recorder(env: Readonly<Record<string, string>> = {}): { readonly runner: Runner; readonly told: string[] } {
  const told: string[] = [];
  const keep =
    (what: string) =>
    (text: string): void => {
      told.push(`${what}: ${text}`);
    };
  const runner: Runner = {
    ...{ env: {}, event: readEvent(env, {}), input: () => '', mask: () => undefined },
    idToken: () => Promise.reject(new Error('there is none')),
    whyNoOutputs: () => undefined,
    output: (name, value) => told.push(`output ${name}: ${String(value)}`),
    log: {
      ...{ say: keep('say'), trace: keep('trace'), warn: keep('warn'), error: keep('error'), fail: keep('fail') },
      isTracing: false,
      group: (_title, work) => work(),
      annotate: ({ level, message, file, line }) => told.push(`${level} at ${file}:${String(line)}: ${message}`),
    },
    writeSummary: (markdown) => Promise.resolve(keep('summary')(markdown)),
    writeFile: (path, text) => {
      if (path === 'forbidden') return Promise.reject(new Error('EACCES'));
      return Promise.resolve(keep(`file ${path}`)(text));
    },
    onStop: () => undefined,
    leave: () => undefined,
  };
  return { runner, told };
}
const ERROR = {
  ...{ call: 'read it', status: 'X', reason: undefined, words: 'no', requestId: undefined, details: [] },
  retryAfter: undefined,
};
const kindsOf = (told: readonly string[]): string[] => [...new Set(told.map((line) => line.split(/[ :]/)[0] ?? ''))];

const drifting = {
  plan: planOf(stepOf(ROLE, [differs('role.disabled')])),
  diagnostics: [noticeOf('warning', 'w')],
  verdict: verdictOf({ fails: true, result: 'drift', headline: 'Drift: 1 changed.' }),
};

describe('publishing', () => {
  test('a report → annotations, outputs, summary, SARIF file, and last the verdict', async () => {
    const { runner, told } = recorder();
    const { reporting } = targetOf({ sarif_file: 'segment.sarif' });
    await publish(runner, reportOf({ ...drifting, reporting }), systemClock);
    expect(kindsOf(told)).toEqual(['warn', 'error', 'output', 'summary', 'file', 'say', 'fail']);
    expect(told.at(-1)).toBe('fail: Drift: 1 changed.');
    expect(told).toContain('output result: drift');
  });

  test('a report of a step that does not fail → says its headline', async () => {
    const { runner, told } = recorder();
    await publish(runner, reportOf(), systemClock);
    expect(told.at(-1)).toBe('say: In sync.');
    expect(kindsOf(told)).toEqual(['output', 'summary', 'say']);
  });

  test('a SARIF file that cannot be written → a problem about that input', async () => {
    const { reporting } = targetOf({ sarif_file: 'forbidden' });
    await expect(publish(recorder().runner, reportOf({ reporting }), systemClock)).rejects.toMatchObject({
      problems: [{ code: 'report.not-written', because: 'EACCES', subject: { input: 'sarif_file' } }],
    });
  });

  test('offline: plan → a warning; apply → a failure', async () => {
    const env = { GITHUB_ACTOR: 'dependabot[bot]' };
    const plan = recorder(env);
    await publishAny(plan.runner, offlineReport(reportOf({ mode: 'plan' }), 'Dependabot'), systemClock);
    expect(plan.told.at(-1)).toMatch(/^warn: Not compared: GitHub gives Dependabot .*The inputs are well-formed/);
    expect(plan.told).toContain('output drift: unknown');
    const apply = recorder(env);
    await publishAny(apply.runner, offlineReport(reportOf({ mode: 'apply' }), 'Dependabot'), systemClock);
    expect(apply.told.at(-1)).toMatch(/^fail: Could not apply: .* Run mode apply on the default branch instead\.$/);
    expect(apply.told).toContain('output result: failed');
  });

  test('a revocation → warnings, outputs, what next, the headline', async () => {
    const { runner, told } = recorder();
    const facts = { wasRevoked: false, notices: [noticeOf('warning', 'nothing was recorded')] };
    await publishAny(runner, revocationReport(reportOf({ mode: 'revoke' }), facts), systemClock);
    expect(kindsOf(told)).toEqual(['warn', 'output', 'say', 'summary']);
    expect(told).toContain('output result: changed');
    expect(told.at(-1)).toMatch(/^say: Revoked: /);
  });

  test.each([
    [[problemOf('read the input a')], 'One input is wrong'],
    [[problemOf('read the input a'), problemOf('read the input b')], '2 inputs are wrong'],
  ])('wrong inputs → each an error, and how many', async (problems, count) => {
    const { runner, told } = recorder();
    await publishProblems(runner, problems);
    expect(told.filter((line) => line.startsWith('error: '))).toHaveLength(problems.length);
    expect(told.at(-1)).toBe(`fail: ${count}; nothing was sent to Google Cloud or GitHub.`);
  });

  test.each<readonly [string, unknown, string]>([
    ['a problem', new Blocked([problemOf('sign in')]), 'fail: Could not sign in: '],
    ['several', new Blocked([problemOf('a'), problemOf('sign in')]), 'fail: Could not sign in: '],
    ['any error', new Error('boom'), 'fail: Could not '],
    ['something else', 'boom', 'fail: Could not '],
  ])('%s was thrown → fails once, with result and summary', async (_name, error, last) => {
    const { runner, told } = recorder();
    await publishFailure(runner, error);
    expect(told.at(-1)).toContain(last);
    expect(told).toContain('output result: failed');
    expect(told.filter((line) => line.startsWith('summary: ## ❌'))).toHaveLength(1);
    expect(told.filter((line) => line.startsWith('fail: '))).toHaveLength(1);
  });

  const broken = (...parts: ('output' | 'summary')[]): ReturnType<typeof recorder> => {
    const { runner, told } = recorder();
    const fails = (): never => {
      throw new Error('EROFS');
    };
    return {
      told,
      runner: {
        ...runner,
        ...(parts.includes('output') ? { output: fails } : {}),
        ...(parts.includes('summary') ? { writeSummary: () => Promise.reject(new Error('EROFS')) } : {}),
      },
    };
  };
  const summaryWarning = 'warn: Could not write the job summary: EROFS. The log says the same.';
  const publishers: readonly (readonly [string, (runner: Runner) => Promise<void>])[] = [
    ['a report', (runner) => publish(runner, reportOf(), systemClock)],
    [
      'a revocation',
      (runner) => {
        const report = revocationReport(reportOf({ mode: 'revoke' }), { wasRevoked: false, notices: [] });
        return publishAny(runner, report, systemClock);
      },
    ],
    [
      'an offline report',
      (runner) => {
        const event = { ...runner.event, withoutIdentity: 'Dependabot' } as const;
        return publishAny({ ...runner, event }, offlineReport(reportOf({ mode: 'plan' }), 'Dependabot'), systemClock);
      },
    ],
    ['wrong inputs', (runner) => publishProblems(runner, [problemOf('read the input a')])],
    ['a failure', (runner) => publishFailure(runner, 'boom')],
  ];

  test.each(publishers)('%s: no summary can be written → a warning, and the rest as ever', async (_name, publishIt) => {
    const [whole, without] = [recorder(), broken('summary')];
    await publishIt(whole.runner);
    await publishIt(without.runner);
    expect(without.told.filter((line) => line.startsWith(summaryWarning))).toHaveLength(1);
    expect(without.told.filter((line) => !line.startsWith(summaryWarning))).toEqual(
      whole.told.filter((line) => !line.startsWith('summary: ')),
    );
  });

  test.each(publishers)('%s: no output can be set → fails, and the rest as ever', async (_name, publishIt) => {
    const [whole, without] = [recorder(), broken('output', 'summary')];
    await publishIt(whole.runner);
    await publishIt(without.runner);
    expect(without.told.filter((line) => /^fail: .*EROFS/.test(line))).toHaveLength(1);
    expect(without.told.at(-1)).toBe(whole.told.at(-1));
  });
});

describe('on an event that strangers can cause', () => {
  const env = { GITHUB_ACTIONS: 'true', GITHUB_EVENT_NAME: 'pull_request' };
  const grant = problemOf('carry out the plan', {
    ...{ code: 'preflight.permissions', remedy: 'Grant it the role in permissions/provisioner.yaml.', letsWrite: true },
  });
  const reports: readonly (readonly [string, Parameters<typeof reportOf>[0]])[] = [
    ['beside the plan', { diagnostics: [grant] }],
    ['of a step', { plan: planOf(stepOf(ROLE, [], { action: 'unknown', problems: [grant] })) }],
    ['of an outcome', { outcomes: [outcomeOf(stepOf(ROLE, []), 'failed', { problems: [grant] })] }],
  ];

  test.each(reports)('a remedy %s that lets this identity write → is told nowhere', async (_name, more) => {
    const { reporting } = targetOf({ sarif_file: 'segment.sarif' });
    for (const [here, isTold] of [
      [recorder(), true],
      [recorder(env), false],
    ] as const) {
      await publish(here.runner, reportOf({ ...more, reporting }), systemClock);
      expect(here.told.join('\n').includes('provisioner')).toBe(isTold);
      expect(here.told.join('\n').includes('from a protected environment')).toBe(!isTold);
    }
  });

  test('thrown → neither', async () => {
    const { runner, told } = recorder(env);
    await publishFailure(runner, new Blocked([grant]));
    expect(told.join('\n')).not.toContain('provisioner');
  });

  test("every remedy of the table that names the writers' role → is marked so", () => {
    for (const service of [
      'iam',
      'bigquery',
      'cloudresourcemanager',
      'secretmanager',
      'oauth2',
      'sts',
      'github',
    ] as const) {
      for (const code of [400, 401, 403, 404, 409, 429, 500]) {
        const [problem] = explain(new ApiError({ ...ERROR, service, code }));
        expect(problem?.letsWrite === true).toBe(problem?.remedy.includes('provisioner'));
      }
    }
  });
});

describe('the comment on a pull request', () => {
  const repository = { repo: { full_name: 'acme/data' } };
  const fork = { repo: { full_name: 'mallory/data' } };
  const on = (head: object): Runner['event'] =>
    readEvent(
      { GITHUB_EVENT_NAME: 'pull_request', GITHUB_REPOSITORY: 'acme/data', GITHUB_API_URL: 'http://localhost:9' },
      { pull_request: { number: 7, head, base: repository } },
    );
  const given = { comment: 'always', comment_token: 'ghs_0123456789abcdef0123' };

  test.each<readonly [string, Record<string, string>, Runner['event']]>([
    ['comment: never', { ...given, comment: 'never' }, on(repository)],
    ['no token', { ...given, comment_token: '' }, on(repository)],
    ['a pull request from a fork', given, on(fork)],
    ['no pull request', given, readEvent({ GITHUB_REPOSITORY: 'acme/data', GITHUB_API_URL: 'http://localhost:9' }, {})],
  ])('%s → none is asked for or written', async (_name, inputs, event) => {
    const { runner, told } = recorder();
    await keepComment({ ...runner, event }, reportOf(targetOf(inputs)), systemClock);
    // Whoever asked would say what came of it.
    expect(told).toEqual([]);
  });
});
