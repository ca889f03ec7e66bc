import { resourceManagerState } from './directory/projects.ts';
import { CI_PROJECT, QUOTA_PROJECT, PROVISIONER, READER, TARGET_PROJECT, TESTER, TOKENS } from './engine/names.ts';
import type { World } from './engine/world.ts';
import { services } from './registry.ts';

const isTarget = (projectId: string): boolean => projectId !== CI_PROJECT && projectId !== QUOTA_PROJECT;

/** Every variable that points the action, gcloud and bq at a simulator, and what it accepts. */
export function environmentOf(url: string, world: World): Record<string, string> {
  const ofServices = services.map((service) => service.environment?.(url, world) ?? {});
  return Object.assign({}, ...ofServices, {
    SIMULATOR_PROJECT: TARGET_PROJECT,
    SIMULATOR_PROJECTS: JSON.stringify(Object.keys(resourceManagerState(world).projects).filter(isTarget)),
    SIMULATOR_CI_PROJECT: CI_PROJECT,
    SIMULATOR_SERVICE_ACCOUNT: PROVISIONER,
    SIMULATOR_READER_SERVICE_ACCOUNT: READER,
    SIMULATOR_TESTER_SERVICE_ACCOUNT: TESTER,
    SIMULATOR_OWNER_TOKEN: TOKENS.owner,
  }) as Record<string, string>;
}
