import { expect } from '@jest/globals';
import { readable } from '../../harness/log.ts';
import { laidOut } from '../../harness/models-folder.ts';
import type { ActionRun } from '../../harness/run-action.ts';
import { stage } from '../../harness/stage.ts';
import type { Stage } from '../../harness/stage.ts';

export const FILE = 'fleet.yml';

export type Run = Awaited<ReturnType<Stage['run']>>;

/** A company with many projects, and a file that tells of some of them. */
export interface FleetStage {
  readonly at: Stage;
  readonly projects: () => string[];
  readonly run: (text: string, inputs: Readonly<Record<string, string>>, more?: Partial<ActionRun>) => Promise<Run>;
  /** Enabled keys of a project's account, and which of them its secret holds, as the owner sees both. */
  readonly keysOf: (project: string, which?: Which) => Promise<Keys>;
}

/** Where a project has more than one target. */
export interface Which {
  readonly account: string;
  readonly secret: string;
}
export const USUAL: Which = { account: 'segment-reverse-etl', secret: 'segment-key' };

export interface Keys {
  readonly enabled: string[];
  readonly held: string | undefined;
  /** What any version of the secret holds, or held. */
  readonly delivered: readonly string[];
  /** The beginnings of those that the account's record knows. */
  readonly recorded: readonly string[];
  /** Whether a key was announced that nobody has accounted for. */
  readonly isIssuing: boolean;
}

/** @param flags - of the simulator */
export function fleetStage(...flags: string[]): FleetStage {
  const at = stage('--scenario', 'fleet', ...flags);
  return {
    at,
    projects: () => (JSON.parse(at.simulation.env['SIMULATOR_PROJECTS'] ?? '[]') as string[]).slice(1),
    run: (text, inputs, more = {}) => {
      const prepare = laidOut({ [FILE]: text });
      return at.run({ config_file: FILE, project_id: '', location: '', ...inputs }, { prepare, ...more });
    },
    keysOf: async (project, which = USUAL) => keysIn(await at.simulation.world(), project, which),
  };
}

/**
 * What must hold after whatever happened and one more run of everything: that run is green, nothing differs, the key that each
 * secret holds works, and no other does but those that were delivered before.
 */
export async function expectFinished({ run, keysOf }: FleetStage, text: string, about: object = {}): Promise<void> {
  const patience = { patience_minutes: '2' };
  const next = await run(text, { mode: 'apply', ...patience });
  expect({ ...about, code: next.code, log: next.code === 0 ? '' : readable(next.stdout) }).toEqual({
    ...{ ...about, code: 0, log: '' },
  });
  const check = await run(text, { mode: 'check', ...patience });
  expect({ ...about, code: check.code, drift: check.outputs['drift'] }).toEqual({ ...about, code: 0, drift: 'false' });
  for (const { project_id: project, service_account_email: email } of Object.values(resultsOf(check))) {
    const [account = ''] = email.split('@');
    const { enabled, held = '', delivered, isIssuing } = await keysOf(project, { account, secret: secretFor(account) });
    const seen = { works: enabled.includes(held), unheld: enabled.filter((id) => !delivered.includes(id)), isIssuing };
    expect({ ...about, project, ...seen }).toEqual({ ...about, project, works: true, unheld: [], isIssuing: false });
  }
}

/** The usual account's is the usual one. */
const secretFor = (account: string): string =>
  account === USUAL.account ? USUAL.secret : `${USUAL.secret}-${account.split('-').at(-1) ?? ''}`;

export const secretOf = (project: string, secret = USUAL.secret): string => `projects/${project}/secrets/${secret}`;

/** Two targets in each project, with accounts and secrets of their own: `PROJECT-1` and `PROJECT-2`. The secrets are made. */
export async function pairsIn({ at }: FleetStage, projects: readonly string[]): Promise<string> {
  const targets: string[] = [];
  for (const project of projects) {
    for (const number of ['1', '2']) {
      const account = `segment-retl-${number}`;
      await at.owner('POST', `/v1/projects/${project}/secrets?secretId=${secretFor(account)}`, {
        replication: { automatic: {} },
      });
      const own = `account_id: ${account}, role_id: segmentRetl${number}`;
      const secret = `secret_manager_secret: ${secretOf(project, secretFor(account))}`;
      targets.push(`  ${project}-${number}: { project_id: ${project}, ${own}, ${secret} }\n`);
    }
  }
  return `version: 1\ndefaults: { location: EU, key_delivery: [secret-manager] }\ntargets:\n${targets.join('')}`;
}

/** A target for each project, its key in the project's own secret. */
export function fileOf(names: readonly string[], more: Readonly<Record<string, string>> = {}): string {
  const targets = names.map(
    (project) =>
      `  ${project}:\n    project_id: ${project}\n    secret_manager_secret: ${secretOf(project)}\n${more[project] ?? ''}`,
  );
  return `version: 1\ndefaults:\n  location: EU\n  key_delivery: [secret-manager]\ntargets:\n${targets.join('')}`;
}

/** One entry of the output `results`. */
export interface Result {
  readonly result: string;
  readonly drift: string;
  readonly key_id: string;
  readonly location: string;
  readonly project_id: string;
  readonly service_account_email: string;
  readonly digest: string;
  readonly headline: string;
}

export function resultsOf({ outputs }: Run): Record<string, Result> {
  return JSON.parse(outputs['results'] ?? '{}') as Record<string, Result>;
}

export function verdictsOf(one: Run): Record<string, string> {
  return Object.fromEntries(Object.entries(resultsOf(one)).map(([name, { result }]) => [name, result]));
}

interface World {
  readonly iam: {
    readonly accounts: Record<string, { description?: string; keys: { id: string; disabled?: boolean }[] } | undefined>;
  };
  readonly secretManager: { readonly secrets: Record<string, { versions: { state: string; data?: string }[] }> };
}

function keysIn(found: unknown, project: string, which: Which): Keys {
  const world = found as World;
  const account = world.iam.accounts[`${which.account}@${project}.iam.gserviceaccount.com`];
  const versions = world.secretManager.secrets[secretOf(project, which.secret)]?.versions ?? [];
  const idIn = ({ data = '' }: { data?: string }): string =>
    data === ''
      ? ''
      : (JSON.parse(Buffer.from(data, 'base64').toString()) as { private_key_id: string }).private_key_id;
  const last = versions.filter(({ state }) => state === 'ENABLED').at(-1);
  const held = last === undefined ? undefined : idIn(last);
  const enabled = (account?.keys ?? []).filter(({ disabled }) => disabled !== true).map(({ id }) => id);
  const delivered = versions.map(idIn);
  const { description = '' } = account ?? {};
  const [, current = '', old = ''] = / key=(\w+)(?: old=([\w,]+))?/.exec(description) ?? [];
  const recorded = [current, ...old.split(',')].filter((id) => id !== '');
  return { enabled, held, delivered, recorded, isIssuing: description.includes('issuing-before') };
}

/** Where the examples look for the file. */
export const FILE_OF_EXAMPLES = '.github/segment-reverse-etl.yml';
