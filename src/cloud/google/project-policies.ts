import { vanished } from '../../errors/vanished.ts';
import type { cloudresourcemanager_v3 } from 'googleapis/build/src/apis/cloudresourcemanager/v3.js';
import { UnreadableAnswer } from '../../errors/unreadable.ts';
import { expectList, expectObject, expectTexts } from '../answer.ts';
import type { Cloud } from './clients.ts';
import { makeDocument } from '../document.ts';
import type { Document } from '../document.ts';

/** The project's IAM policy, raw: what others wrote goes back exactly as it came. */
export type Policy = cloudresourcemanager_v3.Schema$Policy;
/** One binding of it. */
export type Binding = cloudresourcemanager_v3.Schema$Binding;

/**
 * The policy under its etag. Version 3 is asked for, so that conditional bindings come whole; no update mask is sent, so
 * that audit configs stay as they are whatever the body says.
 */
export function policyDocument(cloud: Cloud): Document<Policy> {
  const resource = `projects/${cloud.projectId}`;
  const { projects } = cloud.resourceManager;
  const options = { service: 'cloudresourcemanager', repeatable: true } as const;
  return makeDocument<Policy>(cloud.clock, {
    get: () =>
      cloud.call({ call: `read the IAM policy of the project ${cloud.projectId}`, ...options }, async () => {
        const requestBody = { options: { requestedPolicyVersion: 3 } };
        return expectPolicy((await projects.getIamPolicy({ resource, requestBody })).data);
      }),
    put: (after) =>
      cloud.call({ call: `write the IAM policy of the project ${cloud.projectId}`, ...options }, async () => {
        return expectPolicy((await projects.setIamPolicy({ resource, requestBody: { policy: after } })).data);
      }),
    gone: () => vanished(`the project ${cloud.projectId}`),
  });
}

/**
 * Makes sure that an answer is a policy: each has an etag, if nothing else. Without one, what is written would replace
 * whatever others have written since, or all that could not be read. @throws UnreadableAnswer
 */
export function expectPolicy(answer: Policy): Policy {
  return expectTexts('policy', expectList('policy', answer, 'bindings'), ['etag']);
}

/** Which of these permissions the caller holds on the project. */
export async function testPermissions(cloud: Cloud, permissions: readonly string[]): Promise<string[]> {
  const call = `ask which permissions are held on the project ${cloud.projectId}`;
  return cloud.call({ call, service: 'cloudresourcemanager', repeatable: true }, async () => {
    const requestBody = { permissions: [...permissions] };
    const resource = `projects/${cloud.projectId}`;
    return expectPermissions((await cloud.resourceManager.projects.testIamPermissions({ resource, requestBody })).data);
  });
}

/** Those that are held; none are answered with nothing. @throws UnreadableAnswer */
export function expectPermissions(answer: { readonly permissions?: string[] | null }): string[] {
  const held: unknown = expectObject(answer)['permissions'] ?? [];
  if (Array.isArray(held) && held.every((one) => typeof one === 'string')) return held;
  throw new UnreadableAnswer('it is no list of permissions');
}
