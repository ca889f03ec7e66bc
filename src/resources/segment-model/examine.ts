import type { Model } from '../../cloud/segment/models.ts';
import type { Difference, Examination } from '../../engine/resource.ts';
import type { Notice } from '../../errors/diagnostic.ts';
import { readModelMark, writeModelMark } from '../../ownership/model-mark.ts';
import { addressOf, hashOf, isSameText } from './design.ts';
import type { ModelChange, ModelDesign, ModelLive, PublishDesign } from './design.ts';
import { problemsOf } from './refuse.ts';

/** What is to be said of a model in Segment. Pure. */

type ModelDifference = Difference<ModelChange>;

/** Models are written last, when all that they stand on is as it should be, and proven to work. */
const LAST = { phase: 'remove' } as const;

export function examineModel(publish: PublishDesign, design: ModelDesign, live: ModelLive): Examination<ModelChange> {
  const differences = diff(publish, design, live);
  return {
    differences,
    diagnostics: [...problemsOf(publish, design, live), ...(differences.length === 0 ? [] : inUse(design, live))],
    isThere: live.match.state !== 'absent',
  };
}

function diff(publish: PublishDesign, design: ModelDesign, { match }: ModelLive): ModelDifference[] {
  switch (match.state) {
    case 'absent':
      return [missing(design)];
    case 'ours':
      return diffFields(publish, design, match.model);
    case 'unmarked':
      return [
        unmarked(publish, design, match.model),
        ...(publish.adopt ? diffFields(publish, design, match.model) : []),
      ];
    case 'automatic':
    case 'another':
      return [taken(design, match.model.id)];
    case 'ambiguous':
      return [taken(design, match.models.map(({ id }) => id).join(','))];
  }
}

function missing({ enabled, identifier, name, query }: ModelDesign): ModelDifference {
  return {
    code: 'segment-model.missing',
    ...{ field: 'model', live: 'absent', desired: 'present', kind: 'missing', makes: 'created', ...LAST },
    change: { create: name, sha256: hashOf(query), identifier, enabled },
  };
}

function taken({ name }: ModelDesign, ids: string): ModelDifference {
  return {
    code: 'segment-model.taken',
    ...{ field: 'owner', live: 'not of this file', desired: `the model ${name} of this file`, kind: 'missing' },
    ...{ makes: 'adopted', ...LAST, change: { leave: ids } },
  };
}

function unmarked({ adopt, repository }: PublishDesign, { path }: ModelDesign, { id }: Model): ModelDifference {
  const mark = writeModelMark('', { repository, path }).trim();
  return {
    code: 'segment-model.unmarked',
    ...{ field: 'owner', live: 'unmarked', desired: `marked ${mark}`, kind: 'missing', makes: 'adopted', ...LAST },
    change: { adopt: id, mark },
    ...(adopt ? { exempt: 'adoption' as const } : {}),
  };
}

/** What is not told is unknown, and not compared. */
function diffFields(publish: PublishDesign, design: ModelDesign, model: Model): ModelDifference[] {
  const { id } = model;
  const description = descriptionOf(publish, design, model);
  const { identifier, isEnabled, name, query } = model;
  const differences = [
    name !== design.name && changed('name', [name, design.name], { set: 'name', id, to: design.name }),
    query !== undefined &&
      !isSameText(query, design.query) &&
      changed('query', [spelled(query), spelled(design.query)], queryChange(id, query, design)),
    identifier !== undefined &&
      identifier !== design.identifier &&
      changed('identifier', [identifier, design.identifier], { set: 'identifier', id, to: design.identifier }),
    !isSameDescription(model.description, description) &&
      changed('description', [model.description, description], { set: 'description', id, to: description }),
    isEnabled !== undefined &&
      isEnabled !== design.enabled &&
      changed('enabled', [String(isEnabled), String(design.enabled)], { set: 'enabled', id, to: design.enabled }),
  ];
  return differences.filter((one) => one !== false);
}

/** As the fields are called in files, and to whoever reads the plan. */
const FIELDS = {
  name: 'model',
  query: 'query',
  identifier: 'query_identifier_column',
  description: 'description',
  enabled: 'enabled',
} as const;

function changed(
  what: keyof typeof FIELDS,
  [live, desired]: readonly [string, string],
  change: ModelChange,
): ModelDifference {
  return {
    code: `segment-model.${what}`,
    ...{ field: FIELDS[what], live, desired, kind: 'changed', makes: 'updated', ...LAST, change },
  };
}

/** Whole queries would bury a plan: it names them by their hash, and by how long they are. */
function spelled(query: string): string {
  const lines = query.split('\n').length;
  return `${hashOf(query).slice(0, 12)} (${lines === 1 ? '1 line' : `${String(lines)} lines`})`;
}

function queryChange(id: string, live: string, { query }: ModelDesign): ModelChange {
  return { set: 'query', id, sha256: hashOf(query), was: hashOf(live) };
}

/** With the mark; a text that no file gives stays as it is. */
export function descriptionOf(
  { repository }: PublishDesign,
  { description, path }: ModelDesign,
  live: Pick<Model, 'description'> | undefined,
): string {
  const text = description ?? (live === undefined ? '' : readModelMark(live.description).text);
  return writeModelMark(text, { repository, path });
}

function isSameDescription(live: string, wanted: string): boolean {
  const [is, should] = [readModelMark(live), readModelMark(wanted)];
  return (
    isSameText(is.text, should.text) &&
    is.mark?.path === should.mark?.path &&
    is.mark?.repository.toLowerCase() === should.mark?.repository.toLowerCase()
  );
}

function inUse({ name }: ModelDesign, { mappings }: ModelLive): Notice[] {
  const subject = addressOf(name);
  if ('whyNot' in mappings) {
    const because = `which mappings sync it is not known: ${mappings.whyNot}`;
    return [{ severity: 'warning', code: 'segment-model.in-use', subject, because }];
  }
  if (mappings.length === 0) return [];
  const because = `it is synced by ${mappings.slice(0, 20).join(', ')}`;
  return [{ severity: 'warning', code: 'segment-model.in-use', subject, because }];
}

/** A model of ours that no file asks for: deleted only where that was asked for, and where nothing would stop by it. */
export function examineLeftOver(
  { prune }: PublishDesign,
  { id }: Model,
  mappings: readonly string[] | { readonly whyNot: string },
): Examination<ModelChange> {
  const users = 'whyNot' in mappings ? 'which mappings use it is not known' : mappings.join(', ');
  const isUnused = !('whyNot' in mappings) && mappings.length === 0;
  const command = isUnused ? 'set prune_models: true' : 'delete its mappings in Segment, then set prune_models: true';
  const because = isUnused ? 'that takes prune_models' : `mappings use it (${users})`;
  const change: ModelChange =
    prune && isUnused ? { delete: id, consent: 'prune_models' } : { byHand: { id, command, why: because } };
  return {
    differences: [
      {
        code: 'segment-model.left-over',
        ...{ field: 'model', live: 'present', desired: 'absent: no file asks for it', kind: 'surplus' },
        ...{ makes: 'deleted', ...LAST, change },
      },
    ],
    diagnostics: [],
    isThere: true,
  };
}
