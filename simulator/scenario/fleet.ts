/** A company with a project for each market and stage, all in one organization. */
import { TARGET_PROJECT } from '../engine/names.ts';
import { nextEtag } from '../engine/random.ts';
import type { World } from '../engine/world.ts';
import { newEtag } from '../secretmanager/etags.ts';
import { secretManagerState } from '../secretmanager/state.ts';
import { addProject, findProject } from './projects.ts';

const MARKETS = 125;
const STAGES = ['staging', 'production'];
/** Of the secret that waits in each project for its key. */
const SECRET = 'segment-key';

/** Every project has the bindings of the usual one: the provisioner and the reader may do there what they may do there. */
export function addFleet(world: World): void {
  const usual = findProject(world, TARGET_PROJECT);
  const bindings = usual.policy.bindings.filter(({ role }) => role !== 'roles/owner');
  for (const projectId of fleetProjects()) {
    const made = addProject(world, projectId, structuredClone(bindings));
    if (usual.inherited !== undefined) made.inherited = structuredClone(usual.inherited);
    addSecret(world, projectId);
  }
}

function fleetProjects(): string[] {
  const markets = Array.from({ length: MARKETS }, (_none, index) => String(index + 1).padStart(3, '0'));
  return markets.flatMap((market) => STAGES.map((stage) => `acme-m${market}-${stage}`));
}

function addSecret(world: World, project: string): void {
  secretManagerState(world).secrets[`projects/${project}/secrets/${SECRET}`] = {
    ...{ project, id: SECRET, createdAt: Date.now() - 300 * 86_400_000 },
    replication: { automatic: {} },
    ...{ labels: {}, annotations: {}, versionAliases: {}, versions: [] },
    etag: newEtag(world),
    policy: { version: 1, etag: nextEtag(world), bindings: [] },
    grants: [],
  };
}
