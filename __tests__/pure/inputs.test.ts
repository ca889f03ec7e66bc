import { describe, expect, test } from '@jest/globals';
import { readInputs } from '../../src/inputs/inputs.ts';

const around = { name: 'push', repository: 'acme/data' };
const good = { project_id: 'acme-analytics' };
const read = (given: Record<string, string>, surroundings = around): ReturnType<typeof readInputs> =>
  readInputs((name) => ({ ...good, ...given })[name] ?? '', surroundings);
const complaints = (given: Record<string, string>, surroundings = around): readonly string[] => {
  const reading = read(given, surroundings);
  return 'complaints' in reading ? reading.complaints : [];
};

describe('inputs', () => {
  test('have defaults', () => {
    expect(read({})).toMatchObject({
      inputs: {
        mode: 'apply',
        accessMode: 'limited',
        accountId: 'segment-reverse-etl',
        roleId: 'segmentReverseEtl',
        keyDelivery: ['output'],
        secretName: 'SEGMENT_BIGQUERY_CREDENTIALS',
        patienceMinutes: 10,
        adopt: false,
      },
    });
  });

  test.each([
    ['mode', 'aply', 'one of plan, check, apply, rotate, revoke, destroy'],
    ['access_mode', 'scope', 'one of limited, full'],
    ['adopt', 'yes', 'true or false'],
    ['restore', '1', 'true or false'],
    ['prune', 'flase', 'true or false'],
    ['delete_dataset', 'no', 'true or false'],
    ['project_id', 'Acme', "a project's id"],
    ['project_id', '123456789', "a project's id"],
    ['account_id', 'ab', '6 to 30'],
    ['account_id', 'Segment', '6 to 30'],
    ['role_id', 'segment-reverse-etl', 'no hyphen'],
    ['role_id', 'x', '3 to 64'],
    ['secret_name', '1KEY', 'letters, digits'],
    ['secret_name', 'github_key', 'GITHUB_'],
    ['location', 'europe', 'a BigQuery location'],
    ['location', 'US; DROP', 'a BigQuery location'],
    ['service_account', 'someone@example.com', 'the e-mail of a service account'],
    ['key_delivery', 'file', 'one or more of output, github-secret, secret-manager'],
    ['secret_scope', 'team', 'repository, environment:NAME or organization:NAME'],
    ['secret_scope', 'environment:', 'repository, environment:NAME or organization:NAME'],
    ['secret_scope', 'organization:-acme', 'repository, environment:NAME or organization:NAME'],
    ['secret_visibility', 'public', 'one of all, private, selected'],
    ['secret_manager_secret', 'my-secret', 'projects/PROJECT/secrets/SECRET'],
    ['secret_manager_secret', 'projects/p/secrets/s/versions/1', 'projects/PROJECT/secrets/SECRET'],
    ['key_max_age_days', '0', 'a whole number of days from 1'],
    ['key_max_age_days', '30.5', 'a whole number of days from 1'],
    ['key_overlap_days', '-1', 'a whole number of days from 0'],
    ['key_lifetime_days', '1', 'a whole number of days from 2'],
    ['key_lifetime_days', '99999', 'a whole number of days from 2 to 3650'],
    ['key_delivery', 'none output', 'none alone'],
    ['patience_minutes', '-1', 'a number of minutes'],
    ['patience_minutes', '61', 'a number of minutes'],
    ['patience_minutes', 'ten', 'a number of minutes'],
    ['workload_identity_provider', 'projects/1/locations/global/workloadIdentityPools/pool', 'providers/PROVIDER'],
  ])('%s: %j gets a complaint with its name, what was given, and what is allowed', (name, given, allowed) => {
    const [complaint, ...others] = complaints({ [name]: given });
    expect(others).toEqual([]);
    expect(complaint).toContain(`${name}: '${given}'`);
    expect(complaint).toContain(allowed);
  });

  test('all complaints come together', () => {
    expect(complaints({ mode: 'x', adopt: 'x', role_id: 'a-b', project_id: '' })).toHaveLength(4);
  });

  test('a provider named by the id of its project is told how to find the number', () => {
    const provider = 'projects/acme-ci/locations/global/workloadIdentityPools/github/providers/github';
    expect(complaints({ workload_identity_provider: provider })[0]).toContain('gcloud projects describe acme-ci');
  });

  test('github-secret needs a token only where a key may be delivered', () => {
    expect(complaints({ key_delivery: 'github-secret' })[0]).toContain('github_token: it is required');
    expect(complaints({ key_delivery: 'github-secret', mode: 'check' })).toEqual([]);
    expect(complaints({ key_delivery: 'github-secret', github_token: 't' })).toEqual([]);
  });

  test.each([
    [{ key_lifetime_days: '30', key_max_age_days: '20', key_overlap_days: '9' }, undefined],
    [{ key_lifetime_days: '30', key_max_age_days: '20', key_overlap_days: '10' }, 'must be below it'],
    [{ key_lifetime_days: '30', key_max_age_days: '30' }, 'must be below it'],
    [{ key_lifetime_days: '30', key_overlap_days: '7' }, undefined],
    [{ key_max_age_days: '30', key_overlap_days: '40' }, undefined],
    [{ mode: 'rotate', key_delivery: 'none' }, 'none is not allowed in mode rotate'],
    [{ key_delivery: 'secret-manager' }, 'secret_manager_secret: it is required'],
    [{ key_delivery: 'output secret-manager', secret_manager_secret: 'projects/p1/secrets/s' }, undefined],
    [{ secret_repositories: 'models' }, 'secret_repositories: it has a meaning only'],
    [{ secret_scope: 'organization:acme', secret_visibility: 'selected' }, 'secret_repositories: it is required'],
    [
      { secret_scope: 'organization:acme', secret_visibility: 'selected', secret_repositories: 'models, acme/website' },
      undefined,
    ],
    [{ mode: 'rotate', key_delivery: 'github-secret', secret_scope: 'environment:prod' }, 'Environments: write'],
  ])('%j: what does not go together is told', (given, complaint) => {
    if (complaint === undefined) expect(complaints(given)).toEqual([]);
    else expect(complaints(given)).toEqual([expect.stringContaining(complaint)]);
  });

  test('scopes and repositories are read as GitHub means them', () => {
    expect(read({ secret_scope: 'environment:prod/eu west' })).toMatchObject({
      inputs: { secretScope: { kind: 'environment', environment: 'prod/eu west' } },
    });
    const organization = { secret_scope: 'organization:acme', secret_visibility: 'selected' };
    expect(read({ ...organization, secret_repositories: 'models\nother/site' })).toMatchObject({
      inputs: {
        secretScope: { kind: 'organization', organization: 'acme' },
        secretRepositories: ['acme/models', 'other/site'],
      },
    });
  });

  test('restore is refused on a schedule', () => {
    expect(complaints({ restore: 'true' }, { ...around, name: 'schedule' })[0]).toContain('schedule');
    expect(complaints({ restore: 'true' })).toEqual([]);
  });

  test.each([
    ['us', 'US'],
    ['eu', 'EU'],
    ['Europe-West1', 'europe-west1'],
    ['northamerica-northeast1', 'northamerica-northeast1'],
  ])('location %s is spelled %s', (given, spelled) => {
    expect(read({ location: given })).toMatchObject({ inputs: { location: spelled } });
  });

  test('a domain-scoped project works', () => {
    expect(complaints({ project_id: 'example.com:analytics' })).toEqual([]);
  });
});
