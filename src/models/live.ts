import type { Model as SegmentModel } from '../cloud/segment/models.ts';
import type { MaybeRunning, Running } from '../destinations/segment/running.ts';
import type { Proof } from '../verify/verification.ts';
import { judge } from './judge.ts';
import type { Model, ModelFinding } from './model.ts';
import { queryInLines, withoutReturns } from './places.ts';
import { refusedFinding } from './refused.ts';
import type { Answer, Candidate } from './try.ts';
import { expectedOf } from './validating.ts';
import type { Tried, Validating } from './validating.ts';

/** Models that run in Segment, tried as the account: a table changes under them without a change to any file. Pure. */

/** One that is disabled does not run. */
function runningIn(running: Running | undefined): SegmentModel[] {
  return (running?.models ?? []).filter(({ isEnabled }) => isEnabled !== false);
}

export function liveCandidates(running: Running | undefined): Candidate[] {
  return runningIn(running).flatMap(({ id, name, query }) =>
    query === undefined ? [] : [{ query: withoutReturns(query), what: `the model ${name} (${id}) in Segment` }],
  );
}

/** A claim for each: what fails is told with the name of the model. That they could not be listed is no proof of anything. */
export function liveProofs(
  validating: Validating,
  running: MaybeRunning | undefined,
  { answers, location }: Pick<Tried, 'answers' | 'location'>,
): Proof[] {
  if (running === undefined || 'whyNot' in running)
    return running?.fault === 'none' ? [] : [notListed(running?.whyNot)];
  return runningIn(running).map((model) => {
    const answer = model.query === undefined ? undefined : answers.get(withoutReturns(model.query));
    return proofOf(validating, model, { answer, location: location ?? '' });
  });
}

function notListed(whyNot = 'there is no segment_token'): Proof {
  return {
    claim: { what: 'run the models that run in Segment', expected: 'can', attempt: { kind: 'model', model: '' } },
    outcome: 'fails',
    words: 'they could not be listed',
    diagnosis: {
      code: 'models.segment-unread',
      cause: whyNot,
      remedy: 'Check segment_token, segment_workspace, segment_region and segment_source, then run again.',
    },
  };
}

interface Outcome {
  readonly answer: Answer | undefined;
  readonly location: string;
}

function proofOf(validating: Validating, live: SegmentModel, { answer, location }: Outcome): Proof {
  const claim: Proof['claim'] = {
    what: `run the model ${live.name} (${live.id}) that runs in Segment (dry run)`,
    expected: 'can',
    attempt: { kind: 'model', model: live.id },
  };
  const nothing = { words: undefined, diagnosis: undefined };
  if (answer === undefined)
    return { claim, outcome: 'not checked', ...nothing, words: 'Segment did not tell its query' };
  const faults = faultsOf(validating, modelOf(live), { answer, location });
  // What is not told cannot be missed.
  const [gravest] = faults.filter(({ id }) => live.identifier !== undefined || id !== 'identifier-missing');
  if (gravest === undefined) return { claim, outcome: 'holds', ...nothing };
  if (gravest.id === 'not-tried') return { claim, outcome: 'not checked', ...nothing, words: gravest.message };
  const at = `line ${String(gravest.place.line)}, column ${String(gravest.place.column)} of its query`;
  return {
    claim,
    outcome: 'fails',
    words: 'error' in answer ? answer.error.words : undefined,
    diagnosis: { code: 'verify.live-model', cause: `${gravest.message} (${at})`, remedy: REMEDY },
  };
}

const REMEDY =
  'Its syncs fail until this is fixed: restore what it reads, or change the model in its file or in Segment. For a ' +
  'model in a file, mode models reports this on its line.';

/** Only what keeps it from running: what it costs, and what it might do better, is no failure. */
function faultsOf(
  validating: Validating,
  model: Model,
  { answer, location }: Outcome & { readonly answer: Answer },
): ModelFinding[] {
  if ('facts' in answer)
    return judge(model, answer.facts, { ...expectedOf(validating), maxBytes: undefined }).filter(
      ({ weight }) => weight === 'error',
    );
  const { projectId, names, access } = validating.target;
  const { query } = model;
  const refused = { query, sent: query.text, error: answer.error, liesIn: answer.liesIn };
  const reader = { projectId, email: names.email, accessMode: access.mode, location };
  return [refusedFinding({ ...refused, inOriginal: (offset) => offset }, reader)];
}

/** As if it stood in a file of its own. */
function modelOf({ identifier, name, query = '' }: SegmentModel): Model {
  const start = { file: name, line: 1, column: 1 };
  const places = { model: start, identifier: start, columns: [], maxBytes: start, verifyUnique: start };
  return {
    ...{ name, description: undefined, query: queryInLines(withoutReturns(query), start), enabled: true, places },
    identifier: identifier ?? '',
    ...{ columns: [], maxBytes: undefined, verifyUnique: false, allow: [], previousName: undefined },
  };
}
