/** An empty project, and around it just what a workflow needs to begin: identities, and the rights that we ask for. */
import { GCLOUD_PROJECT_NUMBER } from './consumer.ts';
import { foundAccount, foundBindings, foundProject } from './founding.ts';
import { nextEtag } from './random.ts';
import { readRoleFile } from './role-file.ts';
import {
  CI_PROJECT,
  ORGANIZATION,
  OWNER,
  OWNER_TOKEN,
  PROJECT,
  PROVISIONER,
  READER,
  REPOSITORY,
  RUNNER_TOKEN,
} from './world-names.ts';
import type { World } from './world.ts';

export function makeEmpty(world: World, foundedAt: number): void {
  const project = foundProject(world, PROJECT, foundedAt, ORGANIZATION);
  const ci = foundProject(world, CI_PROJECT, foundedAt, ORGANIZATION);
  const pool = `projects/${ci.projectNumber}/locations/global/workloadIdentityPools/github`;
  const workflow = `principalSet://iam.googleapis.com/${pool}/attribute.repository/${REPOSITORY}`;
  makeIdentity(world, pool);
  const owner = { role: 'roles/owner', members: [OWNER] };
  const provisioner = foundRole(world, 'segmentReverseEtlProvisioner', 'provisioner');
  const reader = foundRole(world, 'segmentReverseEtlReader', 'reader');
  const bindings = [
    owner,
    // The account and the federated identity itself: a workflow may use either.
    { role: provisioner, members: [`serviceAccount:${PROVISIONER}`, workflow] },
    { role: reader, members: [`serviceAccount:${READER}`] },
  ];
  foundBindings(world, project, bindings, foundedAt);
  foundBindings(world, ci, [owner], foundedAt);
  for (const [email, name] of [
    [PROVISIONER, 'Provisioner'],
    [READER, 'Reader'],
  ] as const) {
    const account = foundAccount(world, email, name, foundedAt);
    foundBindings(world, account, [{ role: 'roles/iam.workloadIdentityUser', members: [workflow] }], foundedAt);
  }
}

/** Roles of the organisation: a listing of the project's own stays empty. */
function foundRole(world: World, id: string, file: string): string {
  const name = `${ORGANIZATION}/roles/${id}`;
  world.iam.roles[name] = { name, ...readRoleFile(file), etag: nextEtag(world) };
  return name;
}

function makeIdentity(world: World, pool: string): void {
  const [repositoryOwner = ''] = REPOSITORY.split('/');
  world.identity = {
    tokens: { [OWNER_TOKEN]: { principal: OWNER, memberships: [], consumerProject: GCLOUD_PROJECT_NUMBER } },
    providers: [
      {
        name: `${pool}/providers/github`,
        issuer: 'https://token.actions.githubusercontent.com',
        allowedAudiences: [],
        attributes: ['repository', 'repository_owner', 'repository_id', 'ref', 'event_name', 'environment'],
        attributeCondition: `assertion.repository == '${REPOSITORY}'`,
        disabled: false,
      },
    ],
    runnerToken: RUNNER_TOKEN,
    issuer: 'https://token.actions.githubusercontent.com',
    claims: {
      sub: `repo:${REPOSITORY}:ref:refs/heads/main`,
      repository: REPOSITORY,
      repository_id: '700100200',
      repository_owner: repositoryOwner,
      repository_owner_id: '600100200',
      repository_visibility: 'private',
      ref: 'refs/heads/main',
      ref_type: 'branch',
      ref_protected: 'true',
      sha: '4f0c1ab3c2d5e6f708192a3b4c5d6e7f80910a2b',
      event_name: 'push',
      actor: 'octocat',
      actor_id: '583231',
      workflow: 'warehouse',
      workflow_ref: `${REPOSITORY}/.github/workflows/warehouse.yml@refs/heads/main`,
      job_workflow_ref: `${REPOSITORY}/.github/workflows/warehouse.yml@refs/heads/main`,
      run_id: '9000000001',
      run_number: '1',
      run_attempt: '1',
      runner_environment: 'github-hosted',
    },
  };
}
