import { DATASET_ID } from '../blueprint/blueprint.ts';
import type { Inputs } from '../inputs/inputs.ts';
import type { Plan, Step } from '../engine/plan.ts';
import { proofLines } from './wording.ts';
import { claimsOf } from './claims.ts';
import type { Claim } from './claims.ts';
import { diagnose } from './diagnosis.ts';
import type { Proofs } from './prove.ts';
import type { Session } from '../session.ts';

/** What was found to be so, and whether this run took rights away, which take minutes to go. */
export interface Ground {
  /** The plan; after apply, what is left of it. */
  readonly plan: Plan;
  readonly tookAway: boolean;
}

/** What was proven, and what a proof cannot see. */
export interface Proven {
  readonly proofs: Proofs;
  readonly hints: readonly string[];
}

/** Row-level security gives no error at all, neither to a dry run nor to a query. */
function hintAt(table: string, email: string): string {
  return (
    `${table} has row access policies: rows that none of them grants to serviceAccount:${email} are left out of models without ` +
    'any error, and all of them if none does'
  );
}

/** Where the state dataset lies, or is to lie. */
export function locationIn(plan: Plan): string | undefined {
  const location = datasetIn(plan)?.facts['location'];
  return location === '' ? undefined : location;
}

function datasetIn(plan: Plan): Step | undefined {
  return plan.steps.find(({ resource }) => resource.address === `dataset/${DATASET_ID}`);
}

/** What the access mode promises, of what the plan found or is about to make. */
export function claimsIn(plan: Plan, inputs: Inputs): Claim[] {
  return claimsOf(inputs, {
    datasetId: DATASET_ID,
    isDatasetThere: datasetIn(plan)?.live !== undefined || inputs.accessMode !== 'full',
    location: locationIn(plan),
  });
}

/** The same, told claim by claim. */
export async function proveAloud(session: Session, inputs: Inputs, ground: Ground): Promise<Proven> {
  const proven = await provePlan(session, inputs, ground);
  proofLines(proven.proofs).forEach(session.world.say);
  return proven;
}

/** Tries, as the account, what the access mode promises; failures are traced to what the plan knows to be off. */
async function provePlan(session: Session, inputs: Inputs, { plan, tookAway }: Ground): Promise<Proven> {
  const claims = claimsIn(plan, inputs);
  const facts = { plan, projectId: inputs.projectId, email: session.world.account.email };
  const [proofs, filtered] = await Promise.all([
    session.prove(claims, { tookAway, diagnose: (finding) => diagnose(finding, facts) }),
    session.filteredTables(),
  ]);
  return { proofs, hints: filtered.map((table) => hintAt(table, session.world.account.email)) };
}
