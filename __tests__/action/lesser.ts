import { PROJECT } from '../../harness/stage.ts';
import type { Stage } from '../../harness/stage.ts';

/** The owner replaces the role of the provisioner or the reader by one that lacks permissions. */
export const withoutPermission =
  (file: 'provisioner' | 'reader', ...permissions: readonly string[]) =>
  async (s: Stage): Promise<void> => {
    const world = (await s.simulation.world()) as { iam: { roles: Record<string, { includedPermissions: string[] }> } };
    const found = Object.entries(world.iam.roles).find(([name]) => name.endsWith(file))?.[1].includedPermissions ?? [];
    const includedPermissions = found.filter((one) => !permissions.includes(one));
    await s.owner('POST', `/v1/projects/${PROJECT}/roles`, {
      roleId: 'lesser',
      role: { title: 'lesser', stage: 'GA', includedPermissions },
    });
    await s.setPolicy((policy) => ({
      ...policy,
      bindings: policy.bindings.map((binding) =>
        binding.role.endsWith(file) ? { ...binding, role: `projects/${PROJECT}/roles/lesser` } : binding,
      ),
    }));
  };
