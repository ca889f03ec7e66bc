import type { Destination } from './destination.ts';
import { githubSecret } from './github-secret.ts';
import { outputDestination } from './step-output.ts';
import { secretManager } from './secret-manager.ts';
import type { SecretStore } from '../cloud/github/secret-store.ts';
import type { Cloud } from '../cloud/google/clients.ts';
import type { Inputs } from '../inputs/inputs.ts';
import type { Runner } from '../runner/runner.ts';
import type { Secret } from '../secret.ts';

/** Where a key goes in this run. What each place needs to be reached loads only when it is asked. */
export function destinationsOf(inputs: Inputs, runner: Runner, cloud: Cloud): Destination[] {
  return inputs.keyDelivery.map((name) => destinations[name](inputs, runner, cloud));
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
      const { secretStore } = await import('../cloud/github/secret-store.ts');
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
      const { secretVersions } = await import('../cloud/google/secret-versions.ts');
      return secretVersions(cloud, secret);
    });
    const demands = async (): Promise<boolean> => {
      const { demandsOwnEncryption } = await import('../cloud/google/org-policy-constraints.ts');
      return demandsOwnEncryption(cloud, secret.split('/')[1] ?? '');
    };
    return secretManager({ secret, open, demandsOwnEncryption: demands, clock: cloud.clock });
  },
};

/** The same promise for everybody who asks. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
