import type { cloudresourcemanager_v3 } from 'googleapis/build/src/apis/cloudresourcemanager/v3.js';
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
  const options = { service: 'cloudresourcemanager', repeatable: true };
  return makeDocument<Policy>(cloud.clock, {
    get: () =>
      cloud.call({ call: `read the IAM policy of the project ${cloud.projectId}`, ...options }, async () => {
        const requestBody = { options: { requestedPolicyVersion: 3 } };
        return (await projects.getIamPolicy({ resource, requestBody })).data;
      }),
    put: (after) =>
      cloud.call({ call: `write the IAM policy of the project ${cloud.projectId}`, ...options }, async () => {
        return (await projects.setIamPolicy({ resource, requestBody: { policy: after } })).data;
      }),
    gone: () => new Error(`the project ${cloud.projectId} has no IAM policy`),
  });
}

/** Which of these permissions the caller holds on the project. */
export async function testPermissions(cloud: Cloud, permissions: readonly string[]): Promise<string[]> {
  const call = `ask which permissions are held on the project ${cloud.projectId}`;
  return cloud.call({ call, service: 'cloudresourcemanager', repeatable: true }, async () => {
    const requestBody = { permissions: [...permissions] };
    const resource = `projects/${cloud.projectId}`;
    return (await cloud.resourceManager.projects.testIamPermissions({ resource, requestBody })).data.permissions ?? [];
  });
}
