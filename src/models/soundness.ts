import type { ModelsReport } from './model.ts';
import { spellPlace } from './places.ts';

/** Why a model must not be written to Segment: a clause; undefined = it runs, and nothing is wrong with it. Pure. */
export function whyUnsound(
  { models, trying }: Pick<ModelsReport, 'models' | 'trying'>,
  name: string,
): string | undefined {
  const found = models.find((one) => one.name === name);
  if (found === undefined) return 'it was not looked at';
  const errors = found.findings.filter(({ weight }) => weight === 'error');
  if (errors.length > 0)
    return `it has errors: ${errors.map(({ id, place }) => `${id} at ${spellPlace(place)}`).join(', ')}`;
  if ('whyNot' in trying) return `it was not tried: ${trying.whyNot}`;
  return found.facts === undefined ? 'it was not tried' : undefined;
}
