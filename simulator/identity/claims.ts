import { REPOSITORY } from '../engine/names.ts';

/** What GitHub says of the job. */
export function claimsOfJob(): Record<string, string> {
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

/** The subject of a job in GitHub's newer form, in which owner and repository carry their numbers. */
export function immutableSubject(claims: Readonly<Record<string, string>>): string {
  const { sub = '', repository = '', repository_id: id = '', repository_owner_id: ownerId = '' } = claims;
  const [owner = '', name = ''] = repository.split('/');
  return sub.replace(`repo:${repository}:`, `repo:${owner}@${ownerId}/${name}@${id}:`);
}
