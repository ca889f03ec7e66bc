import type { Inputs } from '../inputs/inputs.ts';
import { isCarriedOut, isDrift } from '../engine/plan.ts';
import type { Action, Drift, Plan } from '../engine/plan.ts';
import { digestOf, reviewedIn, targetOf } from '../engine/digest.ts';
import { proofsJson } from '../verify/wording.ts';
import type { Proofs } from '../verify/prove.ts';
import { sentence } from '../errors/diagnostic.ts';
import { adviseOn } from '../errors/explain.ts';
import type { Difference } from '../engine/resource.ts';

/** The output `plan`: documented by docs/plan.schema.json. Holds no secret, because no difference does. Pure. */
export interface PlanJson {
  readonly version: 1;
  readonly project: string;
  readonly access_mode: string;
  /** The inputs that describe the target, by their names. */
  readonly target: Readonly<Record<string, unknown>>;
  /** undefined where something could not be looked at. */
  readonly digest?: string;
  readonly drift?: Drift;
  readonly steps: readonly StepJson[];
  /** What lies outside, so that it could not be seen. */
  readonly not_seen: readonly string[];
  readonly proofs?: unknown;
}

interface StepJson {
  readonly address: string;
  readonly want: string;
  readonly action: Action;
  readonly differences: readonly (Pick<Difference, 'field' | 'live' | 'desired' | 'kind'> & {
    readonly drift: boolean;
    readonly carried_out: boolean;
  })[];
  readonly refusals: readonly string[];
  readonly warnings: readonly string[];
  readonly error?: string;
}

/** What a plan is told with once the run is over. */
export interface Told {
  /** As the run leaves it. */
  readonly drift?: Drift;
  readonly proofs?: Proofs | undefined;
}

/** The plan as it was made: apply does not change it. */
export function planJson(plan: Plan, inputs: Inputs, { drift, proofs }: Told = {}): PlanJson {
  const json: PlanJson = {
    version: 1,
    project: inputs.projectId,
    access_mode: inputs.accessMode,
    target: JSON.parse(JSON.stringify(targetOf(inputs))) as Record<string, unknown>,
    ...(drift === undefined ? {} : { drift }),
    steps: plan.steps.map((step) => ({
      address: step.resource.address,
      want: step.resource.want,
      action: step.action,
      differences: step.differences.map((difference) => ({
        field: difference.field,
        live: difference.live,
        desired: difference.desired,
        kind: difference.kind,
        drift: isDrift(difference),
        carried_out: isCarriedOut(difference, plan.prune),
      })),
      refusals: step.refusals.map(sentence),
      warnings: step.warnings,
      ...(step.error === undefined ? {} : { error: sentence(adviseOn(step.error)) }),
    })),
    not_seen: notSeen(plan),
    ...(proofs === undefined ? {} : { proofs: proofsJson(proofs) }),
  };
  const reviewed = reviewedIn(json);
  return 'why' in reviewed ? json : { ...json, digest: digestOf(reviewed) };
}

/** What no plan can see, and what this one could not. */
export function notSeen(plan: Plan): string[] {
  return [
    'rights that come from the folder, the organisation, or a group',
    'who may act as the account by a role on the project or above',
    ...plan.steps.flatMap(({ unseen }) => unseen ?? []),
  ];
}
