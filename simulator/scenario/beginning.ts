/** The world that every scenario begins with: an empty project, and who may set it up. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { BindingState } from '../iam-policy/state.ts';
import { iamState } from '../iam/state.ts';
import { identityState } from '../identity/state.ts';
import { PROVISIONER, READER, TARGET_PROJECT, TOKENS } from '../names.ts';
import { nextEtag } from '../random.ts';
import { services } from '../registry.ts';
import type { World } from '../world.ts';
import { addIdentities } from './identities.ts';
import { addProject } from './projects.ts';

const ORGANIZATION_NAME = 'organizations/100000000001';

export function beginWorld({ lag, seed }: { readonly lag: number; readonly seed: number }): World {
  const parts = services.flatMap(({ state }) => (state === undefined ? [] : [[state.key, state.empty()] as const]));
  const world: World = { lagMs: lag, randomState: seed * 1_000_000, ...Object.fromEntries(parts) };
  const everyone = addIdentities(world);
  const grant = (role: 'provisioner' | 'reader', ...members: string[]): BindingState => ({
    role: addRole(world, role),
    members,
  });
  const bindings = [
    grant('provisioner', `serviceAccount:${PROVISIONER}`, everyone),
    grant('reader', `serviceAccount:${READER}`),
  ];
  const { projectNumber } = addProject(world, TARGET_PROJECT, bindings);
  identityState(world).tokens[TOKENS.owner] = {
    principal: 'user:owner@acme.example',
    memberships: [],
    consumerProject: projectNumber,
  };
  return world;
}

/** A role of the organization with exactly the permissions that the README asks for. */
function addRole(world: World, file: 'provisioner' | 'reader'): string {
  const yaml = readFileSync(new URL(`../../permissions/${file}.yaml`, import.meta.url), 'utf8');
  const { title, description, stage, includedPermissions } = parse(yaml) as Record<
    'title' | 'description' | 'stage',
    string
  > & { includedPermissions: string[] };
  const name = `${ORGANIZATION_NAME}/roles/segmentReverseEtl.${file}`;
  iamState(world).roles[name] = { name, title, description, stage, includedPermissions, etag: nextEtag(world) };
  return name;
}
