/** IAM policies, which projects and service accounts have alike: stored in the order and spelling they were written. */
import type { CurrentGrant } from './grants.ts';

/** As Google spells it. */
export interface Condition {
  readonly title?: string;
  readonly description?: string;
  readonly expression: string;
  readonly location?: string;
}

export interface Binding {
  readonly role: string;
  readonly members: readonly string[];
  readonly condition?: Condition;
}

export interface PolicyState {
  etag: string;
  bindings: Binding[];
  /** Of projects only. */
  auditConfigs?: unknown[];
}

/** Who is given what by these bindings. */
export function grantsIn(bindings: readonly Binding[]): CurrentGrant[] {
  return bindings.flatMap(({ role, members, condition }) =>
    members.map((member) => ({ role, member, condition: condition?.expression })),
  );
}
