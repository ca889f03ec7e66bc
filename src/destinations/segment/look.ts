import type { CatalogEntry } from '../../cloud/segment/catalog.ts';
import type { Mapping } from '../../cloud/segment/mappings.ts';
import type { Model } from '../../cloud/segment/models.ts';
import type { PublicApi, Workspace } from '../../cloud/segment/public-api.ts';
import type { ListedSource, Source } from '../../cloud/segment/sources.ts';
import type { SegmentSource } from '../../inputs/target.ts';
import type { Claim } from '../../ownership/claims.ts';
import { workspaceMark } from '../../ownership/record.ts';
import type { Ownership, RecordedSource } from '../../ownership/record.ts';
import { chooseSetting } from './setting.ts';
import type { Choice } from './setting.ts';
import { isNamed, standingOf } from './standing.ts';
import type { Standing } from './standing.ts';

/** What a run sees of Segment. */
export type Looked =
  /** The token belongs to another workspace than the one that was asked for, or recorded: nothing else was asked. */
  | { readonly state: 'elsewhere'; readonly workspace: Workspace; readonly expected: string }
  /** Segment has no BigQuery sources there. */
  | { readonly state: 'not offered'; readonly workspace: Workspace }
  | Seen;

/** The source, and all that decides about it. */
export interface Seen {
  readonly state: 'seen';
  readonly workspace: Workspace;
  readonly kind: CatalogEntry;
  readonly choice: Choice;
  /** The account's record, as far as it counts. */
  readonly owned: Ownership | undefined;
  /** undefined = proven absent: by its id, and in the list of all. */
  readonly source: Source | undefined;
  readonly standing: Standing;
  /** Other BigQuery sources, where one of them could be taken over. */
  readonly candidates: readonly ListedSource[];
  /** What hangs on it; asked only where that decides. */
  readonly models: readonly Model[];
  readonly mappings: readonly Mapping[];
}

/** What is looked for, and where. */
export interface Looking {
  readonly wanted: SegmentSource;
  readonly api: () => Promise<PublicApi>;
  /** Whose the account is; a run that reads no policy knows nothing of that. */
  readonly claims: { readonly read: () => Promise<Pick<Claim, 'owned'>> };
  readonly adopt: boolean;
  readonly want: 'present' | 'absent';
}

/** Two round trips: workspace, catalog and record; then the source. Where it is not recorded, or gone, all are listed. */
export async function look(looking: Looking): Promise<Looked> {
  const { wanted, claims } = looking;
  const api = await looking.api();
  const [workspace, kind, { owned }] = await Promise.all([api.workspace(), api.catalogEntry(), claims.read()]);
  const expected = expectedElsewhere(workspace, wanted.workspace, owned);
  if (expected !== undefined) return { state: 'elsewhere', workspace, expected };
  if (kind === undefined) return { state: 'not offered', workspace };
  const { source, candidates } = await find(api, looking, owned?.source, kind);
  const { models, mappings } = source === undefined ? NOTHING : await hangingOn(api, looking, { source, owned });
  const facts = { recorded: owned?.source, source, wanted: wanted.source, metadataId: kind.metadataId };
  return {
    state: 'seen',
    ...{ workspace, kind, owned, source, candidates, models, mappings },
    choice: chooseSetting(kind.options, wanted.credentialsSetting),
    standing: standingOf({ ...facts, hasModels: models.length > 0 }),
  };
}

type Hanging = Pick<Seen, 'models' | 'mappings'>;

const NOTHING: Hanging = { models: [], mappings: [] };

interface Whose {
  readonly source: Source;
  readonly owned: Ownership | undefined;
}

/** Asked before a disabled source is taken over, and before one goes; and where a run that died may have left it. */
async function hangingOn(api: PublicApi, { adopt, want }: Looking, { owned, source }: Whose): Promise<Hanging> {
  const recorded = owned?.source;
  const isRecorded = typeof recorded === 'object' && recorded.id === source.id;
  const isDeciding = want === 'absent' || (adopt && !source.enabled && !isRecorded);
  const [models, mappings] = await Promise.all([
    recorded === 'new' || isDeciding ? api.models(source.id) : [],
    isDeciding ? api.mappings(source.id) : [],
  ]);
  return { models, mappings };
}

/** Why nothing else was asked of a workspace. */
export function elsewhereBecause({ expected, workspace }: Extract<Looked, { state: 'elsewhere' }>): string {
  return `segment_token belongs to the workspace ${workspace.slug} (${workspace.id}), and not to ${expected}`;
}

/** The workspace that was meant, where it is another one. */
function expectedElsewhere(
  { id, slug }: Workspace,
  asked: string | undefined,
  owned: Ownership | undefined,
): string | undefined {
  if (asked !== undefined && asked !== id && asked !== slug) return asked;
  const recorded = owned?.workspace;
  return recorded === undefined || recorded === workspaceMark(id) ? undefined : `${recorded}… (recorded)`;
}

interface Found {
  readonly source: Source | undefined;
  readonly candidates: readonly ListedSource[];
}

async function find(
  api: PublicApi,
  { wanted, adopt }: Looking,
  recorded: RecordedSource | undefined,
  { metadataId }: CatalogEntry,
): Promise<Found> {
  const known = recorded === undefined || recorded === 'new' ? undefined : await api.source(recorded.id);
  if (known !== undefined) return { source: known, candidates: [] };
  const { source: name } = wanted;
  const candidates: ListedSource[] = [];
  let named: ListedSource | undefined;
  for await (const page of api.sources()) {
    // Whoever makes a source chooses its slug, and can choose the ID of another: what has the ID is what is meant.
    const meant = page.find(({ id }) => id === name);
    named = meant ?? named ?? page.find((one) => isNamed(one, name));
    if (meant !== undefined || (named !== undefined && !MAY_BE_ID.test(name))) break;
    if (adopt) candidates.push(...page.filter((one) => one.metadataId === metadataId));
  }
  return named === undefined
    ? { source: undefined, candidates }
    : { source: await api.source(named.id), candidates: [] };
}

/** IDs of sources are letters and digits alone, in all that is known of them. */
const MAY_BE_ID = /^[A-Za-z0-9]+$/;
