/** Whose a token is, as only GraphQL tells for every kind of token. */
import { record, text } from '../engine/json.ts';
import type { Route } from '../engine/route.ts';
import { authorOf } from './author.ts';
import { gitHub } from './envelope.ts';
import { tokenOf } from './tokens.ts';

/** Of GraphQL there is this one query. */
const VIEWER = /^\s*(?:query\s*)?\{\s*viewer\s*\{\s*(?:(?:databaseId|login)\s*)+\}\s*\}\s*$/;

export const viewerRoutes: Route[] = [
  {
    on: 'POST /graphql',
    handle: (request, context) => {
      const { login, id } = authorOf(tokenOf(request, context));
      const query = text(record(request.body)['query']) ?? '';
      if (!VIEWER.test(query)) throw gitHub(400, 'The simulator knows only { viewer { databaseId login } }.');
      const facts = { databaseId: id, login };
      const asked = Object.entries(facts).filter(([name]) => query.includes(name));
      return { status: 200, body: { data: { viewer: Object.fromEntries(asked) } } };
    },
  },
];
