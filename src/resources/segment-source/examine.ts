import { isSameLocation } from '../../cloud/google/datasets.ts';
import type { Looked, Seen } from '../../destinations/segment/look.ts';
import type { Difference, Examination } from '../../engine/resource.ts';
import { short } from '../../ownership/record.ts';
import { examineAbsent } from './absent.ts';
import { isOursToEnable, isSeenThere } from './design.ts';
import type { SourceChange, SourceDesign, SourceLive, SourceSeen } from './design.ts';
import { noticesOf, problemsOf, whenAndWho } from './refuse.ts';

/** What is to be said of the source in Segment. Pure. */

type SourceDifference = Difference<SourceChange>;

export function examineSource(design: SourceDesign, live: SourceLive | undefined): Examination<SourceChange> {
  if (live === undefined) return { differences: [], diagnostics: [], isThere: false };
  if (design.want === 'absent') return examineAbsent(design, live);
  const { looked } = live;
  const isThere = isSeenThere(live);
  const id = isThere && live.looked.standing === 'ours' ? live.looked.source.id : '';
  return {
    differences: diffPresent(design, live),
    diagnostics: [...problemsOf(design, live), ...noticesOf(design, live)],
    outputs: { segment_source_id: id },
    isThere,
    ...(looked === undefined ? { remark: 'not looked at: no segment_token', isPartial: true } : {}),
  };
}

function diffPresent(design: SourceDesign, live: SourceLive): SourceDifference[] {
  const { looked } = live;
  if (looked === undefined) return [];
  if (looked.state !== 'seen') return [outOfReach(design, looked)];
  if (!isSeenThere(live)) return [missing(design, live)];
  const { source, standing } = live.looked;
  switch (standing) {
    case 'other-kind':
      return [left('segment-source.other-kind', ['kind', source.metadataId, looked.kind.metadataId], source.id)];
    case 'renamed':
      return [left('segment-source.renamed', ['slug', source.slug, design.wanted], source.id)];
    case 'unmarked':
      return [unmarked(design, live), ...(design.adopt ? diffFields(design, live) : [])];
    case 'ours':
    case 'absent':
    case 'gone':
      return diffFields(design, live);
  }
}

/** Not where it was looked for, and it cannot be made there either. */
function outOfReach({ wanted }: SourceDesign, { state, workspace }: Exclude<Looked, Seen>): SourceDifference {
  const live =
    state === 'elsewhere' ? `looked for in another workspace, ${workspace.slug}` : 'not offered in this region';
  return {
    code: 'segment-source.missing',
    ...{ field: 'source', live, desired: 'present', kind: 'missing', phase: 'grant', makes: 'created' },
    change: { leave: wanted, because: 'unknown' },
  };
}

function missing(design: SourceDesign, { looked, location }: SourceLive): SourceDifference {
  const setting = looked?.state === 'seen' && 'setting' in looked.choice ? looked.choice.setting : undefined;
  const metadataId = looked?.state === 'seen' ? looked.kind.metadataId : '';
  // Without a setting or a location there is a problem, and nothing is done.
  const change: SourceChange =
    setting === undefined || location === undefined
      ? { leave: design.wanted, because: 'unknown' }
      : { create: { slug: design.wanted, metadataId, location, name: design.nameAtCreation, setting } };
  return {
    code: 'segment-source.missing',
    ...{ field: 'source', live: 'absent', desired: 'present, and enabled once it holds the key', kind: 'missing' },
    ...{ phase: 'grant', after: [design.after.account], makes: 'created', change },
  };
}

function left(
  code: SourceDifference['code'],
  [field, live, desired]: readonly [string, string, string],
  id: string,
): SourceDifference {
  const because = code === 'segment-source.other-kind' ? 'other-kind' : 'renamed';
  return {
    ...{ code, field, live, desired, kind: 'changed', phase: 'grant', makes: 'updated' },
    change: { leave: id, because },
  };
}

function unmarked({ adopt, after }: SourceDesign, { looked: { source } }: SourceSeen): SourceDifference {
  return {
    code: 'segment-source.unmarked',
    ...{ field: 'owner', live: 'unmarked', desired: 'recorded as ours', kind: 'missing', phase: 'grant' },
    ...{ after: [after.account], makes: 'adopted', change: { adopt: source.id } },
    ...(adopt ? { exempt: 'adoption' as const } : {}),
  };
}

/** What is compared of a source that is ours, or is about to be. */
function diffFields(design: SourceDesign, live: SourceSeen): SourceDifference[] {
  return [
    ...diffExposed(design, live),
    ...diffName(design, live),
    ...diffLocation(design, live),
    ...diffEnabled(design, live),
  ];
}

function diffExposed(_design: SourceDesign, { exposed, looked: { source } }: SourceSeen): SourceDifference[] {
  return exposed.map(({ keyId, setting }) => ({
    code: 'segment-source.exposed',
    ...{ field: `setting ${setting}`, live: `shows the key ${short(keyId)} in clear text` },
    ...{ desired: 'emptied, and the key disabled', kind: 'changed', phase: 'grant', makes: 'updated' },
    change: { conceal: setting, id: source.id, disable: keyId },
  }));
}

function diffName({ name }: SourceDesign, { looked: { source } }: SourceSeen): SourceDifference[] {
  if (name === undefined || name === source.name) return [];
  return [
    {
      code: 'segment-source.name',
      ...{ field: 'name', live: source.name ?? 'none', desired: name, kind: 'changed' },
      ...{ phase: 'grant', makes: 'updated', change: { rename: name, id: source.id } },
    },
  ];
}

function diffLocation({ after }: SourceDesign, { location, looked: { source } }: SourceSeen): SourceDifference[] {
  // Settings that are not shown at all are unknown, not absent.
  if (location === undefined || !source.showsSettings) return [];
  if (source.location !== undefined && isSameLocation(source.location, location)) return [];
  return [
    {
      code: 'segment-source.location',
      ...{ field: 'location', live: source.location ?? 'absent', desired: location, kind: 'changed' },
      ...{ phase: 'grant', after: [after.account], makes: 'updated', change: { locate: location, id: source.id } },
    },
  ];
}

/** `, disabled at 2026-11-23 14:05 UTC (jane@acme.example)` */
function since(live: SourceLive): string {
  return live.disabling === undefined ? '' : `, disabled${whenAndWho(live)}`;
}

function diffEnabled(design: SourceDesign, live: SourceSeen): SourceDifference[] {
  const { source } = live.looked;
  if (source.enabled) return [];
  const isPending = isOursToEnable(live);
  return [
    {
      code: isPending ? 'segment-source.pending' : 'segment-source.disabled',
      ...{
        field: 'enabled',
        live: isPending ? 'false (never enabled)' : `false${since(live)}`,
        desired: 'true',
        kind: 'changed',
      },
      ...{ phase: 'issue', after: [design.after.key], makes: 'enabled', change: { enable: source.id } },
    },
  ];
}
