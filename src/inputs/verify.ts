import type { InputReader } from './parse.ts';
import { Secret } from '../secret.ts';

/** The inputs that say what is tried as the account, and with what. */
export interface ProofInputs {
  readonly verify: boolean;
  /** `project.dataset.table` or `dataset.table`. */
  readonly proofTables: readonly string[];
  /** The key file in use, as one line of JSON. */
  readonly credentials: { readonly file: Secret; readonly keyId: string } | undefined;
}

/** @param email - of the account that Segment uses */
export function readProofInputs(read: InputReader, email: string): ProofInputs {
  const proofTables = read.list('proof_tables');
  for (const table of proofTables) {
    // It becomes part of a statement, between backticks: nothing that could end it is let in.
    if (
      !/^(?:(?:[a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]\.)?[A-Za-z0-9_]{1,1024}\.[\p{L}\p{N}_$*-]{1,1024}$/u.test(
        table,
      )
    )
      read.complain('proof_tables', table, 'DATASET.TABLE or PROJECT.DATASET.TABLE, one a line');
  }
  return { verify: read.flag('verify', 'true'), proofTables, credentials: readCredentials(read, email) };
}

/** What was given is never repeated: it is a key. */
function readCredentials(read: InputReader, email: string): ProofInputs['credentials'] {
  const given = read.optional('credentials_json');
  if (given === undefined) return undefined;
  const file = parse(given);
  if (
    typeof file.client_email !== 'string' ||
    typeof file.private_key !== 'string' ||
    typeof file.private_key_id !== 'string'
  ) {
    read.complaints.push('credentials_json: it is not allowed: it must be the JSON file of a service account key.');
    return undefined;
  }
  if (file.client_email.toLowerCase() !== email) {
    read.complaints.push(
      `credentials_json: it is a key of ${file.client_email}, and must be one of ${email}, the account that Segment uses.`,
    );
    return undefined;
  }
  return { file: new Secret(JSON.stringify(file)), keyId: file.private_key_id };
}

function parse(given: string): { client_email?: unknown; private_key?: unknown; private_key_id?: unknown } {
  try {
    const file: unknown = JSON.parse(given);
    return typeof file === 'object' && file !== null ? file : {};
  } catch {
    return {}; // Told like any other text that is no key file.
  }
}
