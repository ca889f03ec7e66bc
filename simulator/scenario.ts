/** The worlds that a simulator can begin with. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { beginGitHub, GITHUB_TOKENS, REPOSITORY } from './github/beginning.ts';
import { trackGrants } from './grants.ts';
import type { AccountState } from './iam/state.ts';
import { nextEtag, nextNumber } from './random.ts';
import { followPolicy } from './resourcemanager/members.ts';
import type { BindingState, ProjectState } from './resourcemanager/state.ts';
import type { World } from './world.ts';

/** The project to set up: empty by default. */
export const TARGET_PROJECT = 'acme-analytics';
/** The project that the workflow's identities belong to. */
export const CI_PROJECT = 'acme-ci';
export const PROVISIONER = `provisioner@${CI_PROJECT}.iam.gserviceaccount.com`;
export const READER = `reader@${CI_PROJECT}.iam.gserviceaccount.com`;
export const TOKENS = {
  owner: 'sim-owner-token-5f2c9d7a1b3e4860',
  runner: 'sim-runner-token-8c41aa07d2e95b36',
  gitHub: GITHUB_TOKENS.SIMULATOR_GITHUB_TOKEN.token,
} as const;
export { GITHUB_TOKENS, REPOSITORY };

const ORGANISATION = 'organizations/100000000001';
const ISSUER = 'https://token.actions.githubusercontent.com';

/** What a scenario adds to the empty world. */
type Scenario = (world: World) => void;

const scenarios: Readonly<Record<string, Scenario>> = {
  empty: () => undefined,
  /** A policy as big projects have it: conditions, audit configs, fifty other members. */
  busy: (world) => {
    const policy = project(world, TARGET_PROJECT).policy;
    const people = Array.from({ length: 50 }, (_unused, index) => `user:person${String(index)}@acme.example`);
    const condition = {
      title: 'until June',
      description: 'contractors',
      expression: 'request.time < timestamp("2027-06-01T00:00:00Z")',
    };
    policy.bindings.push(
      { role: 'roles/bigquery.dataViewer', members: people.slice(0, 30) },
      { role: 'roles/bigquery.user', members: people.slice(30), condition },
      { role: 'roles/bigquery.dataEditor', members: ['group:analysts@acme.example'], condition },
      {
        role: 'roles/storage.admin',
        members: ['domain:acme.example', 'deleted:user:gone@acme.example?uid=1234567890'],
      },
    );
    policy.auditConfigs = [
      {
        service: 'allServices',
        auditLogConfigs: [{ logType: 'DATA_READ', exemptedMembers: ['user:robot@acme.example'] }],
      },
    ];
    policy.version = 3;
  },
  /** An organisation as Google makes them since May 2024. */
  'keys-forbidden': (world) => {
    world.iam.constraints[TARGET_PROJECT] = ['iam.disableServiceAccountKeyCreation'];
  },
  /** IAM is off where the workflow's credential belongs. */
  'api-off': (world) => {
    world.serviceUsage.disabled[CI_PROJECT] = ['iam.googleapis.com'];
  },
};

/** @throws when there is no such scenario */
export async function makeWorld(
  name: string,
  options: { readonly lag: number; readonly seed: number },
): Promise<World> {
  const scenario = scenarios[name];
  if (scenario === undefined)
    throw new Error(`There is no scenario ${name}: choose one of ${Object.keys(scenarios).join(', ')}.`);
  const world = await emptyWorld(options);
  scenario(world);
  // What a world begins with has had its effect for long.
  for (const one of Object.values(world.resourceManager.projects)) followPolicy(one, 0);
  return world;
}

async function emptyWorld({ lag, seed }: { lag: number; seed: number }): Promise<World> {
  const world: World = {
    lagMs: lag,
    randomState: seed * 1_000_000,
    identity: { tokens: {}, providers: [], runnerToken: TOKENS.runner, issuer: ISSUER, claims: claims() },
    resourceManager: { projects: {} },
    iam: { roles: {}, accounts: {}, graveyard: {}, constraints: {} },
    bigQuery: { datasets: {}, graveyard: [], jobs: {} },
    serviceUsage: { disabled: {} },
    secretManager: { secrets: {} },
    gitHub: await beginGitHub(),
  };
  const pool = addIdentities(world);
  const grant = (role: 'provisioner' | 'reader', account: string): BindingState => ({
    role: addRole(world, role),
    members: [`serviceAccount:${account}`, pool],
  });
  const provisioner = grant('provisioner', PROVISIONER);
  addProject(world, TARGET_PROJECT, [
    provisioner,
    { ...grant('reader', READER), members: [`serviceAccount:${READER}`] },
  ]);
  world.identity.tokens[TOKENS.owner] = {
    principal: 'user:owner@acme.example',
    memberships: [],
    consumerProject: project(world, TARGET_PROJECT).projectNumber,
  };
  return world;
}

/** The CI project with its pool and two accounts; returns the principal set of the repository. */
function addIdentities(world: World): string {
  const ci = addProject(world, CI_PROJECT, []);
  const pool = `projects/${ci.projectNumber}/locations/global/workloadIdentityPools/github`;
  world.identity.providers.push({
    name: `${pool}/providers/repository`,
    issuer: ISSUER,
    allowedAudiences: [],
    condition: { repository: REPOSITORY },
    disabled: false,
  });
  const everyone = `principalSet://iam.googleapis.com/${pool}/attribute.repository/${REPOSITORY}`;
  for (const email of [PROVISIONER, READER]) {
    const account: AccountState = {
      project: CI_PROJECT,
      email,
      uniqueId: nextNumber(world, 21),
      displayName: email.split('@')[0] ?? '',
      description: '',
      disabled: false,
      createdAt: 0,
      keys: [],
      policy: {
        version: 1,
        etag: nextEtag(world),
        bindings: [{ role: 'roles/iam.workloadIdentityUser', members: [everyone] }],
      },
      grants: [],
      looks: 0,
    };
    trackGrants(
      account.grants,
      [{ role: 'roles/iam.workloadIdentityUser', member: everyone, condition: undefined }],
      0,
    );
    world.iam.accounts[email] = account;
  }
  return everyone;
}

/** A role of the organisation with exactly the permissions that the README asks for. */
function addRole(world: World, file: 'provisioner' | 'reader'): string {
  const yaml = readFileSync(new URL(`../permissions/${file}.yaml`, import.meta.url), 'utf8');
  const { title, description, stage, includedPermissions } = parse(yaml) as Record<
    'title' | 'description' | 'stage',
    string
  > & { includedPermissions: string[] };
  const name = `${ORGANISATION}/roles/segmentReverseEtl.${file}`;
  world.iam.roles[name] = { name, title, description, stage, includedPermissions, etag: nextEtag(world) };
  return name;
}

function addProject(world: World, projectId: string, bindings: readonly BindingState[]): ProjectState {
  const made: ProjectState = {
    projectId,
    projectNumber: nextNumber(world, 12),
    name: projectId,
    lifecycleState: 'ACTIVE',
    createdAt: Date.now() - 400 * 86_400_000,
    policy: {
      version: 1,
      etag: nextEtag(world),
      bindings: [{ role: 'roles/owner', members: ['user:owner@acme.example'] }, ...bindings],
    },
    grants: [],
  };
  world.resourceManager.projects[projectId] = made;
  return made;
}

function project(world: World, projectId: string): ProjectState {
  const found = world.resourceManager.projects[projectId];
  if (found === undefined) throw new Error(`the world has no project ${projectId}`);
  return found;
}

/** What GitHub says of the job. */
function claims(): Record<string, string> {
  const [owner = ''] = REPOSITORY.split('/');
  const ref = 'refs/heads/main';
  return {
    sub: `repo:${REPOSITORY}:ref:${ref}`,
    repository: REPOSITORY,
    repository_id: '734512093',
    repository_owner: owner,
    repository_owner_id: '9919',
    repository_visibility: 'private',
    ref,
    ref_type: 'branch',
    ref_protected: 'true',
    sha: '0f2ba4c1d3e5968778695a4b3c2d1e0f9a8b7c6d',
    event_name: 'workflow_dispatch',
    workflow: 'Segment Reverse ETL',
    actor: 'octocat',
    actor_id: '583231',
    run_id: '1234567890',
    run_number: '7',
    run_attempt: '1',
    job_workflow_ref: `${REPOSITORY}/.github/workflows/segment.yml@${ref}`,
    runner_environment: 'github-hosted',
  };
}
