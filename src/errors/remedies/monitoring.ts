import { remedies } from './row.ts';
import type { CodeOf } from './row.ts';

export const monitoring = remedies([
  {
    code: 'monitoring.permission-missing',
    service: 'monitoring',
    http: [403],
    remedy: () =>
      "Grant the workflow's identity monitoring.timeSeries.list on the project (permissions/segment.yaml): without it nobody can " +
      'tell which key is in use, and a replaced key is kept.',
  },
]);

declare module '../codes.ts' {
  interface WireCodes extends Record<CodeOf<typeof monitoring>, true> {}
}
