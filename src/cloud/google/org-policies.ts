import { orgpolicy_v2 } from 'googleapis/build/src/apis/orgpolicy/v2.js';
import { ApiError } from '../../errors/api-error.ts';
import type { Cloud } from './clients.ts';

/** A constraint of the organization in effect on a project; undefined = not readable, which proves nothing. */
export type Effective = orgpolicy_v2.Schema$GoogleCloudOrgpolicyV2PolicySpec | undefined;

/** Reads the policies in effect on a project. Most identities may not: then nothing is known, and nothing is said. */
export function orgPolicies(cloud: Cloud): (project: string, constraint: string) => Promise<Effective> {
  const client = new orgpolicy_v2.Orgpolicy({ ...cloud.clientOptions, rootUrl: `${cloud.endpoints.orgpolicy}/` });
  return async (project, constraint) => {
    const name = `projects/${project}/policies/${constraint}`;
    try {
      return await cloud.call(
        { call: `read the organization policy ${constraint}`, service: 'orgpolicy', repeatable: false },
        async () => (await client.projects.policies.getEffectivePolicy({ name })).data.spec ?? {},
      );
    } catch (error) {
      // No right, no such API, no answer: a hint that could not be had. The service itself still refuses what it must.
      if (error instanceof ApiError) return undefined;
      throw error;
    }
  };
}

/** Whether a boolean constraint is enforced. */
export function isEnforced(policy: Effective): boolean {
  return policy?.rules?.some((rule) => rule.enforce === true) === true;
}

/** Whether a list constraint denies this value, which policies write with or without `is:`. */
export function isDenied(policy: Effective, value: string): boolean {
  const rules = policy?.rules ?? [];
  const denied = rules.flatMap((rule) => rule.values?.deniedValues ?? []).map((one) => one.replace(/^is:/, ''));
  return rules.some((rule) => rule.denyAll === true) || denied.includes(value);
}
