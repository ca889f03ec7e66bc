import { listAccounts } from '../cloud/google/service-accounts.ts';
import type { AnyResource } from '../engine/resource.ts';
import { modes } from '../inputs/modes.ts';
import { sourceSlugOf } from '../inputs/names.ts';
import { workspaceMark } from '../ownership/record.ts';
import type { Ownership } from '../ownership/record.ts';
import { segmentModels } from '../resources/segment-model/segment-models.ts';
import { segmentSource } from '../resources/segment-source/segment-source.ts';
import type { SourceDesign } from '../resources/segment-source/design.ts';
import { commonLocation } from '../resources/state-dataset/location.ts';
import { addressesOf } from './ground.ts';
import type { Ground } from './ground.ts';

/** The part of the blueprint about Segment: the source that takes the key. */

/** Nothing unless the key goes there; but what was made there is taken back, if only the record tells of it. */
export function drawSegment(ground: Ground): AnyResource[] {
  const { claims, cloud, destinations, documents, options, segment: side, target } = ground;
  const isGoing = modes[options.mode].wants === 'absent';
  if (!target.delivery.to.includes('segment') && !isGoing) return [];
  return [
    segmentSource({
      ...{ design: sourceDesign(ground), side, document: documents.account, claims },
      ...{ keys: documents.keys, keyList: documents.keyList, delivers: modes[options.mode].delivers },
      destination: destinations.find(({ address }) => address.kind === 'segment'),
      location: () => locationIn(ground),
      accounts: () => listAccounts(cloud),
    }),
  ];
}

/** Models of files, in Segment. */
export function drawModels({ options, publishing, repository, segment: side, target }: Ground): AnyResource[] {
  if (publishing === undefined) return [];
  const { adopt, pruneModels: prune } = options.consent;
  return [
    segmentModels({
      ...{ address: addressesOf(target).models, publishing, side },
      publish: {
        ...{ repository: repository ?? '', adopt, prune },
        isReviewed: options.reporting.expectedPlan !== undefined,
      },
      makesSource: target.delivery.to.includes('segment'),
    }),
  ];
}

function sourceDesign({ target, options, repository }: Ground): SourceDesign {
  const { names, projectId, segment } = target;
  const { account, key, source: address } = addressesOf(target);
  const { adopt, deleteSource, restore } = options.consent;
  return {
    ...{ address, adopt, deleteSource, restore, repository },
    want: modes[options.mode].wants,
    wanted: segment.source,
    isNamed: segment.source !== sourceSlugOf(projectId, names.accountId),
    name: segment.sourceName,
    nameAtCreation: segment.sourceName ?? `BigQuery ${projectId}`,
    email: names.email,
    after: { account, key },
  };
}

/** Where the state dataset lies, or is to lie. */
async function locationIn({ documents, target }: Ground): Promise<string | undefined> {
  const { access, names } = target;
  const dataset = await documents.datasets.named(names.stateDataset).read();
  const known = dataset?.location ?? access.location;
  if (known !== undefined || access.sourceDatasets.length === 0) return known;
  return commonLocation(await documents.locationsOf(access.sourceDatasets));
}

/** What the record of a new account says of Segment from its first moment on: a source is about to be created. */
export async function recordAtCreation({ segment: side, target }: Ground): Promise<Partial<Ownership>> {
  if (!side.isAsked || !target.delivery.to.includes('segment')) return {};
  const looked = await side.look();
  if (looked.state !== 'seen' || looked.source !== undefined) return {};
  return { workspace: workspaceMark(looked.workspace.id), source: 'new' };
}
