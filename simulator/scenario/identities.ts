import { followPolicy } from '../directory/follow-policy.ts';
import { iamState } from '../directory/iam.ts';
import type { AccountState } from '../directory/iam.ts';
import { CI_PROJECT, ISSUER, PROVISIONER, READER, REPOSITORY, TESTER } from '../engine/names.ts';
import { nextEtag, nextNumber } from '../engine/random.ts';
import type { World } from '../engine/world.ts';
import { identityState } from '../identity/state.ts';
import { addProject } from './projects.ts';

/** Fixed, so that what a seed draws for everything else does not depend on whether there is a tester. */
const TESTER_ID = '104857600000000000001';
const TESTER_ETAG = 'BwXhTester0=';

/** The CI project with its pool and three accounts; returns the principal set of the repository. */
export function addIdentities(world: World): string {
  const ci = addProject(world, CI_PROJECT, []);
  const pool = `projects/${ci.projectNumber}/locations/global/workloadIdentityPools/github`;
  identityState(world).providers.push({
    name: `${pool}/providers/repository`,
    issuer: ISSUER,
    allowedAudiences: [],
    condition: { repository: REPOSITORY },
    disabled: false,
  });
  const everyone = `principalSet://iam.googleapis.com/${pool}/attribute.repository/${REPOSITORY}`;
  for (const email of [PROVISIONER, READER, TESTER]) {
    const account: AccountState = {
      project: CI_PROJECT,
      email,
      uniqueId: email === TESTER ? TESTER_ID : nextNumber(world, 21),
      displayName: email.split('@')[0] ?? '',
      description: '',
      disabled: false,
      createdAt: 0,
      keys: [],
      policy: {
        version: 1,
        etag: email === TESTER ? TESTER_ETAG : nextEtag(world),
        bindings: [{ role: 'roles/iam.workloadIdentityUser', members: [everyone] }],
      },
      grants: [],
      formerKeys: [],
    };
    followPolicy(account, 0);
    iamState(world).accounts[email] = account;
  }
  return everyone;
}
