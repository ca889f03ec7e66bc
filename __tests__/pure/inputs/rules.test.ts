import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { sentence } from '../../../src/errors/diagnostic.ts';
import { readInputs } from '../../../src/inputs/parse.ts';
import { rules } from '../../../src/inputs/rules.ts';
import type { Circumstances } from '../../../src/inputs/rule.ts';

const around = { name: 'push', repository: 'acme/data', mayWrite: true, isOnDefaultBranch: true };
const problemsIn = (given: Record<string, string>, circumstances: Circumstances = around): string[] => {
  const all: Record<string, string> = { project_id: 'acme-analytics', ...given };
  const reading = readInputs((name) => all[name] ?? '', circumstances);
  return 'problems' in reading ? reading.problems.map(sentence) : [];
};

const organization = { secret_scope: 'organization:acme', secret_visibility: 'selected' };
const provider = 'projects/acme-ci/locations/global/workloadIdentityPools/github/providers/github';
const email = 'segment-reverse-etl@acme-analytics.iam.gserviceaccount.com';
const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 1024,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const keyOf = (client_email: string): string =>
  JSON.stringify({ client_email, private_key: privateKey, private_key_id: 'abc' });
const token = 'github-token-0123456789';
const byHand = { ...around, name: 'workflow_dispatch' };
const digest = '0'.repeat(64);
const published = { publish_models: 'true', models: 'segment' };
const pruned = { ...published, prune_models: 'true', segment_token: token };
const onPull = { ...around, name: 'pull_request', mayWrite: false };

/** What is given, where; and the problem, if there is one. */
const cases: readonly (readonly [Record<string, string>, string | undefined, Circumstances?])[] = [
  [{ workload_identity_provider: provider }, "gcloud projects describe 'acme-ci' --format='value(projectNumber)'"],
  [{ workload_identity_provider: provider.replace('acme-ci', '123') }, undefined],
  [{ mode: 'list' }, 'config_file: mode list lists the targets of a file'],
  [{ mode: 'list', config_file: 'targets.yml' }, undefined],
  [{ targets: 'acme-*' }, 'targets: it has no effect without config_file'],
  [{ targets: 'acme-*', config_file: 'targets.yml' }, undefined],
  [{ shard: '1/2' }, 'shard: it has no effect without config_file'],
  [{ shard: '1/2', config_file: 'targets.yml' }, undefined],
  [{ access_mode: 'scoped' }, 'source_datasets: it is required for access_mode scoped'],
  [{ access_mode: 'scoped', mode: 'check' }, 'source_datasets: it is required for access_mode scoped'],
  [{ access_mode: 'scoped', mode: 'destroy' }, undefined],
  [{ access_mode: 'scoped', mode: 'revoke' }, undefined],
  [{ access_mode: 'scoped', source_datasets: 'shop' }, undefined],
  [{ source_datasets: '__segment_reverse_etl' }, "__segment_reverse_etl holds Segment's own state"],
  [{ source_datasets: 'other-project.__segment_reverse_etl' }, "__segment_reverse_etl holds Segment's own state"],
  [{ key_delivery: 'github-secret' }, 'github_token: it is required for key_delivery github-secret in mode apply'],
  [
    { mode: 'rotate', key_delivery: 'github-secret', secret_scope: 'environment:prod' },
    'the repository permission Environments: write',
  ],
  [{ key_delivery: 'github-secret', mode: 'check' }, undefined],
  [{ key_delivery: 'github-secret', github_token: token }, undefined],
  [
    { key_delivery: 'github-secret', github_token: token },
    'key_delivery: github-secret needs the environment variable GITHUB_REPOSITORY',
    { ...around, repository: undefined },
  ],
  [{ key_delivery: 'github-secret', mode: 'plan' }, undefined, { ...around, repository: undefined }],
  [{ key_delivery: 'segment' }, 'segment_token: it is required for key_delivery segment in mode apply'],
  [
    { key_delivery: 'segment', mode: 'rotate' },
    'segment_token: it is required for key_delivery segment in mode rotate',
  ],
  [{ key_delivery: 'segment', mode: 'check' }, undefined],
  [{ key_delivery: 'segment', mode: 'plan' }, undefined],
  [{ key_delivery: 'segment', mode: 'destroy' }, undefined],
  [{ key_delivery: 'segment', segment_token: token }, undefined],
  [{ mode: 'destroy', delete_source: 'true' }, 'segment_token: it is required for delete_source'],
  [{ mode: 'destroy', delete_source: 'true', segment_token: token }, undefined],
  [{ delete_source: 'true' }, undefined],
  [{ key_delivery: 'secret-manager' }, 'secret_manager_secret: it is required'],
  [{ key_delivery: 'secret-manager', mode: 'destroy' }, 'secret_manager_secret: it is required'],
  [{ key_delivery: 'output secret-manager', secret_manager_secret: 'projects/p1/secrets/s' }, undefined],
  [{ secret_manager_secret: 'projects/p1/secrets/s' }, 'it has no effect without key_delivery secret-manager'],
  [{ secret_manager_secret: 'projects/p1/secrets/s', mode: 'revoke' }, undefined],
  [{ secret_manager_secret: 'projects/p1/secrets/s', mode: 'destroy' }, undefined],
  [{ mode: 'rotate', key_delivery: 'none' }, 'key_delivery: none is not allowed in mode rotate'],
  [{ key_delivery: 'none' }, undefined],
  [{ ...organization }, 'secret_repositories: it is required'],
  [{ ...organization, secret_repositories: 'models, acme/website' }, undefined],
  [{ secret_repositories: 'models' }, 'secret_repositories: it has no effect without'],
  [{ ...organization, secret_visibility: 'all', secret_repositories: 'models' }, 'it has no effect without'],
  [{ key_lifetime_days: '30', key_max_age_days: '20', key_overlap_days: '9' }, undefined],
  [{ key_lifetime_days: '30', key_max_age_days: '20', key_overlap_days: '10' }, 'is 30 and must be below it'],
  [{ key_lifetime_days: '30', key_max_age_days: '30' }, 'must be below it'],
  [{ key_lifetime_days: '30', key_overlap_days: '7' }, undefined],
  [{ key_max_age_days: '30', key_overlap_days: '40' }, undefined],
  [{ credentials_json: keyOf(email) }, undefined],
  [{ credentials_json: keyOf(email.toUpperCase()) }, undefined],
  [
    { credentials_json: keyOf('x@y.example') },
    `credentials_json: it is a key of x@y.example, and Segment uses ${email}`,
  ],
  [{ restore: 'true' }, undefined, byHand],
  ...['schedule', 'push', 'workflow_run', 'release'].map(
    (name) => [{ restore: 'true' }, `restore: it is not allowed on the event ${name}`, { ...around, name }] as const,
  ),
  [{ restore: 'true' }, 'restore: it is not allowed outside a workflow', { ...around, name: '' }],
  ...['apply', 'rotate', 'revoke', 'destroy'].map(
    (mode) => [{ mode }, `mode: ${mode} is not allowed on the event pull_request`, onPull] as const,
  ),
  ...['plan', 'check'].map((mode) => [{ mode }, undefined, onPull] as const),
  [{ mode: 'models' }, 'models: mode models needs models, dbt_manifest or live_models', onPull],
  [{ mode: 'models', models: 'segment' }, undefined, onPull],
  [{ mode: 'models', dbt_manifest: 'target/manifest.json' }, undefined, onPull],
  ...['rotate', 'revoke', 'destroy'].map(
    (mode) =>
      [{ mode, models: 'segment' }, `models: neither it nor dbt_manifest has an effect in mode ${mode}`] as const,
  ),
  ...['plan', 'check', 'apply'].map((mode) => [{ mode, models: 'segment' }, undefined] as const),
  [{ mode: 'check', live_models: 'true' }, 'live_models: it needs segment_token'],
  [{ mode: 'check', live_models: 'true', segment_token: token }, undefined],
  [{ mode: 'models', live_models: 'true', segment_token: token }, undefined, onPull],
  [{ mode: 'plan', live_models: 'true', segment_token: token }, 'live_models: it has no effect in mode plan'],
  [{ ...published, segment_token: token }, undefined],
  [published, 'publish_models: it needs segment_token in mode apply'],
  [{ ...published, mode: 'plan' }, undefined],
  [{ ...published, models: '', segment_token: token }, 'publish_models: it needs models, or dbt_manifest'],
  [{ ...published, segment_token: token }, 'GITHUB_REPOSITORY, which is not set', { ...around, repository: undefined }],
  [{ ...published, segment_token: token, dataset_overrides: 'a=b' }, 'publish_models: models that are tried on other'],
  [{ ...published, mode: 'models' }, undefined, onPull],
  [{ prune_models: 'true' }, 'prune_models: it has no effect without publish_models'],
  [{ ...pruned }, undefined],
  [{ ...pruned }, undefined, byHand],
  [{ ...pruned }, 'prune_models: it is not allowed on the event schedule', { ...around, name: 'schedule' }],
  [{ ...pruned }, 'prune_models: it is allowed only on the default branch', { ...around, isOnDefaultBranch: false }],
  [{ ...pruned, mode: 'check' }, undefined, { ...onPull, isOnDefaultBranch: false }],
  [{ models: 'segment', dataset_overrides: 'shop = pr_7\nother-project.crm=pr_crm' }, undefined],
  [{ dataset_overrides: 'a=b' }, 'dataset_overrides: it has no effect without models or dbt_manifest'],
  [
    { models: 'segment', dataset_overrides: 'a=b\nacme-analytics.a=c' },
    'dataset_overrides: acme-analytics.a is replaced twice',
  ],
  ...['plan', 'check', 'revoke'].map(
    (mode) => [{ mode, expected_plan: digest }, `expected_plan: it has no effect in mode ${mode}`] as const,
  ),
  ...['apply', 'rotate', 'destroy'].map((mode) => [{ mode, expected_plan: digest }, undefined] as const),
];

describe('what does not go together', () => {
  test.each(cases)('%j → %s', (given, problem, circumstances = around) => {
    const found = problemsIn(given, circumstances);
    expect(found).toEqual(problem === undefined ? [] : [expect.stringContaining(problem)]);
    expect(found.join()).not.toContain(privateKey.split('\n')[1]);
  });

  test('every rule: has a case that breaks it', () => {
    const found = cases.flatMap(([given, , circumstances]) => problemsIn(given, circumstances));
    const heads = found.map((problem) =>
      problem.slice(0, 70).replaceAll(/(apply|rotate|plan|check|revoke|destroy)\b/g, 'M'),
    );
    expect(new Set(heads).size).toBeGreaterThanOrEqual(rules.length);
  });

  test.each([
    [{ key_delivery: 'secret-manager', secret_manager_secret: 'x' }, "secret_manager_secret: 'x' is not valid"],
    [{ mode: 'rotate', key_delivery: 'file' }, "key_delivery: 'file' is not valid"],
    [{ ...organization, secret_repositories: 'a/b/c' }, "secret_repositories: 'a/b/c' is not valid"],
    [{ project_id: 'X', credentials_json: keyOf(email) }, "project_id: 'X' is not valid"],
    [{ mode: 'plan', expected_plan: 'x' }, 'expected_plan: its value is not valid'],
  ])('%j: an input that could not be read → is not complained of twice', (given, problem) => {
    expect(problemsIn(given)).toEqual([expect.stringContaining(problem)]);
  });

  test('a mode that could not be read: the rules take it for the default', () => {
    expect(problemsIn({ mode: 'x', key_delivery: 'github-secret' })).toHaveLength(2);
  });

  test('repositories of an organization: bare names are its own', () => {
    const given: Record<string, string> = {
      project_id: 'acme-analytics',
      ...organization,
      secret_repositories: 'models\nother/site',
    };
    expect(readInputs((name) => given[name] ?? '', around)).toMatchObject({
      target: {
        delivery: {
          secretScope: { kind: 'organization', organization: 'acme' },
          secretRepositories: ['acme/models', 'other/site'],
        },
      },
    });
  });
});
