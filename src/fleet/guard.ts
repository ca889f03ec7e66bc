import { secretIn } from '../cloud/github/scope.ts';
import { DEFAULT_ACCOUNT_ID } from '../inputs/names.ts';
import { modes } from '../inputs/modes.ts';
import type { RunOptions } from '../inputs/options.ts';
import { deliveriesBesides } from '../inputs/schema/delivery.ts';
import { problemWith } from '../inputs/problem.ts';
import type { Problem } from '../errors/diagnostic.ts';
import type { Target } from '../inputs/target.ts';
import { isPattern } from './choose.ts';
import type { FileTarget } from './file.ts';
import { fileProblem } from './problem.ts';
import type { FileProblem } from './problem.ts';

/** What several targets must not share, and what must not be done to many at once. Pure. */

/** A target that could be read. */
export interface Guarded extends Pick<FileTarget, 'name' | 'place' | 'said'> {
  readonly target: Target;
  readonly options: RunOptions;
}

/** Something that can be one target's alone. */
interface Claimed {
  readonly input: string;
  /** As messages name it; the same for all that share it. */
  readonly thing: string;
  readonly remedy: string;
}

/** Over the whole file, whichever targets are chosen: another run looks at the others. */
export function sharedThings(all: readonly Guarded[]): FileProblem[] {
  const holders = new Map<string, { readonly one: Guarded; readonly claimed: Claimed }[]>();
  for (const one of all) {
    for (const claimed of claimsOf(one))
      holders.set(claimed.thing, [...(holders.get(claimed.thing) ?? []), { one, claimed }]);
  }
  return [...holders.values()]
    .filter((sharing) => sharing.length > 1)
    .flatMap((sharing) =>
      sharing.map(({ one, claimed }) =>
        sharedProblem(
          one,
          claimed,
          sharing.map(({ one: { name } }) => name),
        ),
      ),
    );
}

/** Names that are told of those that share a thing. */
const MOST_NAMED = 5;

function sharedProblem(
  { name, place, said }: Guarded,
  { input, thing, remedy }: Claimed,
  sharing: readonly string[],
): FileProblem {
  const others = sharing.filter((other) => other !== name);
  const more = others.length > MOST_NAMED ? ` and ${String(others.length - MOST_NAMED)} more` : '';
  return fileProblem(said.get(input)?.place ?? place, {
    ...{ code: 'config.conflict', what: `${input} of the target ${name}`, remedy },
    because: `${thing} would be shared with ${others.slice(0, MOST_NAMED).join(', ')}${more}`,
  });
}

function claimsOf({ target, options }: Guarded): Claimed[] {
  const { delivery, names, projectId, segment } = target;
  const account: Claimed = {
    input: names.accountId === DEFAULT_ACCOUNT_ID ? 'project_id' : 'account_id',
    thing: `the service account ${names.email}`,
    remedy: `Give each target in ${projectId} an account_id of its own, and a role_id.`,
  };
  const places = {
    output: [],
    'github-secret': [
      {
        input: 'secret_name',
        thing: secretIn(delivery.secretScope, delivery.secretName),
        remedy: 'Give each target a secret_name of its own, or a secret_scope.',
      },
    ],
    'secret-manager': [
      {
        input: 'secret_manager_secret',
        thing: `the secret ${delivery.secretManagerSecret ?? ''}`,
        remedy: 'Give each target a secret_manager_secret of its own.',
      },
    ],
    segment: [
      {
        input: 'segment_source',
        thing: `the source ${segment.source} in Segment`,
        remedy: 'Give each target a segment_source of its own.',
      },
    ],
  } as const satisfies Record<Target['delivery']['to'][number], readonly Claimed[]>;
  const used = delivery.to.flatMap((name): readonly Claimed[] => places[name]);
  const isWritten = publishes(options) && !delivery.to.includes('segment');
  return [account, ...used, ...(isWritten ? places.segment : [])];
}

/** Whether models are written into the target's source, or compared with those in it. */
function publishes({ consent, mode }: RunOptions): boolean {
  const { compares, validates } = modes[mode];
  return consent.publishModels && compares && validates;
}

/** What one step cannot do for these targets together. */
export function togetherProblems(chosen: readonly Guarded[], options: RunOptions): FileProblem[] {
  if (chosen.length < 2) return [];
  const outputs = chosen.filter(({ target }) => target.delivery.to.includes('output'));
  const delivered = outputs.map(({ name, place, said }) =>
    fileProblem(said.get('key_delivery')?.place ?? place, {
      ...{ code: 'config.conflict', what: `key_delivery of the target ${name}` },
      because: 'output can hold the key of only one target',
      remedy: `Use ${deliveriesBesides('output')}, or choose one target with targets.`,
    }),
  );
  const workspaces = [...new Set(chosen.flatMap(workspaceOf))];
  const first = chosen.find((one) => workspaceOf(one).length > 0);
  const apart =
    workspaces.length < 2 || first === undefined
      ? []
      : [
          fileProblem(first.said.get('segment_workspace')?.place ?? first.place, {
            ...{ code: 'config.conflict', what: `segment_workspace of the target ${first.name}` },
            because: `one step has one segment_token, and its targets name ${String(workspaces.length)} workspaces: ${workspaces.slice(0, 5).join(', ')}`,
            remedy: 'Use a step for each workspace, and choose its targets with targets.',
          }),
        ];
  const keyed =
    options.credentials === undefined
      ? []
      : [
          {
            place: undefined,
            problem: problemWith('credentials_json', 'input.conflict', {
              because: `it is the key of one target, and ${String(chosen.length)} are chosen`,
              remedy: 'Choose one with targets, or remove it.',
            }),
          },
        ];
  return [...keyed, ...delivered, ...apart];
}

function workspaceOf({ target: { delivery, segment }, options }: Guarded): string[] {
  if (!delivery.to.includes('segment') && !publishes(options)) return [];
  return segment.workspace === undefined ? [] : [`${segment.workspace} (${segment.region})`];
}

/** What is done to what somebody named, and to nothing else. */
export function unnamedProblems({ mode, consent, fleet }: RunOptions): Problem[] {
  const { wants, revokes } = modes[mode];
  const asked = [
    ...(wants === 'absent' || revokes ? [`mode ${mode}`] : []),
    ...(consent.adopt ? ['adopt'] : []),
    ...(consent.restore ? ['restore'] : []),
    ...(consent.deleteDataset ? ['delete_dataset'] : []),
    ...(consent.deleteSource ? ['delete_source'] : []),
    ...(consent.pruneModels ? ['prune_models'] : []),
  ];
  const isNamed = fleet.targets.length > 0;
  const all = [...asked, ...(consent.prune ? ['prune'] : [])];
  const unnamed = isNamed ? [] : all.map((what) => `${what} needs targets: which of the file's targets are meant`);
  const patterns = fleet.targets.filter(isPattern);
  const broad = asked.map((what) => `${what} takes no pattern such as ${patterns[0] ?? ''}: each target must be named`);
  return [...unnamed, ...(patterns.length > 0 ? broad : [])].map((because) =>
    problemWith('targets', isNamed ? 'input.not-allowed' : 'input.missing', {
      because,
      remedy: 'Set targets to the names of the targets that are meant, one per line.',
    }),
  );
}
