import type { Clock } from './clock.ts';
import { DATASET_ID } from './blueprint.ts';
import type { World } from './blueprint.ts';
import type { Destination } from './delivery/destination.ts';
import { githubSecret } from './delivery/github-secret.ts';
import { outputDestination } from './delivery/output.ts';
import { secretManager } from './delivery/secret-manager.ts';
import type { SecretStore } from './github/secret-store.ts';
import { becomeAccount, mintWith } from './google/as-account.ts';
import { connect } from './google/cloud.ts';
import type { Cloud } from './google/cloud.ts';
import { datasetDocument } from './google/datasets.ts';
import type { Endpoints } from './google/endpoints.ts';
import { keysOf } from './google/keys.ts';
import type { IssuedKey } from './google/keys.ts';
import { policyDocument } from './google/project-policy.ts';
import { roleDocument } from './google/roles.ts';
import { accountDocument } from './google/service-accounts.ts';
import type { Inputs } from './inputs.ts';
import { claimsOf } from './proof/claims.ts';
import { untilEffective } from './proof/effective.ts';
import type { Runner } from './runner.ts';
import type { Secret } from './secret.ts';

/** The world as this run reaches it. */
export interface Session {
  readonly world: World;
  /** Proves, or waits out, that new grants work before old ones are taken away. */
  readonly beforeTaking: () => Promise<void>;
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
  const dataset = datasetDocument(cloud, DATASET_ID);
  let issued: IssuedKey | undefined;
  const world: World = {
    account,
    role,
    dataset,
    policy: policyDocument(cloud),
    keys: keysOf(cloud, {
      email: account.email,
      lifetimeDays: inputs.keyLifetimeDays,
      uniqueId: async () => (await account.read())?.uniqueId ?? '',
      mask,
    }),
    keyConstraints: async (way) => {
      const { keyConstraints } = await import('./google/key-constraints.ts');
      return keyConstraints(cloud, way);
    },
    destinations: inputs.keyDelivery.map((name) => destinations[name](inputs, runner, cloud)),
    clock: around.clock,
    principal: cloud.principal,
    mint: async (key) => {
      await mintWith(cloud, key, mask);
    },
    onIssued: (key) => (issued = key),
    say,
  };
  return {
    world,
    issued: () => issued,
    beforeTaking: () =>
      untilEffective({
        claims: claimsOf(inputs.accessMode, inputs.projectId, DATASET_ID),
        location: inputs.location,
        patienceMinutes: inputs.patienceMinutes,
        asAccount: () => becomeAccount(cloud, account.email, { key: issued, mask }),
        clock: around.clock,
        say,
      }),
  };
}

/** What is around the run besides the runner. */
export interface Around {
  readonly endpoints: Endpoints;
  readonly clock: Clock;
  /** Asks the runner for an OIDC token with this audience. */
  readonly idToken: (audience: string) => Promise<string>;
}

type MakeDestination = (inputs: Inputs, runner: Runner, cloud: Cloud) => Destination;

const destinations: Readonly<Record<Inputs['keyDelivery'][number], MakeDestination>> = {
  output: (_inputs, runner) =>
    outputDestination((file) => {
      runner.output('key', file.reveal());
    }),
  'github-secret': (inputs, runner, cloud) => {
    const { githubToken: token, secretName, secretScope: scope, secretVisibility: visibility } = inputs;
    const repository = runner.event.repository ?? '';
    const openWith = async (found: Secret): Promise<SecretStore> => {
      // Octokit is big, and most runs deliver nothing.
      const { secretStore } = await import('./github/secret-store.ts');
      const selected = inputs.secretRepositories;
      return secretStore(cloud.call, {
        token: found,
        repository,
        scope,
        visibility,
        selected,
        baseUrl: runner.event.apiUrl,
      });
    };
    const open = token === undefined ? undefined : once(() => openWith(token));
    return githubSecret({ secretName, repository, scope, visibility, open });
  },
  'secret-manager': (inputs, _runner, cloud) => {
    const secret = inputs.secretManagerSecret ?? '';
    const open = once(async () => {
      const { secretVersions } = await import('./google/secret-versions.ts');
      return secretVersions(cloud, secret);
    });
    const demands = async (): Promise<boolean> => {
      const { demandsOwnEncryption } = await import('./google/key-constraints.ts');
      return demandsOwnEncryption(cloud, secret.split('/')[1] ?? '');
    };
    return secretManager({ secret, open, demandsOwnEncryption: demands, clock: cloud.clock });
  },
};

/** The same promise for everybody who asks. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
