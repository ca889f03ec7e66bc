import { explain } from '../errors/explain.ts';
import type { AsSegment } from '../models/account.ts';
import { noticesOf } from '../models/notices.ts';
import type { Validated } from '../models/validate.ts';
import { modelLines } from '../report/models-table.ts';
import { concludeModels } from '../report/models-verdict.ts';
import type { Asked, RunReport } from '../report/run-report.ts';
import type { Runner } from '../runner/runner.ts';
import type { ModelsAhead } from './ahead.ts';

/** A run that looks at models alone. */
export interface ModelsRun {
  readonly asked: Asked;
  readonly runner: Runner;
  readonly ahead: ModelsAhead;
  /** Signs in, and becomes the account. */
  readonly act: () => Promise<AsSegment>;
}

/** Models → try → compare → report. Reads no policy, and writes nothing. What goes wrong on the way is told beside what is known. */
export async function validateModels({ asked, runner, ahead, act }: ModelsRun): Promise<RunReport> {
  const { report, problems } = await tried(ahead, act);
  await runner.log.group('Models', () => Promise.resolve(modelLines(report).forEach(runner.log.say)));
  return {
    ...asked,
    ...{ plan: undefined, outcomes: [], verification: undefined, models: report },
    diagnostics: [...problems, ...noticesOf(report, problems.length > 0)],
    verdict: concludeModels(report, asked.reporting.modelsFailOn, problems),
    ...{ issuedKeyId: undefined, destinations: [] },
  };
}

async function tried(ahead: ModelsAhead, act: ModelsRun['act']): Promise<Validated> {
  try {
    return await ahead.online(await act());
  } catch (error) {
    const problems = explain(error);
    return { report: await ahead.offline(problems.map(({ because }) => because).join('; ')), problems };
  }
}
