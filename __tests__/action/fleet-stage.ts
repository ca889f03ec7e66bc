import { layOut } from '../../harness/models-folder.ts';
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
  readonly keysOf: (project: string) => Promise<{ readonly enabled: string[]; readonly held: string | undefined }>;
}

/** @param flags - of the simulator */
export function fleetStage(...flags: string[]): FleetStage {
  const at = stage('--scenario', 'fleet', ...flags);
  return {
    at,
    projects: () => (JSON.parse(at.simulation.env['SIMULATOR_PROJECTS'] ?? '[]') as string[]).slice(1),
    run: (text, inputs, more = {}) => {
      const prepare = (workspace: string): void => layOut(workspace, { [FILE]: text });
      return at.run({ config_file: FILE, project_id: '', location: '', ...inputs }, { prepare, ...more });
    },
    keysOf: async (project) => keysIn(await at.simulation.world(), project),
  };
}

export const secretOf = (project: string): string => `projects/${project}/secrets/segment-key`;

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
  readonly iam: { readonly accounts: Record<string, { keys: { id: string; disabled?: boolean }[] } | undefined> };
  readonly secretManager: { readonly secrets: Record<string, { versions: { state: string; data?: string }[] }> };
}

function keysIn(found: unknown, project: string): { enabled: string[]; held: string | undefined } {
  const world = found as World;
  const account = world.iam.accounts[`segment-reverse-etl@${project}.iam.gserviceaccount.com`];
  const versions = world.secretManager.secrets[secretOf(project)]?.versions ?? [];
  const last = versions.filter(({ state }) => state === 'ENABLED').at(-1);
  const file = Buffer.from(last?.data ?? '', 'base64').toString();
  const held = file === '' ? undefined : (JSON.parse(file) as { private_key_id: string }).private_key_id;
  return { enabled: (account?.keys ?? []).filter(({ disabled }) => disabled !== true).map(({ id }) => id), held };
}

/** Where the examples look for the file. */
export const FILE_OF_EXAMPLES = '.github/segment-reverse-etl.yml';
