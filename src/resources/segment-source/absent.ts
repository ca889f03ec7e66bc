import type { Examination } from '../../engine/resource.ts';
import type { Notice, Problem } from '../../errors/diagnostic.ts';
import { isOfRepository, readModelMark } from '../../ownership/model-mark.ts';
import { isSeenThere } from './design.ts';
import type { SourceChange, SourceDesign, SourceLive, SourceSeen } from './design.ts';
import { elsewhere } from './refuse.ts';

/** What becomes of the source when all is to go: only what this action created is touched. Pure. */

export function examineAbsent(design: SourceDesign, live: SourceLive): Examination<SourceChange> {
  const { looked, owned } = live;
  const nothing = { differences: [], isThere: false };
  if (looked === undefined) {
    const isRecorded = owned?.source !== undefined;
    return { ...nothing, diagnostics: isRecorded ? [unasked(design)] : [] };
  }
  if (looked.state === 'elsewhere') return { ...nothing, diagnostics: [elsewhere(design, looked)] };
  if (!isSeenThere(live) || live.looked.standing !== 'ours') return { ...nothing, diagnostics: [] };
  const recorded = owned?.source;
  if (typeof recorded === 'object' && recorded.mark === 'adopted')
    return { differences: [], diagnostics: [leftAdopted(live)], isThere: true };
  return design.deleteSource ? deleted(design, live) : disabled(design, live);
}

function deleted({ address, repository }: SourceDesign, { looked }: SourceSeen): Examination<SourceChange> {
  const { mappings, models, source } = looked;
  const isOurs = (description: string): boolean =>
    repository !== undefined && isOfRepository(readModelMark(description).mark, repository);
  const inUse = [
    ...models.filter(({ description }) => !isOurs(description)).map(({ id, name }) => `the model ${name} (${id})`),
    ...mappings.map(({ destination, id, name }) => `the mapping ${name} (${id}) into ${destination}`),
  ];
  const problem: Problem = {
    severity: 'error',
    code: 'segment-source.in-use',
    subject: address,
    attempted: `delete the source ${source.slug} in Segment`,
    because: `others would go with it: ${inUse.join(', ')}`,
    remedy: 'Delete these in Segment, or leave delete_source out: the source is then disabled, and its key taken away.',
  };
  return {
    differences: [
      {
        code: 'segment-source.to-delete',
        ...{ field: 'source', live: 'present', desired: 'absent', kind: 'changed', phase: 'remove' },
        ...{ makes: 'deleted', change: { delete: source.id } },
      },
    ],
    diagnostics: inUse.length === 0 ? [] : [problem],
    isThere: true,
  };
}

function disabled({ address }: SourceDesign, { looked }: SourceSeen): Examination<SourceChange> {
  const { choice, source } = looked;
  const empty = 'setting' in choice ? choice.setting.name : null;
  const kept = `the source ${source.slug} in Segment is kept, disabled${empty === null ? '' : ' and without its key'}`;
  const notice: Notice = {
    ...{ severity: 'warning', code: 'segment-source.left', subject: address, because: kept },
    remedy: `The next apply needs adopt: true for the source ${source.id}. With delete_source: true it is deleted.`,
  };
  return {
    differences: [
      {
        code: 'segment-source.to-disable',
        ...{ field: 'enabled', live: String(source.enabled), desired: 'false, without a key', kind: 'changed' },
        ...{ phase: 'remove', makes: 'removed', change: { disable: source.id, empty } },
      },
    ],
    diagnostics: [notice],
    isThere: true,
  };
}

function leftAdopted({ looked: { source } }: SourceSeen): Notice {
  return {
    severity: 'warning',
    code: 'segment-source.left',
    because: `the source ${source.slug} in Segment is kept as it is: it was adopted, not created; the key in it is no longer valid`,
    remedy: 'Give it another key, or delete it in Segment.',
  };
}

function unasked({ address, wanted }: SourceDesign): Problem {
  return {
    severity: 'error',
    code: 'segment-source.not-looked-at',
    subject: address,
    attempted: `take back the key from the source ${wanted} in Segment`,
    because: 'the record of the service account names a source, and no segment_token was given',
    remedy:
      'Set segment_token: without it the source would keep a key that is no longer valid, and nobody would say so.',
  };
}
