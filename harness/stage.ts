import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { ACCOUNT_PATH } from './names.ts';
import { askAs, ownerOf } from './owner.ts';
import type { Ask, Owner } from './owner.ts';
import { inOwnProcess } from './run-action.ts';
import type { ActionResult, ActionRun, Perform } from './run-action.ts';
import { COMPILED, isWrite, signInInputs, startSimulation } from './simulation.ts';
import type { JournalEntry, Simulation } from './simulation.ts';
import { WarmProcess } from './warm-process.ts';
import { askSegmentAs, workspaceOwnerOf } from './workspace.ts';
import type { WorkspaceOwner } from './workspace.ts';

export { ACCOUNT_PATH, DATASET_PATH, EMAIL, MEMBER, POLICY_PATH, PROJECT, ROLE, SECRETS_PATH } from './names.ts';
export type { PolicyFacts } from './owner.ts';

/** A key as the owner sees it. */
export interface KeyFacts {
  readonly id: string;
  readonly disabled: boolean;
}

/** The action and its world, started once per test file, and empty before each test. */
export interface Stage extends Owner {
  readonly simulation: Simulation;
  /** Runs the action as the provisioner, in the EU, and says what it sent. */
  run(
    inputs: Readonly<Record<string, string>>,
    more?: Partial<ActionRun> & { readonly without?: readonly string[] },
  ): Promise<ActionResult & { readonly sent: JournalEntry[] }>;
  keys(): Promise<KeyFacts[]>;
  /** What the owner asks for besides what an owner does often. */
  readonly owner: Ask;
  /** What the owner of Segment's workspace does there by hand. */
  readonly workspace: WorkspaceOwner & { readonly ask: Ask };
  description(): Promise<string>;
  /** What the secret holds, and the id noted beside it. */
  secret(): Promise<{ readonly value: string | undefined; readonly noted: string | undefined }>;
  /** Whether a key file mints a token at this moment. */
  mints(file: string): Promise<boolean>;
}

/** Where it is set, each run has a process of its own, as on GitHub's runner. */
const OWN_PROCESSES = 'OWN_PROCESSES';

const PLAIN_ENV = { PATH: process.env['PATH'] ?? '' };

/** @param flags - of the simulator */
export function stage(...flags: string[]): Stage {
  const warm = new WarmProcess({ ...PLAIN_ENV, NODE_COMPILE_CACHE: COMPILED });
  afterAll(() => warm.stop());
  // Each file shows once that what it is about works in a process of its own too.
  let isFirst = true;
  return staged(flags, (step) => {
    const isOwn = isFirst || process.env[OWN_PROCESSES] !== undefined;
    isFirst = false;
    return isOwn ? inOwnProcess(step) : warm.perform(step);
  });
}

/** The same for judges of what a process prints: each run has one of its own. */
export function stageOfOwnProcesses(...flags: string[]): Stage {
  return staged(flags, inOwnProcess);
}

function staged(flags: readonly string[], perform: Perform): Stage {
  let simulation: Simulation;
  beforeAll(async () => {
    simulation = await startSimulation(...flags);
  });
  beforeEach(async () => {
    await simulation.reset();
  });
  afterAll(() => simulation.stop());
  return stageOn(() => simulation, perform);
}

/** The same on a world that somebody else starts and stops. */
export function stageOn(current: () => Simulation, perform: Perform = inOwnProcess): Stage {
  const owner = askAs((...request) => current().asOwner(...request));
  const ask = askSegmentAs((...request) => current().asWorkspaceOwner(...request));
  return {
    ...ownerOf(owner),
    get simulation() {
      return current();
    },
    run: async (inputs, { without = [], ...more } = {}) => {
      const { env, history } = current();
      const whole = { NODE_COMPILE_CACHE: COMPILED, ...env, ...more.env };
      const run = {
        ...more,
        inputs: { location: 'EU', patience_minutes: '0.2', ...signInInputs(env), ...inputs },
        env: Object.fromEntries(Object.entries(whole).filter(([name]) => !without.includes(name))),
      };
      return history.play(run, current(), perform);
    },
    keys: async () => {
      const { keys = [] } = (await owner('GET', `${ACCOUNT_PATH}/keys?keyTypes=USER_MANAGED`)) as {
        keys?: { name: string; disabled?: boolean }[];
      };
      return keys.map(({ name, disabled }) => ({ id: name.split('/').at(-1) ?? '', disabled: disabled === true }));
    },
    owner,
    workspace: { ...workspaceOwnerOf(ask, () => current().env), ask },
    description: async () => ((await owner('GET', ACCOUNT_PATH)) as { description?: string }).description ?? '',
    secret: async () => {
      const world = (await current().world()) as {
        gitHub: {
          repositories: Record<
            string,
            { secrets: Record<string, { value: string }>; variables: Record<string, { value: string }> }
          >;
        };
      };
      const repository = world.gitHub.repositories['acme/data-platform'];
      return {
        value: repository?.secrets['SEGMENT_BIGQUERY_CREDENTIALS']?.value,
        noted: repository?.variables['SEGMENT_BIGQUERY_CREDENTIALS_KEY_ID']?.value,
      };
    },
    mints: (file) => mints(current().url, file),
  };
}

/** Signs an assertion with the key file and posts it, as any client library would. */
async function mints(url: string, file: string): Promise<boolean> {
  const { SignJWT, importPKCS8 } = await import('jose');
  const key = JSON.parse(file) as Record<'client_email' | 'private_key' | 'private_key_id' | 'token_uri', string>;
  const assertion = await new SignJWT({ scope: 'https://www.googleapis.com/auth/bigquery' })
    .setProtectedHeader({ alg: 'RS256', kid: key.private_key_id })
    .setIssuer(key.client_email)
    .setAudience(key.token_uri)
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(await importPKCS8(key.private_key, 'RS256'));
  const body = new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion });
  return (await fetch(`${url}/token`, { method: 'POST', body })).ok;
}

/** The requests of a run that changed something, as `METHOD path`. */
export function writes(sent: readonly JournalEntry[]): string[] {
  return sent.filter(isWrite).map(({ method, path }) => `${method} ${path}`);
}

/** The differences of the plan output that count as drift, as `address field: live → desired`. */
export function driftOf(result: ActionResult): string[] {
  const plan = JSON.parse(result.outputs['plan'] ?? '{"steps":[]}') as {
    steps: { address: string; differences: { field: string; live: string; desired: string; drift: boolean }[] }[];
  };
  return plan.steps.flatMap(({ address, differences }) =>
    differences
      .filter(({ drift }) => drift)
      .map(({ field, live, desired }) => `${address} ${field}: ${live} → ${desired}`),
  );
}
