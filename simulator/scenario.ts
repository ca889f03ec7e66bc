/** The worlds that a simulator can begin with. */
import { emptyBigQueryState } from './bigquery/state.ts';
import { makeEmpty } from './empty-world.ts';
import { foundBindings } from './founding.ts';
import { emptyGitHubState } from './github/state.ts';
import { emptyIamState } from './iam/state.ts';
import { emptyIdentityState } from './identity/state.ts';
import type { Binding } from './policy.ts';
import { emptyResourceManagerState } from './resourcemanager/state.ts';
import { emptyServiceUsageState } from './serviceusage/state.ts';
import { CI_PROJECT, PROJECT } from './world-names.ts';
import type { World } from './world.ts';

export interface WorldOptions {
  readonly scenario: string;
  readonly lagMs: number;
  readonly seed: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What was there before the simulator began is a year old: no lag, and no maximum age, is in doubt. */
const YEAR = 365 * 86_400_000;

type Scenario = (world: World, foundedAt: number) => void;

/** By name; each adds to the empty one. */
export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  empty: () => undefined,
  busy: makeBusy,
  'keys-forbidden': forbid('iam.disableServiceAccountKeyCreation'),
  'accounts-forbidden': forbid('iam.disableServiceAccountCreation'),
  // In the project of the workflow's identity: what is on in the target does not help.
  'api-off': ({ serviceUsage }) => {
    serviceUsage.disabled[CI_PROJECT] = ['iam.googleapis.com'];
  },
};

function forbid(constraint: string): Scenario {
  return ({ iam }) => {
    iam.constraints[PROJECT] = [`constraints/${constraint}`];
  };
}

/** Throws for a scenario that does not exist. */
export function makeWorld({ scenario, lagMs, seed, now }: WorldOptions): World {
  const add = Object.hasOwn(SCENARIOS, scenario) ? SCENARIOS[scenario] : undefined;
  if (add === undefined) throw new Error(`There is no scenario '${scenario}'.`);
  const world: World = {
    lagMs,
    randomState: seed * 1_000_000_000,
    identity: emptyIdentityState(),
    resourceManager: emptyResourceManagerState(),
    iam: emptyIamState(),
    bigQuery: emptyBigQueryState(),
    serviceUsage: emptyServiceUsageState(),
    gitHub: emptyGitHubState(),
  };
  makeEmpty(world, now - YEAR);
  add(world, now - YEAR);
  return world;
}

/** A policy that others have lived in: conditions, audit configuration, tombstones, fifty people. */
function makeBusy(world: World, foundedAt: number): void {
  const project = world.resourceManager.projects[PROJECT];
  if (project === undefined) return;
  const people = Array.from({ length: 50 }, (_, index) => `user:analyst-${String(index + 1)}@acme.example`);
  const expiry = { title: 'until the audit ends', expression: 'request.time < timestamp("2040-01-01T00:00:00Z")' };
  const prefix = {
    title: 'finance',
    description: 'Only finance',
    expression: 'resource.name.startsWith("projects/_/buckets/finance")',
  };
  const bindings: Binding[] = [
    { role: 'roles/bigquery.user', members: people },
    { role: 'roles/bigquery.user', members: ['group:auditors@acme.example'], condition: expiry },
    { role: 'roles/storage.objectViewer', members: ['group:finance@acme.example'], condition: prefix },
    {
      role: 'roles/viewer',
      members: ['domain:acme.example', 'deleted:user:gone@acme.example?uid=103456789012345678901'],
    },
    { role: 'roles/editor', members: [`serviceAccount:${project.projectNumber}@cloudservices.gserviceaccount.com`] },
  ];
  foundBindings(world, project, bindings, foundedAt);
  const exemptedMembers = ['user:analyst-1@acme.example'];
  project.policy.auditConfigs = [
    { service: 'allServices', auditLogConfigs: [{ logType: 'DATA_READ', exemptedMembers }, { logType: 'ADMIN_READ' }] },
  ];
}
