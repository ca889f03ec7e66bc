import { listOf, path } from './ask.ts';
import type { AskSegment } from './ask.ts';
import { columnsUsed } from './columns-used.ts';
import type { ColumnsUsed } from './columns-used.ts';
import { idOf, objectIn, optionalText, recordIn } from './fields.ts';
import { scheduleIn } from './schedule.ts';
import type { Schedule } from './schedule.ts';

/** What hangs on the models of a source: mappings, which are subscriptions with a model. Alpha, so read leniently. */

/** A mapping. It syncs only where model, destination and the mapping itself are enabled. */
export interface Mapping extends Schedule {
  readonly id: string;
  readonly name: string;
  readonly modelId: string;
  readonly destination: string;
  readonly isEnabled: boolean;
  readonly isDestinationEnabled: boolean;
  /** Which columns of the model it names; undefined = not told. */
  readonly columns: ColumnsUsed | undefined;
}

const VERSION = 'v1alpha';

/** Mappings of one source: destination by destination. */
export async function mappingsOf(ask: AskSegment, sourceId: string): Promise<Mapping[]> {
  const asking = { path: path`/sources/${sourceId}/connected-destinations` };
  const call = `list the destinations of the source ${sourceId} in Segment`;
  const found: Promise<Mapping[]>[] = [];
  for await (const page of listOf(ask, { call, asking, part: 'destinations', pick: destinationOf }))
    found.push(...page.map((destination) => mappingsInto(ask, destination)));
  return (await Promise.all(found)).flat();
}

interface Destination {
  readonly id: string;
  readonly name: string;
  readonly isEnabled: boolean;
}

function destinationOf(destination: Record<string, unknown>): Destination {
  const id = idOf('destination', destination, 'id');
  return { id, name: optionalText(destination, 'name') ?? id, isEnabled: destination['enabled'] !== false };
}

async function mappingsInto(ask: AskSegment, { id, isEnabled, name }: Destination): Promise<Mapping[]> {
  const asking = { path: path`/destinations/${id}/subscriptions`, version: VERSION } as const;
  const call = `list the mappings of the destination ${id} in Segment`;
  const pick = (subscription: Record<string, unknown>): Mapping[] => mappingIn(subscription, name, isEnabled);
  const found: Mapping[] = [];
  for await (const page of listOf(ask, { call, asking, part: 'subscriptions', pick })) found.push(...page.flat());
  return found;
}

/** A subscription without a model is none of Reverse ETL. */
function mappingIn(
  subscription: Record<string, unknown>,
  destination: string,
  isDestinationEnabled: boolean,
): Mapping[] {
  const named = ['modelId', 'reverseETLModelId'].find((part) => optionalText(subscription, part) !== undefined);
  if (named === undefined) return [];
  const modelId = idOf('mapping', subscription, named);
  const id = idOf('mapping', subscription, 'id');
  return [
    {
      ...{ id, modelId, destination, isDestinationEnabled },
      name: optionalText(subscription, 'name') ?? id,
      isEnabled: subscription['enabled'] !== false,
      ...scheduleIn(objectIn(subscription, 'reverseETLSchedule')),
      // Settings may hold anything: the names of columns are all that leaves this file.
      columns: columnsOf(subscription),
    },
  ];
}

function columnsOf(subscription: Record<string, unknown>): ColumnsUsed | undefined {
  const settings = recordIn(subscription, 'settings');
  return settings && columnsUsed(settings, optionalText(subscription, 'trigger') ?? '');
}
