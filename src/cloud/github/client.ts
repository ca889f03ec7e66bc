import { getOctokit } from '@actions/github';
import { ApiError } from '../../errors/api-error.ts';
import type { Asked } from '../../errors/api-error.ts';
import { UnreadableAnswer } from '../../errors/unreadable.ts';
import type { Call, CallOptions } from '../call.ts';
import { REQUEST_LIMIT } from '../../time.ts';
import { LARGEST_ANSWER } from '../limits.ts';
import type { Secret } from '../../secret.ts';

/** One request. Whatever the route does not name goes into its query or body. */
export interface Sending {
  /** `GET /repos/{owner}/{repo}` */
  readonly route: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** What GitHub answered. */
export interface Reply {
  readonly data: unknown;
  readonly headers: { readonly link?: string | undefined; readonly date?: string | undefined };
}

/**
 * Asks GitHub.
 *
 * @param expect - makes of the answer what was asked for, while the request counts as under way. @throws UnreadableAnswer
 */
export type AskGitHub = <T>(
  options: Omit<CallOptions, 'service'>,
  sending: Sending,
  expect: (reply: Reply) => T,
) => Promise<T>;

/** Where GitHub is, and as whom it is asked. */
export interface GitHubClientOptions {
  readonly token: Secret;
  readonly baseUrl: string;
  /** Of one request, in milliseconds. */
  readonly limit?: number;
}

type Fetch = typeof fetch;

/**
 * GitHub by Octokit, which knows no time limit, follows redirects and takes any 200 for an answer: so each request has its
 * time, a redirect is a refusal, because what follows would take the token and the sealed secret along, and what is no
 * document of GitHub's counts as no answer.
 */
export function gitHubClient(call: Call, { token, baseUrl, limit = REQUEST_LIMIT }: GitHubClientOptions): AskGitHub {
  const octokit = getOctokit(token.reveal(), { baseUrl });
  const { request: defaults } = octokit.request.endpoint.DEFAULTS as { request?: { fetch?: Fetch } };
  const fetch = bounded(defaults?.fetch ?? globalThis.fetch); // Octokit's own goes through the proxy, if there is one.
  return (options, { route, parameters }, expect) =>
    call({ ...options, service: 'github' }, async () => {
      const request = { fetch, signal: AbortSignal.timeout(limit), redirect: 'manual' } as const;
      const reply: Reply & { status: number } = await octokit.request(route, { ...parameters, request });
      const { status, data, headers } = reply;
      if (status >= 300) throw redirected({ ...options, service: 'github' }, status);
      return expect({ data, headers });
    });
}

/** Stops reading where no answer of GitHub's is that long. */
function bounded(fetch: Fetch): Fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    if (response.body === null || response.status < 200) return response;
    let length = 0;
    const limit = new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => {
        length += chunk.byteLength;
        if (length > LARGEST_ANSWER) controller.error(new UnreadableAnswer('it is too long'));
        else controller.enqueue(chunk);
      },
    });
    const { status, statusText, headers } = response;
    return new Response(response.body.pipeThrough(limit), { status, statusText, headers });
  };
}

function redirected(asked: Asked, code: number): ApiError {
  const words = `it was answered with a redirect (HTTP ${String(code)}), which is not followed`;
  const facts = { ...asked, code, status: 'UNKNOWN', reason: undefined, words };
  return new ApiError({ ...facts, requestId: undefined, details: [], retryAfter: undefined });
}

/** Makes sure that nothing was answered but that it is done: 201 with what was made, or 204. @throws UnreadableAnswer */
export function expectDone({ data }: Reply): void {
  const isNothing = data === '' || data === undefined || data === null;
  if (!isNothing && typeof data !== 'object') throw new UnreadableAnswer('it is a page, where GitHub says nothing');
}
