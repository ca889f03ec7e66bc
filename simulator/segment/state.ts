/** How the catalog describes BigQuery, and what Segment makes of what is sent. */
export type Catalog = 'string' | 'object' | 'two-secrets' | 'leaky' | 'validates' | 'eu';

export type Settings = Record<string, unknown>;

export interface SourceState {
  id: string;
  slug: string;
  name: string;
  enabled: boolean;
  metadataId: string;
  writeKey: string;
  /** All that is stored, secrets too: answers leave those out. */
  settings: Settings;
  /** Every secret that was ever stored, oldest first: what a consumer that has not heard of the last one still uses. */
  keys: unknown[];
}

export interface DestinationState {
  id: string;
  name: string;
  enabled: boolean;
  metadataId: string;
  sourceId: string;
  settings: Settings;
}

export interface ModelState {
  id: string;
  sourceId: string;
  name: string;
  description: string;
  enabled: boolean;
  query: string;
  queryIdentifierColumn: string;
}

export interface Schedule {
  strategy: 'PERIODIC' | 'SPECIFIC_DAYS' | 'MANUAL' | 'CRON' | 'DBT_CLOUD';
  config: Settings | null;
}

/** A mapping, where it has a model. */
export interface SubscriptionState {
  id: string;
  destinationId: string;
  name: string;
  actionId: string;
  trigger: string;
  enabled: boolean;
  settings: Settings;
  modelId?: string;
  reverseETLSchedule?: Schedule;
  /** Since when that schedule counts. */
  scheduledAt: number;
}

/** What a sync came to; until `finishedAt` nobody is told. */
export interface SyncState {
  syncId: string;
  sourceId: string;
  modelId: string;
  subscriptionId: string;
  startedAt: number;
  extractedAt: number;
  finishedAt: number;
  extractCount: number;
  /** Of the records extracted: those that the destination refused. */
  deliverFailureCount: number;
  /** Empty where the extract went well. */
  errorCode: string;
  error: string;
  /** Id of the key that it used, if it was a key at all. */
  keyId: string | null;
}

export interface EventState {
  id: string;
  occurredAt: number;
  type: string;
  actor: string;
  actorEmail?: string;
  resourceId: string;
  resourceType: string;
  resourceName: string;
}

export interface SegmentState {
  workspace: { id: string; name: string; slug: string };
  catalog: Catalog;
  sources: SourceState[];
  destinations: DestinationState[];
  models: ModelState[];
  subscriptions: SubscriptionState[];
  /** Oldest first. */
  syncs: SyncState[];
  /** The audit trail, oldest first. */
  events: EventState[];
}
