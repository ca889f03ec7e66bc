/** The worlds that a simulator can begin with. */
import { followPolicy, sortedByRole } from '../directory/follow-policy.ts';
import { iamState } from '../directory/iam.ts';
import { resourceManagerState } from '../directory/projects.ts';
import { CI_PROJECT, TARGET_PROJECT } from '../engine/names.ts';
import type { World } from '../engine/world.ts';
import { immutableSubject } from '../identity/claims.ts';
import { identityState } from '../identity/state.ts';
import { segmentState } from '../segment/part.ts';
import type { Catalog } from '../segment/state.ts';
import { serviceUsageState } from '../serviceusage/state.ts';
import { beginWorld } from './beginning.ts';
import type { Beginning } from './beginning.ts';
import { addFleet } from './fleet.ts';
import { findProject } from './projects.ts';

/**
 * Whether the target project begins as Google makes projects, with the default APIs on and no others: in every scenario that
 * does not say otherwise.
 */
const IS_FRESH = false;

/** What a scenario adds to the empty world. */
interface Scenario {
  readonly isFresh?: boolean;
  readonly furnish?: (world: World) => void;
}

/** A Segment that describes BigQuery like this, and makes of settings what that scenario says. */
function withCatalog(catalog: Catalog): Scenario {
  return {
    furnish: (world) => {
      segmentState(world).catalog = catalog;
    },
  };
}

const scenarios: Readonly<Record<string, Scenario>> = {
  empty: {},
  /** As Google makes projects: neither Resource Manager nor IAM is on for those who belong to it. */
  'fresh-project': { isFresh: true },
  'every-api': { isFresh: false },
  /** A policy as big projects have it: conditions, audit configs, fifty other members. */
  busy: {
    furnish: (world) => {
      const policy = findProject(world, TARGET_PROJECT).policy;
      const people = Array.from({ length: 50 }, (_unused, index) => `user:person${String(index)}@acme.example`);
      const condition = {
        title: 'until June',
        description: 'contractors',
        expression: 'request.time < timestamp("2027-06-01T00:00:00Z")',
      };
      policy.bindings.push(
        { role: 'roles/bigquery.dataViewer', members: people.slice(0, 30) },
        { role: 'roles/bigquery.user', members: people.slice(30), condition },
        { role: 'roles/bigquery.dataEditor', members: ['group:analysts@acme.example'], condition },
        {
          role: 'roles/storage.admin',
          members: ['domain:acme.example', 'deleted:user:gone@acme.example?uid=1234567890'],
        },
      );
      policy.auditConfigs = [
        {
          service: 'allServices',
          auditLogConfigs: [{ logType: 'DATA_READ', exemptedMembers: ['user:robot@acme.example'] }],
        },
      ];
      policy.version = 3;
    },
  },
  /** An organization that closed the making of keys itself. */
  'keys-forbidden': {
    furnish: (world) => {
      iamState(world).constraints[TARGET_PROJECT] = ['iam.disableServiceAccountKeyCreation'];
    },
  },
  /** An organization as Google makes them since May 2024: keys can be neither made nor uploaded. */
  'new-organization': {
    furnish: (world) => {
      iamState(world).constraints[TARGET_PROJECT] = [
        'iam.managed.disableServiceAccountKeyCreation',
        'iam.managed.disableServiceAccountKeyUpload',
      ];
    },
  },
  /** IAM is off where the workflow's credential belongs. */
  'api-off': {
    furnish: (world) => {
      serviceUsageState(world).disabled[CI_PROJECT] = ['iam.googleapis.com'];
    },
  },
  /** A repository that was made or renamed since July 2026: its jobs are called by numbers that nobody else ever gets. */
  'immutable-subject': {
    furnish: (world) => {
      const { claims } = identityState(world);
      claims['sub'] = immutableSubject(claims);
    },
  },
  /** The setting of the key is a string, as in every scenario that does not say otherwise; or an object. */
  'segment-string': withCatalog('string'),
  'segment-object': withCatalog('object'),
  /** Two settings, either of which takes a key. */
  'segment-two-secrets': withCatalog('two-secrets'),
  /** A setting that the catalog does not have is stored all the same, and shown. */
  'segment-leaky': withCatalog('leaky'),
  /** A key that Google does not take is refused. */
  'segment-validates': withCatalog('validates'),
  /** A workspace outside the United States, where BigQuery is not offered. */
  'segment-eu': withCatalog('eu'),
  /** Two hundred and fifty projects besides. */
  fleet: { furnish: addFleet },
};

/** @throws when there is no such scenario */
export function makeWorld(name: string, beginning: Beginning): World {
  const scenario = scenarios[name];
  if (scenario === undefined)
    throw new Error(`There is no scenario ${name}: choose one of ${Object.keys(scenarios).join(', ')}.`);
  const world = beginWorld(beginning);
  if (scenario.isFresh ?? IS_FRESH)
    serviceUsageState(world).disabled[TARGET_PROJECT] = beginning.apis
      .filter(({ isOnAtFirst }) => isOnAtFirst !== true)
      .map((api) => api.name);
  scenario.furnish?.(world);
  // What a world begins with has had its effect for long.
  for (const one of Object.values(resourceManagerState(world).projects)) {
    one.policy.bindings = sortedByRole(one.policy.bindings);
    followPolicy(one, 0);
  }
  return world;
}
