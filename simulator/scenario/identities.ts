import { followPolicy } from '../iam-policy/grants.ts';
import { iamState } from '../iam/state.ts';
import type { AccountState } from '../iam/state.ts';
import { identityState } from '../identity/state.ts';
import { CI_PROJECT, ISSUER, PROVISIONER, READER, REPOSITORY } from '../names.ts';
import { nextEtag, nextNumber } from '../random.ts';
import type { World } from '../world.ts';
import { addProject } from './projects.ts';

/** The CI project with its pool and two accounts; returns the principal set of the repository. */
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
    followPolicy(account, 0);
    iamState(world).accounts[email] = account;
  }
  return everyone;
}
