import { describe, expect, test } from '@jest/globals';
import type { Cloud } from '../../../src/cloud/google/clients.ts';
import {
  creationConstraints,
  demandsOwnEncryption,
  keyConstraints,
} from '../../../src/cloud/google/org-policy-constraints.ts';
import type { KeyWay } from '../../../src/cloud/google/org-policy-constraints.ts';
import { apiError } from '../errors/api-errors.ts';

/** Rules of the constraints in effect; those that are not named have none. */
type InEffect = Readonly<Record<string, readonly object[]>>;

/** A cloud in which these are in effect, and what it was asked for. `undefined` = nobody may read them. */
function cloudWith(policies: InEffect | undefined): { readonly cloud: Cloud; readonly asked: string[] } {
  const asked: string[] = [];
  /** In place of the network. */
  const adapter = ({ url }: { readonly url: URL | string }): Promise<object> => {
    const [, name = ''] = /\/policies\/([^:]+):getEffectivePolicy$/.exec(new URL(url).pathname) ?? [];
    asked.push(name);
    const data = { spec: { rules: policies?.[name] ?? [] } };
    return Promise.resolve({ data, status: 200, headers: new Headers() });
  };
  const cloud = {
    projectId: 'p',
    endpoints: { orgpolicy: 'https://orgpolicy.googleapis.com' },
    clientOptions: { adapter },
    call: (_about: unknown, send: () => Promise<unknown>) =>
      policies === undefined ? Promise.reject(apiError({ code: 403 })) : send(),
  };
  return { cloud: cloud as never, asked };
}

const enforced = [{ enforce: true }];
const create = 'iam.disableServiceAccountKeyCreation';
const managedCreate = 'iam.managed.disableServiceAccountKeyCreation';
const upload = 'iam.disableServiceAccountKeyUpload';
const managedUpload = 'iam.managed.disableServiceAccountKeyUpload';

describe('keyConstraints: which constraints close the way', () => {
  test.each<[string, KeyWay, InEffect | undefined, string[], string[]]>([
    ['none → open', 'create', {}, [], []],
    ['the old one', 'create', { [create]: enforced }, [create], []],
    ['the managed one', 'create', { [managedCreate]: enforced }, [managedCreate], []],
    ['both', 'create', { [create]: enforced, [managedCreate]: enforced }, [create, managedCreate], []],
    [
      'both ways closed',
      'create',
      { [managedCreate]: enforced, [upload]: enforced, [managedUpload]: enforced },
      [managedCreate],
      [upload, managedUpload],
    ],
    ['uploading closed', 'upload', { [managedUpload]: enforced }, [managedUpload], []],
    ['only the other way closed → open', 'upload', { [create]: enforced, [managedCreate]: enforced }, [], []],
    ['only the other way closed → open', 'create', { [upload]: enforced }, [], []],
    ['there, and not enforced → open', 'create', { [create]: [{ enforce: false }] }, [], []],
    ['not readable → open, as IAM refuses what it must', 'create', undefined, [], []],
  ])('%s, way %s', async (_title, way, policies, closed, otherClosed) => {
    expect(await keyConstraints(cloudWith(policies).cloud, way)).toEqual({ closed, otherClosed });
  });

  test('the way is open → the other way is not asked about', async () => {
    const { cloud, asked } = cloudWith({});
    await keyConstraints(cloud, 'create');
    expect(asked).toEqual([create, managedCreate]);
  });
});

describe('creationConstraints: what apply may not create', () => {
  const places = (...allowedValues: string[]): InEffect => ({
    'gcp.resourceLocations': [{ values: { allowedValues } }],
  });
  test.each<[string, InEffect | undefined, boolean, string[] | undefined]>([
    ['nothing', {}, false, undefined],
    ['accounts', { 'iam.disableServiceAccountCreation': enforced }, true, undefined],
    ['locations that are spelled out', places('US', 'is:us-central1'), false, ['US', 'us-central1']],
    ['a group of locations → its members are not known', places('US', 'in:eu-locations'), false, undefined],
    ['not readable → nothing', undefined, false, undefined],
  ])('%s', async (_title, policies, forbidsAccounts, locations) => {
    expect(await creationConstraints(cloudWith(policies).cloud)).toEqual({ forbidsAccounts, locations });
  });
});

describe('demandsOwnEncryption: whether secrets need a key of the customer', () => {
  const denying = (...deniedValues: string[]): InEffect => ({
    'gcp.restrictNonCmekServices': [{ values: { deniedValues } }],
  });
  test.each<[string, InEffect | undefined, boolean]>([
    ['no policy', {}, false],
    ['Secret Manager', denying('secretmanager.googleapis.com'), true],
    ['Secret Manager, in the other spelling', denying('is:secretmanager.googleapis.com'), true],
    ['another service', denying('bigquery.googleapis.com'), false],
    ['all services', { 'gcp.restrictNonCmekServices': [{ denyAll: true }] }, true],
    ['not readable', undefined, false],
  ])('%s → %s', async (_title, policies, expected) => {
    expect(await demandsOwnEncryption(cloudWith(policies).cloud, 'p')).toBe(expected);
  });
});
