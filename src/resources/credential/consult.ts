import type { Consumption } from '../../destinations/segment/consumer.ts';
import { assess, isOverwritten } from './assess.ts';
import type { Evidence } from './evidence.ts';

/**
 * Adds what whoever uses the key has done, where anything hangs on it: whether a superseded key can go, or whether a key is
 * still in use although somebody wrote after it was delivered.
 *
 * @param consult - asks Segment and Cloud Monitoring; undefined where no key goes to Segment
 */
export async function withConsumption(
  evidence: Evidence,
  consult: (() => Promise<Consumption | undefined>) | undefined,
  now: number,
): Promise<Evidence> {
  if (consult === undefined) return evidence;
  const { current, superseded } = assess(evidence, now);
  const isDoubtful =
    current !== undefined && evidence.readings.some(({ reading }) => isOverwritten(reading, current, undefined));
  return superseded.length === 0 && !isDoubtful ? evidence : { ...evidence, consumption: await consult() };
}
