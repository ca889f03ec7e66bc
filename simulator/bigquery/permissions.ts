/** BigQuery's 403s. A dataset's own access list adds to the policy of its project. */
import { holds } from '../directory/permissions.ts';
import type { Target } from '../directory/permissions.ts';
import type { Context } from '../engine/route.ts';
import { bigQuery } from './envelope.ts';
import { bigQueryState } from './state.ts';

/** A dataset, which need not be there. */
export interface DatasetTarget {
  readonly project: string;
  readonly dataset: string;
}

export function targetOf({ project, dataset }: DatasetTarget, { world }: Context): Target {
  return { project, grants: bigQueryState(world).datasets[`${project}:${dataset}`]?.grants };
}

/** Throws BigQuery's 403 for a dataset unless the caller holds it. */
export function requireOnDataset(context: Context, permission: string, dataset: DatasetTarget): void {
  if (holds(context, context.caller(), permission, targetOf(dataset, context))) return;
  const name = `${dataset.project}:${dataset.dataset}`;
  throw bigQuery(
    403,
    'accessDenied',
    `Access Denied: Dataset ${name}: Permission ${permission} denied on dataset ${name} (or it may not exist).`,
  );
}

/** Throws BigQuery's 403 for a project unless the caller holds it. */
export function requireOnProject(context: Context, permission: string, project: string): void {
  if (holds(context, context.caller(), permission, { project })) return;
  throw bigQuery(
    403,
    'accessDenied',
    `Access Denied: Project ${project}: User does not have ${permission} permission in project ${project}.`,
  );
}
