import { shell } from '../shell.ts';
import { EXCEPTION, remedies } from './row.ts';
import type { CodeOf } from './row.ts';

export const secretManager = remedies([
  {
    code: 'secret-manager.encryption',
    service: 'secretmanager',
    words: /restrictNonCmekServices|CMEK/i,
    remedy: () =>
      'The organization policy gcp.restrictNonCmekServices requires customer-managed encryption: create the secret with ' +
      `--kms-key-name, or ${EXCEPTION}.`,
  },
  {
    code: 'secret-manager.missing',
    service: 'secretmanager',
    http: [404],
    remedy: () =>
      `Create the secret, and run the workflow again: ${shell`gcloud secrets create SECRET --replication-policy automatic`}.`,
  },
]);

declare module '../codes.ts' {
  interface WireCodes extends Record<CodeOf<typeof secretManager>, true> {}
}
