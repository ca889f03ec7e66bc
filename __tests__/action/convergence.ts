import { expect } from '@jest/globals';
import { EMAIL, driftOf } from '../../harness/stage.ts';
import type { PolicyFacts, Stage } from '../../harness/stage.ts';

/** Inputs that deliver into the repository secret. */
export function toSecret(at: Stage): Record<string, string> {
  return { key_delivery: 'github-secret', github_token: at.simulation.env['SIMULATOR_GITHUB_TOKEN'] ?? '' };
}

/** The bindings of a policy without our account. */
export const others = ({ bindings }: PolicyFacts): unknown =>
  bindings
    .map((binding) => ({ ...binding, members: binding.members.filter((member) => !member.includes(EMAIL)) }))
    .filter(({ members }) => members.length > 0);

/** What must hold after any interruption and one more run. */
export async function expectConverged(at: Stage, before: PolicyFacts, inputs: Record<string, string>): Promise<void> {
  const check = await at.run({ mode: 'check', verify: 'false', ...inputs });
  expect({ drift: driftOf(check), code: check.code, log: check.code === 0 ? '' : check.stdout }).toEqual({
    drift: [],
    code: 0,
    log: '',
  });
  expect(others(await at.policy())).toEqual(others(before));
  expect((await at.policy()).auditConfigs).toEqual(before.auditConfigs);
  const recorded = / key=([0-9a-f]+)/.exec(await at.description())?.[1] ?? '';
  const enabled = (await at.keys()).filter(({ disabled }) => !disabled);
  expect(enabled.map(({ id }) => id.startsWith(recorded))).toEqual([true]);
  expect(await at.description()).not.toContain('issuing-before');
}
