import { describe, expect, test } from '@jest/globals';
import { readInputs } from '../../src/inputs.ts';

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
    ['mode', 'aply', 'one of plan, check, apply, destroy'],
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
    ['key_delivery', 'file', 'one or more of output'],
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
