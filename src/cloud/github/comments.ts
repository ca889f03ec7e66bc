import { getOctokit } from '@actions/github';
import type { Clock } from '../../time.ts';
import type { Telling } from '../call.ts';
import { gitHubCall } from './call.ts';
import { writeOnce } from '../write-once.ts';
import type { Landed } from '../write-once.ts';
import type { Secret } from '../../secret.ts';

/** A comment that is there. */
export interface Comment {
  readonly id: number;
  readonly body: string;
}

/**
 * The comments on one pull request. Everything throws `ApiError`: 403 where the token lacks `pull-requests: write` (to
 * read: `read`), as that of a fork's pull request does; 404 where there is no such pull request, or the token does not see
 * the repository; 422 for a body that is blank or has more than 65,536 characters.
 */
export interface PullComments {
  /**
   * The oldest comment that begins with the marker, and comes from whom this token speaks for: anybody else could put a
   * marker into words of their own. Reads page after page until there is one.
   */
  find(marker: string): Promise<Comment | undefined>;
  /**
   * Writes one comment, however many answers are lost: after each lost one, the comments are looked through before
   * anything is sent again. An `ApiError` without a code, or with one from 500, leaves open whether it was written.
   *
   * @param marker - what to look for; all of the body unless given, which fails to find what GitHub has respelt
   */
  create(body: string, marker?: string): Promise<void>;
  /** Replaces the whole body. 404 where the comment is gone. */
  update(id: number, body: string): Promise<void>;
}

/** What `pullComments` needs besides a way to call. */
export interface PullOptions {
  readonly token: Secret;
  /** Of GitHub's API, for GitHub Enterprise too. */
  readonly apiUrl: string;
  /** `owner/name` */
  readonly repository: string;
  readonly number: number;
  readonly clock: Clock;
}

/** As GitHub answers it, reduced to what is read here. */
interface Answer {
  readonly id: number;
  readonly body?: string | null;
  readonly user?: { readonly id?: number; readonly login?: string; readonly type?: string } | null;
}

/** Every workflow of a repository writes as this one: whom else nobody can name so. */
function isOfWorkflow({ user }: Answer): boolean {
  return user?.type === 'Bot' && user.login === 'github-actions[bot]';
}

/** How the tokens of a job begin, and those of an App. */
const INSTALLATION = 'ghs_';

interface Reply {
  readonly data: unknown;
  readonly headers: { readonly link?: string | undefined };
}

const PAGE = 100;
const PATIENCE = 30_000;
/** To GitHub, comments on a pull request are comments on an issue. */
const ISSUES = '/repos/{owner}/{repo}/issues';

export function pullComments(telling: Telling, options: PullOptions): PullComments {
  const call = gitHubCall({ ...telling, clock: options.clock });
  const octokit = getOctokit(options.token.reveal(), { baseUrl: options.apiUrl });
  const [owner, repo] = options.repository.split('/');
  const { number } = options;
  const place = `pull request ${String(number)} of ${options.repository}`;
  const send = (sending: Sending): Promise<Reply> =>
    call({ call: `${sending.what} ${place}`, service: 'github', repeatable: sending.repeatable }, () =>
      octokit.request(sending.route, { owner, repo, ...sending.parameters }),
    );
  let viewer: Promise<number | undefined> | undefined;
  // What REST tells of a token's owner, it tells of persons alone.
  const askViewer = (): Promise<number | undefined> =>
    call({ call: `learn who comments on ${place}`, service: 'github', repeatable: true }, async () => {
      const answer: { viewer?: { databaseId?: number } } = await octokit.graphql('{ viewer { databaseId } }');
      return answer.viewer?.databaseId;
    });
  /** Asked only where there is a comment that could be. */
  const isOurs = async (one: Answer): Promise<boolean> => {
    if (isOfWorkflow(one) && options.token.reveal().startsWith(INSTALLATION)) return true;
    viewer ??= askViewer();
    const id = await viewer;
    return id !== undefined && id === one.user?.id;
  };
  const find = async (marker: string): Promise<Comment | undefined> => {
    for (let page = 1; ; page += 1) {
      const { data, headers } = await send({
        what: 'read the comments on',
        route: `GET ${ISSUES}/{number}/comments`,
        parameters: { number, per_page: PAGE, page },
        repeatable: true,
      });
      for (const one of data as Answer[]) {
        const { id, body } = one;
        if (body?.startsWith(marker) === true && (await isOurs(one))) return { id, body };
      }
      if (headers.link?.includes('rel="next"') !== true) return undefined;
    }
  };
  const write = async (body: string): Promise<void> => {
    const route = `POST ${ISSUES}/{number}/comments`;
    await send({ what: 'comment on', route, parameters: { number, body }, repeatable: false });
  };
  return {
    find,
    create: async (body, marker = body) => {
      const landed = async (): Promise<Landed<void>> =>
        (await find(marker)) === undefined ? 'no' : { value: undefined };
      await writeOnce({ clock: options.clock, within: PATIENCE, send: () => write(body), landed });
    },
    update: async (id, body) => {
      const route = `PATCH ${ISSUES}/comments/{id}`;
      await send({ what: 'change the comment on', route, parameters: { id, body }, repeatable: true });
    },
  };
}

/** One request. Whatever the route does not name goes into its query or body. */
interface Sending {
  /** A verb phrase that ends where the pull request is named. */
  readonly what: string;
  readonly route: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly repeatable: boolean;
}
