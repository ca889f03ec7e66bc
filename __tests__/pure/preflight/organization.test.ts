import { describe, expect, test } from '@jest/globals';
import type { StepView } from '../../../src/engine/plan.ts';
import { checkOrganization } from '../../../src/preflight/organization.ts';
import { ACCOUNT, PROJECT, SHOP, STATE, differs, planOf, stepOf } from '../verify/plan-of.ts';

const account = stepOf(ACCOUNT, [differs('account.missing')], { action: 'create' });
const state = (location: string | undefined, more: Partial<StepView> = {}): StepView =>
  stepOf(STATE, [differs('state-dataset.missing')], {
    action: 'create',
    outputs: location === undefined ? {} : { location },
    ...more,
  });
const NO_ACCOUNTS = { forbidsAccounts: true, locations: undefined };
const AMERICAN = { forbidsAccounts: false, locations: ['US', 'us-central1'] };

describe('checkOrganization', () => {
  test.each([
    [
      'accounts are forbidden, one is to be created',
      NO_ACCOUNTS,
      account,
      'preflight.accounts-forbidden',
      /iam\.disableServiceAccountCreation is enforced on acme-analytics/,
      /adopt: true/,
    ],
    [
      'the location is not allowed',
      AMERICAN,
      state('EU'),
      'preflight.location-forbidden',
      /gcp\.resourceLocations allows only US, us-central1/,
      /`location`/,
    ],
  ] as const)('%s → a problem before anything is written', (_title, constraints, step, code, because, remedy) => {
    const problems = checkOrganization(planOf(step), constraints, { projectId: PROJECT });
    expect(problems).toMatchObject([
      { severity: 'error', code, subject: step.address, because: expect.stringMatching(because) },
    ]);
    expect(problems[0]?.remedy).toMatch(remedy);
    expect(problems[0]?.remedy).toContain('roles/orgpolicy.policyAdmin');
  });

  test.each([
    ['accounts are forbidden, it is there', NO_ACCOUNTS, stepOf(ACCOUNT, [])],
    ['accounts are forbidden, it is changed', NO_ACCOUNTS, stepOf(ACCOUNT, [differs('account.disabled')])],
    ['nothing is forbidden', { forbidsAccounts: false, locations: undefined }, account],
    ['the location is allowed', AMERICAN, state('US')],
    ['the location is allowed, in other letters', AMERICAN, state('us')],
    ['all locations are', { forbidsAccounts: true, locations: undefined }, state('EU')],
    ['the location is not known yet', AMERICAN, state(undefined)],
    ['the location is not known yet', AMERICAN, state('')],
    ['the dataset lies where none may be created', AMERICAN, state('EU', { action: 'none', differences: [] })],
    ['a dataset that is not ours', AMERICAN, stepOf(SHOP, [], { outputs: { location: 'EU' } })],
  ])('%s → nothing', (_title, constraints, step) => {
    expect(checkOrganization(planOf(step), constraints, { projectId: PROJECT })).toEqual([]);
  });
});
