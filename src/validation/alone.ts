import { explain } from '../errors/explain.ts';
import type { AsSegment } from '../models/account.ts';
import { noticesOf } from '../models/notices.ts';
import type { Validated } from '../models/validating.ts';
import { modelLines } from '../report/models-table.ts';
import { concludeModels } from '../report/models-verdict.ts';
import type { Asked, RunReport } from '../report/run-report.ts';
import type { Runner } from '../runner/runner.ts';
import { proofLines } from '../verify/wording.ts';
import type { ModelsAhead, ReadRunning } from './ahead.ts';
import { verificationOf } from './live.ts';

/** A run that looks at models alone. */
export interface ModelsRun {
  readonly asked: Asked;
  readonly runner: Runner;
  readonly ahead: ModelsAhead;
  /** What runs in Segment. */
  readonly running: ReadRunning;
  /** Signs in, and becomes the account. */
  readonly act: () => Promise<AsSegment>;
}

/** Models → try → compare → report. Reads no policy, and writes nothing. What goes wrong on the way is told beside what is known. */
export async function validateModels(run: ModelsRun): Promise<RunReport> {
  const { asked, runner } = run;
  const validated = await tried(run);
  const { problems, report } = validated;
  const verification = verificationOf(validated);
  const lines = [...modelLines(report), ...(verification === undefined ? [] : proofLines(verification))];
  await runner.log.group('Models', () => Promise.resolve(lines.forEach(runner.log.say)));
  const { modelsFailOn } = asked.reporting;
  return {
    ...asked,
    ...{ plan: undefined, outcomes: [], verification, models: report },
    diagnostics: [...problems, ...noticesOf(report, problems.length > 0)],
    verdict: concludeModels(report, modelsFailOn, { problems, verification }),
    ...{ issuedKeyId: undefined, destinations: [] },
  };
}

async function tried({ ahead, act, running }: ModelsRun): Promise<Validated> {
  try {
    return await ahead.online(await act(), running);
  } catch (error) {
    const problems = explain(error);
    const whyNot = problems.map(({ because }) => because).join('; ');
    return { report: await ahead.offline(whyNot, running), problems, live: undefined };
  }
}
