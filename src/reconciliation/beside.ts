import type { Notice, Problem } from '../errors/diagnostic.ts';
import { noticesOf } from '../models/notices.ts';
import { rowPolicyNotices } from '../models/row-policies.ts';
import type { Validated } from '../models/validating.ts';
import { modelLines } from '../report/models-table.ts';
import { verificationOf } from '../validation/live.ts';
import { proofLines } from '../verify/wording.ts';
import type { Reconciling, Scene } from './scene.ts';

/** Models that were validated besides, and what no dry run tells of them. */
export interface Beside extends Validated {
  readonly notices: readonly Notice[];
}

/** After apply, when the account may do what it is to do. */
export async function validateBeside(
  { runner, target }: Reconciling,
  { cloud, validated }: Scene,
): Promise<Beside | undefined> {
  if (validated === undefined) return undefined;
  return runner.log.group('Models', async () => {
    const found = await validated();
    const notices = await rowPolicyNotices(cloud, found.report, target.names.member);
    const live = verificationOf(found);
    const lines = [...modelLines(found.report), ...(live === undefined ? [] : proofLines(live))];
    lines.forEach(runner.log.say);
    return { ...found, notices };
  });
}

/** What is told of them besides the report. */
export function noticesBeside(models: Beside | undefined): readonly Notice[] {
  if (models === undefined) return [];
  const { report, problems, notices } = models;
  return [...problems.map(asNotice), ...noticesOf(report, problems.length > 0), ...notices];
}

/** What kept models from being tried keeps nothing else from being done. */
function asNotice({ code, because, remedy }: Problem): Notice {
  return { severity: 'warning', code, because, remedy };
}
