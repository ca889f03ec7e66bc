import type { Notice } from '../errors/diagnostic.ts';
import type { ModelsReport } from './model.ts';

/**
 * What a run could not do, and how it can.
 *
 * @param isExplained - whether a problem tells why nothing was tried
 */
export function noticesOf({ trying, comparing, unreadInSegment }: ModelsReport, isExplained: boolean): Notice[] {
  const untried: Notice[] =
    'how' in trying || isExplained
      ? []
      : [
          {
            ...{ severity: 'warning', code: 'models.not-tried' },
            because: `the models were not tried: ${trying.whyNot}`,
            remedy:
              'Only what can be said offline was checked. To try them, give this run credentials_json, or let its identity act as the service account: see docs/validating-models.md.',
          },
        ];
  const uncompared: Notice[] =
    'with' in comparing
      ? []
      : [
          {
            severity: 'note',
            code: 'models.not-compared',
            because: `the models were not compared: ${comparing.whyNot}`,
          },
        ];
  const unread: Notice[] =
    unreadInSegment === undefined
      ? []
      : [
          {
            ...{ severity: 'warning', code: 'models.segment-unread' },
            because: `the models were not compared with what runs in Segment: ${unreadInSegment}`,
          },
        ];
  return [...untried, ...uncompared, ...unread];
}
