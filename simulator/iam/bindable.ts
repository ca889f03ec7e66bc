import { PREDEFINED_ROLES } from '../predefined/roles.ts';
import { invalid } from '../refusal.ts';
import type { Context } from '../route.ts';

/** Throws 400 unless the role exists and may be bound in the project: predefined, its own, or its organisation's. */
export function requireRole(role: string, project: string, { world }: Context): void {
  if (Object.hasOwn(PREDEFINED_ROLES, role)) return;
  const custom = Object.hasOwn(world.iam.roles, role) ? world.iam.roles[role] : undefined;
  const parent = world.resourceManager.projects[project]?.parent;
  const isAbove = role.startsWith(`projects/${project}/`) || (parent !== undefined && role.startsWith(`${parent}/`));
  if (custom !== undefined && custom.deletedAt === undefined && isAbove) return;
  if (/^(projects|organizations)\/[^/]+\/roles\/[^/]+$/.test(role)) {
    throw invalid(`Role (${role}) does not exist in the resource's hierarchy.`);
  }
  throw invalid(`Role ${role} is not supported for this resource.`);
}
