import { ApiError } from './errors/api-error.ts';
import type { Clock } from './time.ts';
import { DATASET_ID } from './blueprint/blueprint.ts';
import type { World } from './blueprint/blueprint.ts';
import { destinationsOf, once } from './destinations/registry.ts';
import { becomeAccount, mintWith } from './cloud/google/sign-in/impersonate.ts';
import type { Becoming } from './cloud/google/sign-in/impersonate.ts';
import { connect } from './cloud/google/clients.ts';
import type { CreationConstraints } from './cloud/google/org-policy-constraints.ts';
import type { Cloud } from './cloud/google/clients.ts';
import { accountPolicyDocument } from './cloud/google/account-policies.ts';
import { tablesWithRowPolicies } from './cloud/google/queries.ts';
import { locationsOf } from './cloud/google/datasets.ts';
import { datasetLibrary } from './cloud/google/dataset-library.ts';
import type { Endpoints } from './cloud/google/endpoints.ts';
import { keysOf } from './cloud/google/keys.ts';
import type { IssuedKey } from './cloud/google/keys.ts';
import { policyDocument, testPermissions } from './cloud/google/project-policies.ts';
import { roleDocument } from './cloud/google/roles.ts';
import { accountDocument } from './cloud/google/service-accounts.ts';
import type { Inputs } from './inputs/inputs.ts';
import { modes } from './inputs/modes.ts';
import { grantClaims } from './verify/claims.ts';
import type { Claim } from './verify/claims.ts';
import { untilEffective } from './verify/wait-until-effective.ts';
import { prove, tryOnce } from './verify/prove.ts';
import type { AsAccount, Attempted, ProveOptions, Proofs } from './verify/prove.ts';
import { ASKED } from './preflight/permissions.ts';
import type { Rights } from './preflight/permissions.ts';
import type { Runner } from './runner/runner.ts';

/** The world as this run reaches it. */
export interface Session {
  readonly world: World;
  /** Proves, or waits out, that new grants work before old ones are taken away. */
  readonly beforeTaking: (location: string | undefined) => Promise<void>;
  /** Which of the rights that a writing run may need the identity holds on the project. */
  readonly rights: () => Promise<Rights>;
  /** What the organisation forbids of what may be created. */
  readonly forbidden: () => Promise<CreationConstraints>;
  /** Which APIs are off in the project, as far as that may be asked. */
  readonly apisOff: () => Promise<readonly string[]>;
  readonly enableApis: (services: readonly string[]) => Promise<void>;
  /** Which of `proof_tables` show each reader other rows. */
  readonly filteredTables: () => Promise<readonly string[]>;
  /** Becomes the account early, so that proving need not wait for a token. */
  readonly beginProof: () => void;
  /** What will be tried once a key is issued. */
  readonly expectClaims: (claims: readonly Claim[]) => void;
  /** Tries the claims as the account. */
  readonly prove: (claims: readonly Claim[], options: Pick<ProveOptions, 'diagnose' | 'tookAway'>) => Promise<Proofs>;
  /** The key that this run issued. */
  readonly issued: () => IssuedKey | undefined;
}

/** Signs in, and lays out the documents that the blueprint speaks of. Nothing but signing in is sent yet. */
export async function enterWorld(inputs: Inputs, runner: Runner, around: Around): Promise<Session> {
  const { mask, say } = runner;
  const cloud = await connect({
    projectId: inputs.projectId,
    provider: inputs.provider,
    serviceAccount: inputs.serviceAccount,
    audience: inputs.audience,
    idToken: around.idToken,
    endpoints: around.endpoints,
    env: runner.env,
    clock: around.clock,
    say,
    trace: runner.trace,
    mask,
  });
  say(`Signed in as ${cloud.principal() ?? 'the identity of the credential'}.`);
  const account = accountDocument(cloud, inputs.accountId);
  const role = roleDocument(cloud, inputs.roleId);
  const datasets = datasetLibrary(cloud);
  let issued: IssuedKey | undefined;
  const become = (): Promise<AsAccount> =>
    becomeAccount(cloud, { email: account.email, key: keyAtHand(inputs, issued), mask });
  /** For a question about the grants alone, any way will do: a key in use that is dead must not be mistaken for lag. */
  const becomeAnyhow = async (): Promise<AsAccount> => {
    if (issued !== undefined) return become();
    const impersonated = await becomeAccount(cloud, { email: account.email, key: undefined, mask });
    return 'why' in impersonated ? become() : impersonated;
  };
  const ahead = aheadOf(become);
  let expected: readonly Claim[] | undefined;
  let early: Promise<Attempted> | undefined;
  const services = once(async () => (await import('./cloud/google/services.ts')).servicesOf(cloud));
  const world: World = {
    account,
    role,
    dataset: datasets.named(`${inputs.projectId}.${DATASET_ID}`),
    policy: policyDocument(cloud),
    accountPolicy: accountPolicyDocument(cloud, account.email),
    // Where they are granted they are read whole, and tell it by the way.
    sources: () =>
      inputs.accessMode === 'scoped' && modes[inputs.mode].wants === 'present'
        ? datasets.locations(inputs.sourceDatasets)
        : locationsOf(cloud, inputs.sourceDatasets),
    datasetNamed: datasets.named,
    listDatasets: () => datasets.list([inputs.projectId, ...inputs.sourceDatasets.map(projectOf)]),
    lookAtDatasets: (names) => datasets.look(names, account.email),
    keys: keysOf(cloud, {
      email: account.email,
      lifetimeDays: inputs.keyLifetimeDays,
      uniqueId: async () => (await account.read())?.uniqueId ?? '',
      mask,
    }),
    keyConstraints: async (way) => {
      const { keyConstraints } = await import('./cloud/google/org-policy-constraints.ts');
      return keyConstraints(cloud, way);
    },
    destinations: destinationsOf(inputs, runner, cloud),
    clock: around.clock,
    principal: cloud.principal,
    mint: async (key) => {
      await mintWith(cloud, key, mask);
    },
    onIssued: (key) => {
      issued = key;
      if (expected === undefined) return;
      // Everything that the claims stand on is there by now: they are tried while the key is being delivered.
      early = tryOnce({ asAccount: become, claims: expected, datasetId: DATASET_ID });
      early.catch(() => undefined); // Whoever proves gets the error.
    },
    say,
  };
  return {
    world,
    issued: () => issued,
    rights: async () => ({ held: await heldRights(cloud), member: cloud.principal() }),
    forbidden: async () => (await import('./cloud/google/org-policy-constraints.ts')).creationConstraints(cloud),
    apisOff: async () => (await services()).off(apisFor(inputs)).then((off) => off ?? []),
    enableApis: async (off) => {
      say(`Switching on ${off.join(', ')} in ${inputs.projectId} …`);
      await (await services()).enable(off);
    },
    filteredTables: () =>
      tablesWithRowPolicies(
        cloud,
        inputs.proofTables.map((table) => (table.split('.').length === 2 ? `${inputs.projectId}.${table}` : table)),
      ),
    beginProof: ahead.begin,
    expectClaims: (claims) => (expected = claims),
    prove: (claims, { diagnose, tookAway }) =>
      prove({
        asAccount: issued === undefined ? ahead.take : become,
        early,
        claims,
        datasetId: DATASET_ID,
        diagnose,
        tookAway,
        patienceMinutes: inputs.patienceMinutes,
        clock: around.clock,
        say,
      }),
    beforeTaking: (location) =>
      untilEffective({
        claims: grantClaims(inputs, { datasetId: DATASET_ID, isDatasetThere: false, location }),
        datasetId: DATASET_ID,
        patienceMinutes: inputs.patienceMinutes,
        asAccount: becomeAnyhow,
        clock: around.clock,
        say,
      }),
  };
}

/** Of `project.dataset`. */
const projectOf = (name: string): string => name.slice(0, name.lastIndexOf('.'));

/** undefined = the question itself was refused. */
async function heldRights(cloud: Cloud): Promise<string[] | undefined> {
  try {
    return await testPermissions(cloud, ASKED);
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

/** The APIs that must be on in the project itself, because its account calls them. */
function apisFor({ readApi }: Inputs): string[] {
  return ['bigquery', ...(readApi === 'storage' ? ['bigquerystorage'] : [])].map((name) => `${name}.googleapis.com`);
}

/** The key just issued, else the one in use as the workflow was given it. */
function keyAtHand(inputs: Inputs, issued: IssuedKey | undefined): Becoming['key'] {
  if (issued !== undefined) return { file: issued.file, how: 'with the key just issued' };
  return inputs.credentials && { file: inputs.credentials.file, how: 'with credentials_json' };
}

/** Begins something early; whoever takes it first gets what was begun, later ones begin anew. */
function aheadOf<T>(begin: () => Promise<T>): { readonly begin: () => void; readonly take: () => Promise<T> } {
  let begun: Promise<T> | undefined;
  return {
    begin: () => {
      begun = begin();
      begun.catch(() => undefined); // Whoever takes it gets the error; until then it is nobody's.
    },
    take: () => {
      const taken = begun ?? begin();
      begun = undefined;
      return taken;
    },
  };
}

/** What is around the run besides the runner. */
export interface Around {
  readonly endpoints: Endpoints;
  readonly clock: Clock;
  /** Asks the runner for an OIDC token with this audience. */
  readonly idToken: (audience: string) => Promise<string>;
}
