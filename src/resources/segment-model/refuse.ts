import type { Problem } from '../../errors/diagnostic.ts';
import { markedForAnother, unmarked } from '../../ownership/mark.ts';
import { addressOf, isSameText } from './design.ts';
import type { Match, ModelDesign, ModelLive, PublishDesign } from './design.ts';

/** Why a model must not be touched. Pure. */

export function problemsOf(publish: PublishDesign, design: ModelDesign, live: ModelLive): Problem[] {
  const { match } = live;
  const subject = addressOf(design.name);
  const named = (id: string): { subject: typeof subject; name: string } => ({
    subject,
    name: `the model ${design.name} in Segment (${id})`,
  });
  switch (match.state) {
    case 'absent':
      return [];
    case 'ours':
      return [...ofEdits(publish, design, live), ...ofIdentifier(design, match)];
    case 'unmarked':
      return publish.adopt
        ? ofIdentifier(design, match)
        : [unmarked(named(match.model.id), ', or give the model of the file another name')];
    case 'automatic':
      return [automatic(design, match.model.id)];
    case 'another': {
      const from = `${match.mark.repository}:${match.mark.path}`;
      const remedy = 'Give one of them another name; or remove it there, and its mark in Segment.';
      return [markedForAnother(named(match.model.id), from, remedy)];
    }
    case 'ambiguous':
      return [ambiguous(design, match)];
  }
}

type Of<State extends Match['state']> = Extract<Match, { readonly state: State }>;

function problem(design: ModelDesign, of: Omit<Problem, 'severity' | 'subject' | 'attempted'>): Problem {
  const attempted = `write the model ${design.name} to Segment`;
  return { severity: 'error', subject: addressOf(design.name), attempted, ...of };
}

/** What a person changed in the app is not undone unseen. */
function ofEdits({ isReviewed }: PublishDesign, design: ModelDesign, { isCommitted, match }: ModelLive): Problem[] {
  if (match.state !== 'ours' || isCommitted || isReviewed) return [];
  const because =
    "no commit of its file matches what is in Segment: somebody edited it there, or the file's history is not available";
  const remedy =
    'Copy the change from Segment into the file, and commit it; check out with fetch-depth: 0, so that its history can be read; ' +
    'or review the output plan of mode plan, and pass its plan_digest as expected_plan, which overwrites the edit.';
  return [problem(design, { code: 'segment-model.edited', because, remedy })];
}

function ofIdentifier(design: ModelDesign, { model }: Of<'ours'> | Of<'unmarked' | 'automatic'>): Problem[] {
  const { identifier } = model;
  if (identifier === undefined || identifier === design.identifier || design.allowsIdentifier) return [];
  const because = `its identifier would change from ${identifier} to ${design.identifier}: Segment would treat every record as deleted, and send all of them again`;
  const remedy = 'If that is meant, add identifier-changed to allow of the model.';
  return [problem(design, { code: 'segment-model.identifier', because, remedy })];
}

function automatic(design: ModelDesign, id: string): Problem {
  const because = `Segment made the model of this name (${id}) for itself, and nobody else may change it`;
  return problem(design, {
    code: 'segment-model.automatic',
    because,
    remedy: 'Give the model of the file another name.',
  });
}

function ambiguous(design: ModelDesign, { models }: Of<'ambiguous'>): Problem {
  const because = `several models in Segment could be it: ${models.map(({ id, name }) => `${name} (${id})`).join(', ')}`;
  return problem(design, {
    code: 'segment-model.ambiguous',
    because,
    remedy: 'Rename or delete all but one of them in Segment.',
  });
}

/** Whether what is in Segment differs in what only its file may say: then its history decides whether it may be overwritten. */
export function differsInText(design: ModelDesign, match: Match): boolean {
  if (match.state !== 'ours') return false;
  const { identifier, isEnabled, query } = match.model;
  return (
    (query !== undefined && !isSameText(query, design.query)) ||
    (identifier !== undefined && identifier !== design.identifier) ||
    (isEnabled !== undefined && isEnabled !== design.enabled)
  );
}
