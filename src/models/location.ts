import type { Cloud } from '../cloud/google/clients.ts';
import { locationOf } from '../cloud/google/queries.ts';
import { Blocked } from '../errors/diagnostic.ts';
import type { Target } from '../inputs/target.ts';

/**
 * Where the queries of a source run: the input; else where the state dataset lies, as the account sees it; else where the
 * source datasets do; else what the source in Segment says. Never guessed: BigQuery would choose US.
 *
 * @param setting - of the source in Segment, where that is known
 * @throws Blocked where nobody can say
 */
export async function locate(
  cloud: Cloud,
  { access, names }: Pick<Target, 'access' | 'names'>,
  setting: string | undefined,
): Promise<string> {
  if (access.location !== undefined) return access.location;
  const [state, ...sources] = await Promise.all(
    [names.stateDataset, ...access.sourceDatasets].map((dataset) => locationOf(cloud, dataset)),
  );
  const known = [...new Set(sources.filter((location) => location !== undefined))];
  const [only, other] = known;
  if (state !== undefined) return state;
  if (only !== undefined && other === undefined) return only;
  if (setting !== undefined && other === undefined) return setting;
  const because =
    only === undefined
      ? 'where they run is not known: the account sees neither the state dataset nor source_datasets'
      : `where they run is not clear: the source datasets lie in ${known.join(' and ')}`;
  throw new Blocked([
    {
      ...{ severity: 'error', code: 'models.no-location', subject: { input: 'location' }, attempted: 'try the models' },
      because,
      remedy: 'Set location to the Data Location of the source in Segment, such as EU.',
    },
  ]);
}
