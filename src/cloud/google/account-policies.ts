import { vanished } from '../../errors/vanished.ts';
import { orAbsent } from '../call.ts';
import type { Cloud } from './clients.ts';
import { makeDocument } from '../document.ts';
import type { Document } from '../document.ts';
import { orNotThere } from './not-there.ts';
import { expectPolicy } from './project-policies.ts';
import type { Policy } from './project-policies.ts';

/** Who may act as one service account: its own IAM policy, raw; undefined = there is no such account. */
export function accountPolicyDocument(cloud: Cloud, email: string): Document<Policy> {
  const resource = `projects/${cloud.projectId}/serviceAccounts/${email}`;
  const { serviceAccounts } = cloud.iam.projects;
  const options = { service: 'iam', repeatable: true } as const;
  return makeDocument<Policy>(cloud.clock, {
    get: () => {
      // Version 3, so that conditional bindings come whole.
      const request = { resource, 'options.requestedPolicyVersion': 3 };
      const call = `read who may act as the service account ${email}`;
      const sent = cloud.call({ call, ...options }, async () =>
        expectPolicy((await serviceAccounts.getIamPolicy(request)).data),
      );
      return orAbsent(orNotThere(cloud, 'iam.serviceAccounts.getIamPolicy', sent));
    },
    put: (after) => {
      const call = `write who may act as the service account ${email}`;
      const sent = cloud.call({ call, ...options }, async () =>
        expectPolicy((await serviceAccounts.setIamPolicy({ resource, requestBody: { policy: after } })).data),
      );
      return orNotThere(cloud, 'iam.serviceAccounts.setIamPolicy', sent);
    },
    gone: () => vanished(`the service account ${email}`),
  });
}
