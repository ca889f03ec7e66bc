import { askSegment, listOf } from './ask.ts';
import type { AskOptions, AskSegment } from './ask.ts';
import { catalogEntry } from './catalog.ts';
import type { CatalogEntry } from './catalog.ts';
import { idOf, objectIn, optionalText, textOf, timeOf } from './fields.ts';
import { mappingsOf } from './mappings.ts';
import type { Mapping } from './mappings.ts';
import { modelCalls } from './models.ts';
import type { ModelCalls } from './models.ts';
import { listing, sourceCalls } from './sources.ts';
import type { ListedSource, SourceCalls } from './sources.ts';
import { startSync, syncOf, syncsOf } from './syncs.ts';
import type { Sync } from './syncs.ts';

/** The workspace that a token belongs to. */
export interface Workspace {
  readonly id: string;
  readonly slug: string;
}

/** Something that was done to a source. */
export interface SourceEvent {
  /** In milliseconds since 1970. */
  readonly at: number;
  readonly type: string;
  /** Who did it, as Segment names them. */
  readonly by: string;
}

/** Segment's Public API, as far as it is used: everything that leaves it was picked, field by field. */
export interface PublicApi extends SourceCalls, ModelCalls {
  readonly workspace: () => Promise<Workspace>;
  readonly catalogEntry: () => Promise<CatalogEntry | undefined>;
  /** Sources of the workspace, everybody's: page after page, so that nobody keeps them. */
  readonly sources: () => AsyncGenerator<readonly ListedSource[]>;
  readonly mappings: (sourceId: string) => Promise<Mapping[]>;
  readonly syncs: (mapping: Mapping, since: number) => Promise<Sync[]>;
  readonly startSync: (mapping: Mapping, sourceId: string) => Promise<string>;
  readonly sync: (modelId: string, syncId: string) => Promise<Sync>;
  /** What the audit trail holds of a source since then. */
  readonly events: (sourceId: string, since: number) => Promise<SourceEvent[]>;
}

export function publicApi(options: AskOptions): PublicApi {
  const ask = askSegment(options);
  return {
    ...sourceCalls(ask),
    ...modelCalls(ask),
    workspace: () => workspaceOf(ask),
    catalogEntry: () => catalogEntry(ask),
    sources: () => listOf(ask, listing),
    mappings: (sourceId) => mappingsOf(ask, sourceId),
    syncs: (mapping, since) => syncsOf(ask, mapping, since),
    startSync: (mapping, sourceId) => startSync(ask, mapping, sourceId),
    sync: (modelId, syncId) => syncOf(ask, modelId, syncId),
    events: (sourceId, since) => eventsOf(ask, sourceId, { since, until: options.clock.now() }),
  };
}

function workspaceOf(ask: AskSegment): Promise<Workspace> {
  const call = 'read the workspace that segment_token belongs to';
  return ask({ call, repeatable: true }, { method: 'GET', path: '/' }, (data) => {
    const workspace = objectIn(data, 'workspace');
    return { id: idOf('workspace', workspace, 'id'), slug: textOf('workspace', workspace, 'slug') };
  });
}

interface Window {
  readonly since: number;
  readonly until: number;
}

async function eventsOf(ask: AskSegment, sourceId: string, { since, until }: Window): Promise<SourceEvent[]> {
  const query = {
    startTime: new Date(since).toISOString(),
    endTime: new Date(until).toISOString(),
    resourceId: sourceId,
    resourceType: 'source',
  };
  const call = `read the audit trail of the source ${sourceId} in Segment`;
  const found: SourceEvent[] = [];
  for await (const page of listOf(ask, {
    call,
    asking: { path: '/audit-events', query },
    part: 'events',
    pick: eventIn,
  }))
    found.push(...page.flat());
  return found;
}

/** An event without a time tells nothing. */
function eventIn(event: Record<string, unknown>): SourceEvent[] {
  const at = timeOf(event, 'timestamp');
  if (at === undefined) return [];
  const by = optionalText(event, 'actorEmail') ?? optionalText(event, 'actor') ?? 'unknown';
  return [{ at, type: optionalText(event, 'type') ?? '', by }];
}
