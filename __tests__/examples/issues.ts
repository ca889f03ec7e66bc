import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An issue, as far as our scripts look at it. */
export interface Issue {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly state: string;
  readonly labels: readonly string[];
  /** Set where the issue is a pull request: GitHub lists those too. */
  readonly pull_request?: object;
}

/** GitHub's issues of one repository on loopback: listed by label and state in pages, opened, changed. */
export interface Issues {
  readonly url: string;
  readonly all: () => readonly Issue[];
  /** An issue that somebody else opened. */
  readonly add: (issue: Omit<Issue, 'number' | 'state'>) => void;
  /** `METHOD path` of each request that changed something, oldest first. */
  readonly writes: string[];
  readonly stop: () => Promise<void>;
}

const PATH = /^\/repos\/acme\/data-platform\/issues(?:\/(\d+))?$/;
/** What a request may set: anything else is a mistake of the script. */
const FIELDS = ['title', 'body', 'labels', 'state'];

/** @param token - the only one that it takes */
export async function startIssues(token: string): Promise<Issues> {
  const issues: Issue[] = [];
  const writes: string[] = [];
  const answer = (method: string, url: URL, body: Partial<Issue>): [number, unknown] => {
    const [isIssues, number] = PATH.exec(url.pathname) ?? [];
    const isKnown = Object.keys(body).every((name) => FIELDS.includes(name));
    if (isIssues === undefined || !isKnown) return [404, { message: 'Not Found' }];
    if (method === 'GET' && number === undefined) return [200, listed(issues, url.searchParams)];
    writes.push(`${method} ${url.pathname}`);
    const issue = issues.find((one) => String(one.number) === number);
    if (method === 'POST' && number === undefined) {
      issues.push({ title: '', body: '', labels: [], ...body, number: issues.length + 1, state: 'open' });
      return [201, issues.at(-1)];
    }
    if (method !== 'PATCH' || issue === undefined) return [404, { message: 'Not Found' }];
    issues[issues.indexOf(issue)] = { ...issue, ...body };
    return [200, issues.find((one) => one.number === issue.number)];
  };
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const isAllowed = request.headers.authorization === `token ${token}`;
      const url = new URL(request.url ?? '', 'http://localhost');
      const [status, reply] = isAllowed
        ? answer(request.method ?? '', url, body)
        : [401, { message: 'Bad credentials' }];
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(reply));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    all: () => issues,
    add: (issue) => void issues.push({ ...issue, number: issues.length + 1, state: 'open' }),
    writes,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function listed(issues: readonly Issue[], query: URLSearchParams): Issue[] {
  const state = query.get('state') ?? 'open';
  const labels = query.get('labels')?.split(',') ?? [];
  return issues.filter((issue) => issue.state === state && labels.every((label) => issue.labels.includes(label)));
}

async function readBody(request: IncomingMessage): Promise<Partial<Issue>> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk as string;
  return text === '' ? {} : (JSON.parse(text) as Partial<Issue>);
}
