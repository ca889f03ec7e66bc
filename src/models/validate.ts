import { explain, explainApiError } from '../errors/explain.ts';
import type { Problem } from '../errors/diagnostic.ts';
import type { AsSegment } from './account.ts';
import { liveCandidates, liveProofs } from './live.ts';
import { locate } from './location.ts';
import type { ModelsReport } from './model.ts';
import { referenceOf } from './reference.ts';
import { reportOf } from './results.ts';
import { tryModels } from './try-models.ts';
import { trierOf } from './try.ts';
import type { Tried, Validated, Validating } from './validating.ts';

/** From models to what is said of them: offline, as the account, and compared with what they were. */

const UNTRIED: Tried = { answers: new Map(), overridden: new Map(), uniqueness: new Map(), billed: undefined };

/** Asks BigQuery nothing. @param whyNot - why not */
export async function validateOffline(validating: Validating, whyNot: string): Promise<ModelsReport> {
  const [based, running] = await Promise.all([validating.based(), validating.running?.()]);
  return reportOf(validating, UNTRIED, { trying: { whyNot }, reference: referenceOf(based, running), running });
}

/** @param acting - the account, or why this run cannot act as it */
export async function validate(validating: Validating, acting: AsSegment): Promise<Validated> {
  const wrong = await wrongInSegment(validating);
  const untried = async (whyNot: string, problems: readonly Problem[]): Promise<Validated> => {
    return { report: await validateOffline(validating, whyNot), problems: [...wrong, ...problems], live: undefined };
  };
  if ('whyNot' in acting) {
    const { refused } = acting;
    return untried(acting.whyNot, refused === undefined ? [] : [explainApiError(refused)]);
  }
  try {
    return { ...(await tryAll(validating, acting)), problems: wrong };
  } catch (error) {
    const problems = explain(error);
    return untried(problems.map(({ because }) => because).join('; '), problems);
  }
}

/** @throws Blocked where nobody can say where the models run */
async function tryAll(
  validating: Validating,
  acting: Exclude<AsSegment, { readonly whyNot: string }>,
): Promise<Omit<Validated, 'problems'>> {
  const [based, running] = await Promise.all([validating.based(), validating.running?.()]);
  const known = running === undefined || 'whyNot' in running ? undefined : running;
  const location = await locate(await acting.cloud(), validating.target, known?.location);
  const trier = trierOf(acting, location, validating.clock);
  const reference = referenceOf(based, running);
  const live = validating.inputs.liveModels ? liveCandidates(known) : [];
  const tried = await tryModels(validating, { trier, location, reference, besides: live });
  const trying = { how: `${acting.how}, in ${location}` };
  return {
    report: reportOf(validating, tried, { trying, reference, running }),
    live: validating.inputs.liveModels ? liveProofs(validating, running, tried) : undefined,
  };
}

/** What was asked for in Segment, and is wrong: nobody can compare with another workspace, or with a token that is refused. */
async function wrongInSegment({ running }: Validating): Promise<Problem[]> {
  const found = await running?.();
  if (found === undefined || !('whyNot' in found) || found.fault !== 'input') return [];
  return [
    {
      ...{ severity: 'error', code: 'models.segment-unread', subject: { input: 'segment_token' } },
      attempted: 'compare the models with what runs in Segment',
      because: found.whyNot,
      remedy: 'Check segment_token, segment_workspace, segment_region and segment_source.',
    },
  ];
}
