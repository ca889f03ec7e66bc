import { metadata, remedies } from './row.ts';
import type { CodeOf } from './row.ts';

/** Segment tells what is wrong by HTTP status alone; the types of its errors are no promise. */
export const segment = remedies([
  {
    code: 'segment.token-invalid',
    service: 'segment',
    http: [401],
    remedy: () =>
      'segment_token is invalid, belongs to a workspace of the other region (see segment_region), or was revoked: Segment revokes ' +
      'tokens that it finds in public repositories. A Workspace Owner creates a new one.',
  },
  {
    code: 'segment.permission-missing',
    service: 'segment',
    http: [403],
    remedy: () =>
      'segment_token lacks rights: a Workspace Owner creates one with the role Workspace Owner. A token of a Workspace Member reads ' +
      'neither the audit trail nor writes sources.',
  },
  {
    code: 'segment.rate-limited',
    service: 'segment',
    http: [429],
    remedy: () =>
      'Segment limits how often a token may call: run again in some minutes, with fewer runs at once, or raise patience_minutes.',
  },
  {
    code: 'segment.not-found',
    service: 'segment',
    http: [404],
    remedy: () =>
      'Check segment_region, segment_workspace and the IDs in the inputs. If all are right, this part of the API has changed: ' +
      'report it.',
  },
  {
    code: 'segment.refused',
    service: 'segment',
    http: [400, 409, 415, 422],
    remedy: (error) => {
      const named = metadata(error)['field'];
      const what = named === undefined ? 'What it says' : `The field ${named}`;
      return `${what} is what Segment does not take. If no input is wrong, its API has changed: report it with this message.`;
    },
  },
]);

declare module '../codes.ts' {
  interface WireCodes extends Record<CodeOf<typeof segment>, true> {}
}
