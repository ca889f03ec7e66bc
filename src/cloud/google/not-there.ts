import { ApiError } from '../../errors/api-error.ts';
import type { Cloud } from './clients.ts';
import { testPermissions } from './project-policies.ts';

/** Reason of a refusal for want of a permission; IAM gives it for what is not there, too. */
const DENIED = 'IAM_PERMISSION_DENIED';

const asked = new WeakMap<Cloud, Map<string, Promise<boolean>>>();

/**
 * IAM may call an account forbidden that is not there: one that was deleted, above all, for as long as its number is kept.
 * Whoever holds the permission on the whole project is not forbidden to use it on an account of that project, so what was
 * refused is not there, and is told as that: with 404.
 */
export async function orNotThere<T>(cloud: Cloud, permission: string, request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 403 || error.reason !== DENIED) throw error;
    if (!(await isHeld(cloud, permission))) throw error;
    const { call, service, details, reason, requestId, retryAfter, words } = error;
    const facts = { call, service, details, reason, requestId, retryAfter, words };
    throw new ApiError({ ...facts, code: 404, status: 'NOT_FOUND' }, error);
  }
}

/** Whether the caller holds it on the whole project; asking that takes no permission. What cannot be asked is not known to be held. */
function isHeld(cloud: Cloud, permission: string): Promise<boolean> {
  const known = asked.get(cloud) ?? new Map<string, Promise<boolean>>();
  asked.set(cloud, known);
  const answer = known.get(permission) ?? ask(cloud, permission);
  known.set(permission, answer);
  return answer;
}

async function ask(cloud: Cloud, permission: string): Promise<boolean> {
  try {
    return (await testPermissions(cloud, [permission])).includes(permission);
  } catch (error) {
    if (error instanceof ApiError) return false;
    throw error;
  }
}
