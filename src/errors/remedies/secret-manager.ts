import { shell } from '../shell.ts';
import { EXCEPTION } from './row.ts';
import type { Row } from './row.ts';

export const secretManager: readonly Row[] = [
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
];
