import type { Model } from '../../cloud/segment/models.ts';
import type { Resource } from '../../engine/resource.ts';
import { addressOf } from './design.ts';
import type { ModelChange, ModelDesign, ModelLive, PublishDesign } from './design.ts';
import { examineLeftOver, examineModel } from './examine.ts';
import type { ModelWriter } from './write.ts';

/** One model of a file, as it is in Segment. It was read with all others: a list tells of many at once. */
export function segmentModel(
  publish: PublishDesign,
  { design, live, writer }: { readonly design: ModelDesign; readonly live: ModelLive; readonly writer: ModelWriter },
): Resource<ModelLive, ModelChange> {
  return {
    address: addressOf(design.name),
    want: 'present',
    read: () => Promise.resolve(live),
    examine: () => examineModel(publish, design, live),
    change: async (_live, changes, run) => {
      await writer.write({ design, match: live.match, changes, run });
      return undefined;
    },
  };
}

/** One model in Segment that no file asks for any more. */
export function leftOverModel(
  publish: PublishDesign,
  left: { readonly model: Model; readonly mappings: ModelLive['mappings']; readonly writer: ModelWriter },
): Resource<Model, ModelChange> {
  const { mappings, model, writer } = left;
  return {
    address: addressOf(model.name),
    want: 'absent',
    read: () => Promise.resolve(model),
    examine: () => examineLeftOver(publish, model, mappings),
    change: async (_live, changes) => {
      if (changes.some((change) => 'delete' in change)) await writer.remove(model);
      return undefined;
    },
  };
}
