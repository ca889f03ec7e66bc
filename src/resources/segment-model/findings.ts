import type { Finding } from '../../engine/finding.ts';

const APPLY = 'Run mode `apply` with `publish_models: true` to write it.';
const needs: Finding['needs'] = [];

export const segmentModelFindings = {
  'segment-model.missing': {
    level: 'warning',
    what: 'A model of a file does not exist in Segment',
    why: 'No mapping can sync it.',
    remedy: APPLY,
    needs,
  },
  'segment-model.unmarked': {
    level: 'warning',
    what: 'A model of the same name in Segment does not come from a file of this repository',
    why: 'Somebody made it in the app, and may rely on it; apply does not touch it.',
    remedy: 'Run mode `apply` with `adopt: true` to take it over, or give the model of the file another name.',
    needs,
  },
  'segment-model.taken': {
    level: 'error',
    what: 'A model of the same name in Segment belongs to something else',
    why: 'It comes from another file or repository, Segment made it for itself, or there are several; apply does not touch it.',
    remedy: 'Give one of them another name.',
    needs,
  },
  'segment-model.name': {
    level: 'note',
    what: 'A model has another name in Segment',
    why: 'Its file gives it a new name; its mappings stay.',
    remedy: APPLY,
    needs,
  },
  'segment-model.query': {
    level: 'warning',
    what: 'The query of a model in Segment differs from its file',
    why: 'What runs is not what was reviewed.',
    remedy: APPLY,
    needs,
  },
  'segment-model.identifier': {
    level: 'error',
    what: 'A model has another identifier in Segment than in its file',
    why: 'Segment tells rows apart by it: if it changes, every record is deleted and sent again.',
    remedy: `Add identifier-changed to \`allow\` of the model if that is meant. ${APPLY}`,
    needs,
  },
  'segment-model.description': {
    level: 'note',
    what: 'A model has another description in Segment than in its file',
    why: 'It also tells which file the model comes from.',
    remedy: APPLY,
    needs,
  },
  'segment-model.enabled': {
    level: 'warning',
    what: 'A model is enabled in Segment but disabled in its file, or the reverse',
    why: 'A model that is disabled is not synced.',
    remedy: APPLY,
    needs,
  },
  'segment-model.left-over': {
    level: 'note',
    what: 'A model in Segment is no longer in the file of this repository that it came from',
    why: 'It still runs, but nobody can review it any more.',
    remedy: 'Run mode `apply` with `prune_models: true` on the default branch; delete its mappings first.',
    needs,
  },
} satisfies Record<string, Finding>;

declare module '../../engine/finding.ts' {
  interface FindingCodes extends Record<keyof typeof segmentModelFindings, true> {}
}

declare module '../../address.ts' {
  interface Kinds {
    readonly 'segment-model': true;
    /** The search for them. */
    readonly 'segment-models': true;
  }
}
