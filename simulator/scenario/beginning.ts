/** The world that every scenario begins with: an empty project, and who may set it up. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { iamState } from '../directory/iam.ts';
import type { BindingState } from '../directory/policies.ts';
import {
  PROVISIONER,
  QUOTA_PROJECT,
  READER,
  TARGET_PROJECT,
  TESTER,
  TOKENS,
  TOOLS_PROJECT_NUMBER,
} from '../engine/names.ts';
import { nextEtag } from '../engine/random.ts';
import type { Api } from '../engine/route.ts';
import type { Weather } from '../engine/weather.ts';
import type { StatePart, World } from '../engine/world.ts';
import { identityState } from '../identity/state.ts';
import { addIdentities } from './identities.ts';
import { addProject } from './projects.ts';

/** So that what a seed draws for everything else does not depend on it. */
const FIXED = { projectNumber: '104857600002', etag: 'BwXhQuota00=' };
const ORGANIZATION_NAME = 'organizations/100000000001';

/** What a world is begun with. */
export interface Beginning {
  readonly weather: Weather;
  readonly quota: World['quota'];
  readonly seed: number;
  /** Of all services. */
  readonly parts: readonly StatePart<unknown>[];
  readonly apis: readonly Api[];
}

export function beginWorld({ weather, quota, seed, parts }: Beginning): World {
  const states = Object.fromEntries(parts.map(({ key, empty }) => [key, empty()]));
  const world: World = {
    ...{ weather, quota, seed, looks: {}, history: {}, calls: {} },
    randomState: seed * 1_000_000,
    ...states,
  };
  const everyone = addIdentities(world);
  const grant = (role: RoleFile, ...members: string[]): BindingState => ({
    role: addRole(world, role),
    members,
  });
  const bindings = [
    grant('provisioner', `serviceAccount:${PROVISIONER}`, everyone),
    grant('secret-manager', `serviceAccount:${PROVISIONER}`, everyone),
    grant('segment', `serviceAccount:${PROVISIONER}`),
    grant('reader', `serviceAccount:${READER}`),
    grant('segment', `serviceAccount:${READER}`),
  ];
  addRole(world, 'rotator'); // Granted on Segment's account, once that is there.
  const target = addProject(world, TARGET_PROJECT, bindings);
  // Where models are tried, somebody has granted this on Segment's account, once that was there.
  const acting = { role: 'roles/iam.serviceAccountTokenCreator', member: `serviceAccount:${TESTER}` };
  target.inherited = [{ ...acting, condition: undefined, addedAt: 0 }];
  addProject(world, QUOTA_PROJECT, [], FIXED);
  identityState(world).tokens[TOKENS.owner] = {
    principal: 'user:owner@acme.example',
    memberships: [],
    consumerProject: TOOLS_PROJECT_NUMBER,
  };
  return world;
}

/** The files of permissions/. */
type RoleFile = 'provisioner' | 'reader' | 'rotator' | 'secret-manager' | 'segment';

/** A role of the organization with exactly the permissions that the README asks for. */
function addRole(world: World, file: RoleFile): string {
  const yaml = readFileSync(new URL(`../../permissions/${file}.yaml`, import.meta.url), 'utf8');
  const { title, description, stage, includedPermissions } = parse(yaml) as Record<
    'title' | 'description' | 'stage',
    string
  > & { includedPermissions: string[] };
  const name = `${ORGANIZATION_NAME}/roles/segmentReverseEtl.${file}`;
  iamState(world).roles[name] = {
    name,
    title,
    description,
    stage,
    includedPermissions,
    createdAt: 0,
    etag: nextEtag(world),
  };
  return name;
}
