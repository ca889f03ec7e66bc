import { isEntryOf } from '../cloud/google/access-entries.ts';
import type { AccessEntry } from '../cloud/google/datasets.ts';
import type { AnyResource } from '../engine/resource.ts';
import { modes } from '../inputs/modes.ts';
import { datasetSearch } from '../resources/dataset-search/dataset-search.ts';
import { isAbout } from '../resources/source-dataset/about.ts';
import type { Reading } from '../resources/source-dataset/examine.ts';
import { sourceDataset } from '../resources/source-dataset/source-dataset.ts';
import { stateDataset } from '../resources/state-dataset/state-dataset.ts';
import { accountsIn } from '../resources/state-dataset/strangers.ts';
import { STEADY } from '../time.ts';
import { accessModeRows, isScopedRole, readingOf } from './access-modes.ts';
import { addressesOf } from './ground.ts';
import type { Ground } from './ground.ts';

/** The part of the blueprint about datasets: the one for Segment's state, those that models read, and all others. */

export function drawStateDataset({ target, options, cloud, claims, documents }: Ground): AnyResource {
  const { account, state } = addressesOf(target);
  const { names, access } = target;
  const { adopt, deleteDataset } = options.consent;
  const want = modes[options.mode].wants;
  const { managesStateDataset, grantsSources } = accessModeRows[access.mode];
  return stateDataset({
    address: state,
    names,
    ...access,
    adopt,
    deleteDataset,
    want: want === 'present' && !managesStateDataset ? 'unmanaged' : want,
    grantAfter: [account],
    description: 'State of Segment Reverse ETL: do not modify or delete.',
    document: documents.datasets.named(names.stateDataset),
    // Where they are granted they are read whole, and tell it by the way.
    sources: () =>
      grantsSources && want === 'present'
        ? documents.datasets.locations(access.sourceDatasets)
        : documents.locationsOf(access.sourceDatasets),
    claims,
    policy: documents.policy,
    others: (dataset) => documents.accountsNamed(accountsIn({ names }, dataset)),
    principal: cloud.principal,
  });
}

/** Names of the source datasets on which this run grants access, as `project.dataset`. */
function namesGranted({ target, options }: Ground): readonly string[] {
  const { mode, sourceDatasets } = target.access;
  return accessModeRows[mode].grantsSources && modes[options.mode].wants === 'present' ? sourceDatasets : [];
}

function drawSource({ target, options, documents }: Ground, name: string, reading: Reading): AnyResource {
  const { access, projectId } = target;
  return sourceDataset({
    address: { kind: 'dataset', name },
    names: target.names,
    reading,
    grantAfter: [addressesOf(target).account],
    isReadable: !accessModeRows[access.mode].grantsSources && projectOf(name) === projectId,
    comparesOthers: modes[options.mode].wants === 'present',
    document: documents.datasets.named(name),
  });
}

/** Source datasets on which this run grants access. */
export function drawSources(ground: Ground): AnyResource[] {
  return namesGranted(ground).map((name) => drawSource(ground, name, 'granted'));
}

/** Finds entries about the account where nobody asked for any; what it finds joins the plan. */
export function drawSearch(ground: Ground): AnyResource {
  const { target, options, claims, documents } = ground;
  const { names, projectId, access } = target;
  const { wants } = modes[options.mode];
  const isMeant = (entry: AccessEntry): boolean =>
    wants === 'absent' ? isEntryOf(entry, names.email) : isAbout(entry, names);
  return datasetSearch({
    address: { kind: 'datasets', name: projectId },
    want: wants,
    claims,
    list: () => documents.datasets.list([projectId, ...access.sourceDatasets.map(projectOf)]),
    search: (found) => documents.datasets.search(found, isMeant),
    named: access.sourceDatasets,
    known: [names.stateDataset, ...namesGranted(ground)],
    isScoped: async () => accessModeRows[access.mode].grantsSources || (await leavesScoped(ground)),
    isScopedAfterAll: async () => {
      if (!(await documents.isYoung())) return false;
      await ground.cloud.clock.sleep(STEADY); // No answer of IAM is that old.
      // A mode that grants predefined roles looks at the custom role for this alone.
      await Promise.allSettled([documents.lookAgain(), documents.role.reread()]);
      return leavesScoped(ground);
    },
    resource: (name, isOurs) => drawSource(ground, name, readingOf(name, target, isOurs)),
  });
}

/** Of `project.dataset`. */
function projectOf(name: string): string {
  return name.slice(0, name.lastIndexOf('.'));
}

/** Whether this run leaves `scoped`, which only the role and its binding still tell. */
async function leavesScoped({ documents, target }: Ground): Promise<boolean> {
  const [live, policy] = await Promise.all([documents.role.read(), documents.policy.read()]);
  return isScopedRole(live, policy, target.names);
}
