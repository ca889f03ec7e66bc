import type { Notice, Problem } from '../../errors/diagnostic.ts';
import { undecided } from '../../destinations/segment/setting.ts';
import { elsewhereBecause } from '../../destinations/segment/look.ts';
import type { Looked } from '../../destinations/segment/look.ts';
import { noRoom, unmarked } from '../../ownership/mark.ts';
import { isOursToEnable, isSeenThere } from './design.ts';
import { minute } from '../../time.ts';
import type { SourceDesign, SourceLive, SourceSeen } from './design.ts';

/** Why the source must not be touched, and what a person should know of it. Pure. */

export function problemsOf(design: SourceDesign, live: SourceLive): Problem[] {
  const { looked } = live;
  if (looked === undefined) return [];
  if (looked.state === 'elsewhere') return [elsewhere(design, looked)];
  if (looked.state === 'not offered') return [notOffered(design)];
  const room = live.hasRoom ? [] : [noRoom(design.address, `record the source ${design.wanted} at ${design.email}`)];
  return [...(isSeenThere(live) ? ofSource(design, live) : ofCreation(design, live)), ...room];
}

function problem(design: SourceDesign, of: Omit<Problem, 'severity' | 'subject' | 'attempted'>): Problem {
  const attempted = `use the source ${design.wanted} in Segment`;
  return { severity: 'error', subject: design.address, attempted, ...of };
}

export function elsewhere(design: SourceDesign, looked: Extract<Looked, { state: 'elsewhere' }>): Problem {
  return problem(design, {
    code: 'segment-source.elsewhere',
    because: elsewhereBecause(looked),
    remedy: 'Use a token of the right workspace, or check segment_workspace.',
  });
}

function notOffered(design: SourceDesign): Problem {
  return problem(design, {
    code: 'segment-source.not-offered',
    because: "Segment's catalog has no BigQuery source for Reverse ETL in this region",
    remedy: 'Check segment_region; or take segment out of key_delivery, and deliver the key elsewhere.',
  });
}

function ofCreation(design: SourceDesign, { looked, location }: SourceLive): Problem[] {
  if (looked?.state !== 'seen') return [];
  const { candidates, choice } = looked;
  return [
    ...(design.adopt && !design.isNamed && candidates.length > 0 ? [manyCandidates(design, candidates)] : []),
    ...(/^[a-z0-9_-]+$/.test(design.wanted) ? [] : [noSuchId(design)]),
    ...('because' in choice ? [undecided(choice)] : []),
    ...(location === undefined ? [noLocation(design)] : []),
  ];
}

function manyCandidates(
  design: SourceDesign,
  candidates: readonly { readonly slug: string; readonly id: string }[],
): Problem {
  return problem(design, {
    code: 'segment-source.candidates',
    because: `it does not exist, and with adopt any of these could be meant: ${candidates.map(({ id, slug }) => `${slug} (${id})`).join(', ')}`,
    remedy: 'Set segment_source to the one to take over, or to the slug of a new one.',
  });
}

function noSuchId(design: SourceDesign): Problem {
  return problem(design, {
    code: 'segment-source.candidates',
    because: 'no source has this ID, and it is no slug: those are made of a-z, 0-9, _ and -',
    remedy: 'Check segment_source.',
  });
}

function noLocation(design: SourceDesign): Problem {
  return problem(design, {
    code: 'segment-source.no-location',
    because: 'it does not exist yet, and no location is known',
    remedy: 'Set location to where the data is that your models read, for example US, EU or europe-west1.',
  });
}

function ofSource(design: SourceDesign, live: SourceSeen): Problem[] {
  const { kind, source, standing } = live.looked;
  if (standing === 'other-kind') {
    const because = `its kind is ${source.metadataId}, and not BigQuery (${kind.metadataId}); Segment cannot change that`;
    return [problem(design, { code: 'segment-source.other-kind', because, remedy: 'Choose another segment_source.' })];
  }
  if (standing === 'renamed') return [renamed(design, live)];
  if (standing === 'unmarked') return ofUnmarked(design, live);
  return ofDisabled(design, live);
}

function renamed(design: SourceDesign, { looked: { source } }: SourceSeen): Problem {
  return problem(design, {
    code: 'segment-source.renamed',
    because: `the record names the source ${source.id}, whose slug is ${source.slug}: renamed by hand, or not ours`,
    remedy: `If it is the right one, set segment_source: ${source.slug}, or give it its slug back in Segment.`,
  });
}

function ofUnmarked(design: SourceDesign, live: SourceSeen): Problem[] {
  const { source } = live.looked;
  const refused = { subject: design.address, name: `the source ${source.slug} in Segment (${source.id})` };
  if (!design.adopt) return [unmarked(refused, ', or segment_source to another slug')];
  const { recordedBy } = live;
  if ('why' in recordedBy) {
    return [
      problem(design, {
        code: 'segment-source.recorded-by-another',
        because: `nobody can tell whether another service account of the project has recorded it (${recordedBy.why})`,
        remedy: 'Grant iam.serviceAccounts.list on the project (permissions/segment.yaml) while adopting.',
      }),
    ];
  }
  if (recordedBy.length > 0) {
    return [
      problem(design, {
        code: 'segment-source.recorded-by-another',
        because: `it is recorded as that of ${recordedBy.join(', ')}`,
        remedy: 'Set segment_source to another slug, or destroy the other target first.',
      }),
    ];
  }
  return ofDisabled(design, live);
}

/** What a person cut off stays cut off. One that is taken over, and that nothing uses, comes back with adopt alone. */
function ofDisabled(design: SourceDesign, live: SourceSeen): Problem[] {
  const { source } = live.looked;
  if (source.enabled || design.restore || isOursToEnable(live) || isIdle(design, live)) return [];
  return [
    {
      severity: 'error',
      code: 'segment-source.disabled',
      subject: design.address,
      attempted: `enable the source ${source.slug} in Segment`,
      because: `somebody disabled it${whenAndWho(live)}, perhaps because its key leaked`,
      remedy: 'Once that is resolved, run this action by hand with restore: true.',
    },
  ];
}

/** ` at 2026-11-23 14:05 UTC (jane@acme.example)`, as far as it is told. */
export function whenAndWho({ disabling }: SourceLive): string {
  return disabling === undefined ? '' : ` at ${minute(disabling.at)} (${disabling.by})`;
}

/** Whether it is about to be adopted, and nothing would begin to sync by enabling it. */
export function isIdle({ adopt }: SourceDesign, { looked: { mappings, standing } }: SourceSeen): boolean {
  return adopt && standing === 'unmarked' && mappings.every(({ isEnabled }) => !isEnabled);
}

export function noticesOf(design: SourceDesign, live: SourceLive): Notice[] {
  const { foreign, looked, reading } = live;
  const notice = (code: Notice['code'], because: string, more: Partial<Notice> = {}): Notice => ({
    ...{ severity: 'warning', code, subject: design.address, because },
    ...more,
  });
  if (looked === undefined) {
    const because = 'Segment was not looked at: no segment_token was given';
    return [notice('segment-source.not-looked-at', because, { severity: 'unseen' })];
  }
  const isGone = looked.state === 'seen' && looked.standing === 'gone';
  const isBlind = reading?.state === 'unreadable' && reading.isPending !== true && isSeenThere(live);
  return [
    ...(isGone
      ? [
          notice(
            'segment-source.created-anew',
            `the source ${design.wanted} is gone, and its models and mappings with it`,
          ),
        ]
      : []),
    ...foreign.map((setting) =>
      notice(
        'segment-source.exposed',
        `the setting ${setting} shows a private key in clear text that is none of this account`,
      ),
    ),
    ...(isBlind
      ? [
          notice('segment-source.trail', `who wrote the settings last cannot be told (${reading.why})`, {
            severity: 'unseen',
          }),
        ]
      : []),
  ];
}
