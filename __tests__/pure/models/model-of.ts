import type { Model, ModelFinding, Place, QueryFacts } from '../../../src/models/model.ts';
import { offlineFindings } from '../../../src/models/offline.ts';
import { queryInLines } from '../../../src/models/places.ts';

/** Models as tests need them. */

export const FILE = 'segment/users.sql';

export function placeOf(line = 1, column = 1, file = 'segment/models.yml'): Place {
  return { file, line, column };
}

export function modelWith({
  query = 'SELECT id FROM shop.users',
  ...more
}: Partial<Omit<Model, 'query'>> & { readonly query?: string } = {}): Model {
  return {
    name: 'Users',
    description: undefined,
    query: queryInLines(query, placeOf(1, 1, FILE)),
    identifier: 'id',
    enabled: true,
    columns: [],
    maxBytes: undefined,
    verifyUnique: false,
    allow: [],
    previousName: undefined,
    places: { model: placeOf(2), identifier: placeOf(4), columns: [], maxBytes: placeOf(6), verifyUnique: placeOf(7) },
    ...more,
  };
}

export function factsWith(more: Partial<QueryFacts> = {}): QueryFacts {
  const columns = [{ name: 'id', type: 'STRING' }];
  return { statementType: 'SELECT', columns, tables: [], routines: [], bytes: 1_000, accuracy: 'PRECISE', ...more };
}

export function foundIn(model: Model): ModelFinding[] {
  return offlineFindings(model);
}

/** `error query segment/users.sql:1:1` */
export function told({ id, weight, place }: ModelFinding): string {
  return `${weight} ${id} ${place.file}:${String(place.line)}:${String(place.column)}`;
}
