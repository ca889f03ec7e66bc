import { expect, test } from '@jest/globals';
import { readInputs } from '../../../src/inputs/parse.ts';

/** What somebody most likely meant is said where it can be told. */
const around = { name: 'push', repository: 'acme/data-platform', mayWrite: true, isOnDefaultBranch: true };
function remedyFor(input: string, value: string): string | undefined {
  const given: Record<string, string> = { project_id: 'acme-analytics', [input]: value };
  const reading = readInputs((name) => given[name] ?? '', around);
  const found = 'problems' in reading ? reading.problems : [];
  return found.find(({ subject }) => subject !== undefined && 'input' in subject && subject.input === input)?.remedy;
}

const PROVIDER = 'projects/1/locations/global/workloadIdentityPools/github/providers/repository';

test.each([
  ['mode', 'Apply', 'apply'],
  ['mode', 'aply', 'apply'],
  ['access_mode', 'Limited', 'limited'],
  ['key_delivery', 'github_secret', 'github-secret'],
  ['adopt', "'true'", 'true'],
  ['adopt', 'yes', 'true'],
  ['prune', '0', 'false'],
  ['verify', 'on', 'true'],
  ['project_id', '"acme-analytics"', 'acme-analytics'],
  ['location', '"EU"', 'EU'],
  ['workload_identity_provider', `"${PROVIDER}"`, PROVIDER],
  ['service_account', 'serviceAccount:robot@acme-ci.iam.gserviceaccount.com', 'robot@acme-ci.iam.gserviceaccount.com'],
  ['account_id', 'segment@acme-analytics.iam.gserviceaccount.com', 'segment'],
  ['role_id', 'projects/acme-analytics/roles/segmentReverseEtl', 'segmentReverseEtl'],
  ['role_id', 'segment-reverse-etl', 'segment_reverse_etl'],
  ['secret_name', 'segment-key', 'segment_key'],
  ['secret_manager_secret', 'projects/p/secrets/segment-key/versions/latest', 'projects/p/secrets/segment-key'],
  ['key_max_age_days', '90d', '90'],
  ['key_overlap_days', '14 days', '14'],
  ['proof_tables', '`shop.orders`', 'shop.orders'],
])('%s: %s → did you mean %s?', (input, value, expected) => {
  expect(remedyFor(input, value)).toMatch(/^Use .*\. Did you mean \S+\?$/);
  expect(remedyFor(input, value)).toContain(` Did you mean ${expected}?`);
});

test.each([
  ['mode', 'dry-run'],
  ['project_id', 'Acme Analytics'],
  ['key_overlap_days', '2 weeks'],
  ['location', 'nowhere-1'],
])('%s: %s → nothing is guessed', (input, value) => {
  expect(remedyFor(input, value)).toMatch(/^Use /);
  expect(remedyFor(input, value)).not.toContain('Did you mean');
});

test('a secret → nothing of it is repeated', () => {
  expect(remedyFor('github_token', '"short"')).not.toContain('Did you mean');
});

test('Europe, where a location is asked for → EU', () => {
  expect(remedyFor('location', 'Europe')).toContain('Did you mean EU?');
});
