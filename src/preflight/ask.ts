import type { Cloud } from '../cloud/google/clients.ts';
import { creationConstraints } from '../cloud/google/org-policy-constraints.ts';
import type { CreationConstraints } from '../cloud/google/org-policy-constraints.ts';
import { testPermissions } from '../cloud/google/project-policies.ts';
import { servicesOf } from '../cloud/google/services.ts';
import { ApiError } from '../errors/api-error.ts';
import { modes } from '../inputs/modes.ts';
import type { Mode } from '../inputs/modes.ts';
import type { Target } from '../inputs/target.ts';
import { once } from '../time.ts';
import { apisOf } from './apis.ts';
import type { Permission } from '../engine/finding.ts';
import { ASKED } from './permissions.ts';
import type { Rights } from './permissions.ts';

/** What tells, before anything is written, that it would be in vain: without them a run asks less. */
export const ADVICE: readonly Permission[] = ['orgpolicy.policy.get', 'serviceusage.services.get'];

/** What is known besides the plan before anything is written. */
export interface Preflight {
  readonly rights: Rights;
  /** What the organization forbids of what is created. */
  readonly constraints: () => Promise<CreationConstraints>;
  /** APIs that the target needs and that are off, as far as that may be asked. */
  readonly apisOff: readonly string[];
}

const UNASKED: Rights = { held: undefined, member: undefined };
const UNCONSTRAINED: CreationConstraints = { forbidsAccounts: false, locations: undefined };

/**
 * Asks, in the plan's own wave, what may stand in the way of a run that writes. A run that only reads asks what stands in the
 * way of whoever writes, and not what its own identity may not do. Where many targets share one quota, the organization is
 * asked only about a plan that creates something.
 */
export async function askPreflight(cloud: Cloud, target: Target, mode: Mode): Promise<Preflight> {
  const { writes, wants } = modes[mode];
  const isMaking = wants === 'present';
  const constraints = once(async () => (isMaking ? creationConstraints(cloud) : UNCONSTRAINED));
  const [rights, apisOff] = await Promise.all([
    writes ? askRights(cloud) : UNASKED,
    isMaking ? askApisOff(cloud, target) : [],
    cloud.wire.gate === undefined ? constraints() : undefined,
  ]);
  return { rights, apisOff, constraints };
}

/** Which of the permissions that a writing run may need the workflow's identity holds on the project. */
export async function askRights(cloud: Cloud): Promise<Rights> {
  const held = await heldPermissions(cloud);
  return { held, member: cloud.principal() };
}

/** undefined = the question itself was refused. */
async function heldPermissions(cloud: Cloud): Promise<string[] | undefined> {
  try {
    return await testPermissions(cloud, ASKED);
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

async function askApisOff(cloud: Cloud, target: Target): Promise<readonly string[]> {
  return (await servicesOf(cloud).off(apisOf(target))) ?? [];
}

/** Enables APIs in the target's own project, and waits until Service Usage says so. */
export async function enableApis(
  cloud: Cloud,
  services: readonly string[],
  say: (line: string) => void,
): Promise<void> {
  say(`Enabling ${services.join(', ')} in ${cloud.projectId} …`);
  await servicesOf(cloud).enable(services);
}
