import type { Address } from '../../../src/address.ts';
import type { FindingCode } from '../../../src/engine/finding.ts';
import type { PlanView, StepView } from '../../../src/engine/plan.ts';
import type { Difference } from '../../../src/engine/resource.ts';

/** Plans as tests need them: only what a rule looks at is given. */

export const PROJECT = 'acme-analytics';
export const ROLE: Address = { kind: 'role', name: 'segmentReverseEtl' };
export const ACCOUNT: Address = { kind: 'service-account', name: 'segment-reverse-etl' };
export const POLICY: Address = { kind: 'project-policy', name: PROJECT };
export const STATE: Address = { kind: 'dataset', name: '__segment_reverse_etl' };
export const SHOP: Address = { kind: 'dataset', name: `${PROJECT}.shop` };
export const KEY: Address = { kind: 'credential', name: 'segment-reverse-etl' };

export function planOf(...steps: readonly StepView[]): PlanView {
  return { steps, prune: false };
}

export function stepOf(address: Address, differences: readonly Difference[], more: Partial<StepView> = {}): StepView {
  return {
    address,
    want: 'present',
    action: differences.length === 0 ? 'none' : 'update',
    isThere: true,
    differences,
    problems: [],
    notices: [],
    outputs: {},
    picture: {},
    remark: undefined,
    ...more,
  };
}

export function differs(code: FindingCode, more: Partial<Difference> = {}): Difference {
  return {
    code,
    field: 'field',
    live: 'live',
    desired: 'desired',
    kind: 'changed',
    phase: 'grant',
    makes: 'updated',
    change: {},
    ...more,
  };
}
