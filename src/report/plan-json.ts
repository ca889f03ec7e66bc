import { spell } from '../address.ts';
import type { Address } from '../address.ts';
import { surplusId } from '../engine/accept.ts';
import { digestOf, reviewable } from '../engine/digest.ts';
import type { Reviewed } from '../engine/digest.ts';
import { isDrift } from '../engine/drift.ts';
import type { Drift } from '../engine/drift.ts';
import { isCarriedOut } from '../engine/plan.ts';
import type { Action, PlanView, StepView } from '../engine/plan.ts';
import type { Difference } from '../engine/resource.ts';
import { sentence } from '../errors/diagnostic.ts';
import { verificationJson } from '../verify/wording.ts';
import { notChecked } from './diagnostics.ts';
import type { RunReport } from './run-report.ts';

/** The output `plan`: documented by docs/plan.schema.json. Holds no secret, because no difference does. Pure. */
export interface PlanJson {
  readonly version: 1;
  readonly project: string;
  readonly access_mode: string;
  /** The inputs that a review covers, by their names. */
  readonly target: Reviewed['target'];
  /** undefined where something could not be read. */
  readonly digest?: string;
  readonly drift: Drift;
  readonly steps: readonly StepJson[];
  readonly not_checked: readonly string[];
  readonly verification?: unknown;
}

/** With `kind`, `name`, `action`, and of each difference `code`, `makes` and `change`, the digest can be computed again. */
export interface StepJson extends Address {
  readonly address: string;
  readonly want: StepView['want'];
  readonly action: Action;
  readonly differences: readonly DifferenceJson[];
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

type Told = Pick<Difference, 'code' | 'field' | 'live' | 'desired' | 'kind' | 'phase' | 'makes' | 'change'>;

export interface DifferenceJson extends Told {
  readonly drift: boolean;
  readonly carried_out: boolean;
  /** Of surplus: the line of `accepted_access` that accepts it. */
  readonly accept?: string;
}

/** The plan as it was made, which apply does not change; with the drift that the run leaves. */
export function planJson(report: RunReport, plan: PlanView): PlanJson {
  const { reviewed, target, verdict, verification } = report;
  const digest = digestIn({ plan, reviewed });
  return {
    version: 1,
    project: target.projectId,
    access_mode: target.access.mode,
    target: reviewed,
    ...(digest === undefined ? {} : { digest }),
    drift: verdict.drift,
    steps: plan.steps.map((step) => stepJson(step, plan)),
    not_checked: notChecked(report),
    ...(verification === undefined ? {} : { verification: verificationJson(verification) }),
  };
}

/** Of plans, which never change: each is asked for several times. */
const digests = new WeakMap<
  PlanView,
  { readonly reviewed: RunReport['reviewed']; readonly digest: string | undefined }
>();

/** undefined where something could not be read, or nothing was. */
export function digestIn({ plan, reviewed }: Pick<RunReport, 'plan' | 'reviewed'>): string | undefined {
  if (plan === undefined) return undefined;
  const known = digests.get(plan);
  if (known?.reviewed === reviewed) return known.digest;
  const review = reviewable(plan, reviewed);
  const digest = 'unread' in review ? undefined : digestOf(review);
  digests.set(plan, { reviewed, digest });
  return digest;
}

function stepJson({ address, want, action, differences, problems, notices }: StepView, { prune }: PlanView): StepJson {
  return {
    address: spell(address),
    ...address,
    want,
    action,
    differences: differences.map((difference) => differenceJson(address, difference, prune)),
    problems: problems.map(sentence),
    warnings: notices.filter(({ severity }) => severity === 'warning').map(sentence),
  };
}

function differenceJson(address: Address, difference: Difference, prune: boolean): DifferenceJson {
  const { code, field, live, desired, kind, phase, makes, change } = difference;
  const isToBeDone = { drift: isDrift(difference), carried_out: isCarriedOut(difference, prune) };
  const accept = kind === 'surplus' ? { accept: surplusId(address, difference) } : {};
  return { code, field, live, desired, kind, phase, makes, change, ...isToBeDone, ...accept };
}

/** The plan in its output, as far as a review goes: what would not be carried out is left out. */
export function plannedIn({ steps }: PlanJson): PlanView {
  return {
    prune: true,
    steps: steps.map(({ kind, name, want, action, differences }) => ({
      address: { kind, name },
      ...{ want, action, differences: differences.filter((one) => one.carried_out) },
      ...{ isThere: true, problems: [], notices: [], outputs: {}, picture: {}, remark: undefined },
    })),
  };
}
