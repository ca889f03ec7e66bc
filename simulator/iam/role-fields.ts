/** What a custom role may say, and how it is shown. */
import type { iam_v1 } from 'googleapis/build/src/apis/iam/v1.js';
import { list, record, text } from '../json.ts';
import { PROJECT_PERMISSIONS } from '../predefined/roles.ts';
import { google, invalid } from '../refusal.ts';
import type { Shape } from '../strict.ts';
import type { RoleState } from './state.ts';

/** Limits are of UTF-8 bytes, not of characters. */
const MOST_BYTES = { title: 100, description: 300 } as const;
const MOST_PERMISSIONS = 3000;
const MOST_BYTES_TOGETHER = 65_536;
const STAGES = ['ALPHA', 'BETA', 'GA', 'DEPRECATED', 'DISABLED', 'EAP'];
const permissions = new Set(PROJECT_PERMISSIONS);

export const ROLE_SHAPE = {
  name: 'string',
  title: 'string',
  description: 'string',
  includedPermissions: ['string'],
  stage: 'string',
  etag: 'string',
  deleted: 'boolean',
} as const satisfies Shape;

/** What of a role clients may change. */
export type RoleFields = Pick<RoleState, 'title' | 'description' | 'includedPermissions' | 'stage'>;

/** Reads the fields, absent ones as IAM takes them; throws IAM's 400. */
export function readRole(body: unknown): RoleFields {
  const given = record(body);
  const fields: RoleFields = {
    title: text(given['title']) ?? '',
    description: text(given['description']) ?? '',
    includedPermissions: [...new Set(list(given['includedPermissions']).map(String))],
    stage: text(given['stage']) ?? 'ALPHA',
  };
  for (const [name, most] of Object.entries(MOST_BYTES)) {
    const bytes = Buffer.byteLength(text(given[name]) ?? '');
    if (bytes > most)
      throw invalid(`The role ${name} must be at most ${String(most)} bytes, but has ${String(bytes)}.`);
  }
  if (!STAGES.includes(fields.stage)) {
    throw invalid(
      `Invalid value at 'role.stage' (type.googleapis.com/google.iam.admin.v1.Role.RoleLaunchStage), "${fields.stage}"`,
    );
  }
  checkPermissions(fields);
  return fields;
}

function checkPermissions({ title, description, includedPermissions }: RoleFields): void {
  const wrong = includedPermissions.find((permission) => !permissions.has(permission));
  // One name only: clients learn them one at a time.
  if (wrong !== undefined) throw invalid(`Permission ${wrong} is not valid.`);
  if (includedPermissions.length > MOST_PERMISSIONS) {
    throw invalid(`The role has more than ${String(MOST_PERMISSIONS)} permissions.`);
  }
  if (Buffer.byteLength([title, description, ...includedPermissions].join('')) > MOST_BYTES_TOGETHER) {
    throw invalid('The total size of the title, description, and permission names of a role is more than 64 KB.');
  }
}

/** A role as IAM answers it: the stage ALPHA, and what is empty, are left out. */
export function showRole(role: RoleState): iam_v1.Schema$Role {
  const { name, title, description, includedPermissions, stage, etag, deletedAt } = role;
  return {
    name,
    ...(title === '' ? {} : { title }),
    ...(description === '' ? {} : { description }),
    ...(includedPermissions.length === 0 ? {} : { includedPermissions }),
    ...(stage === 'ALPHA' ? {} : { stage }),
    etag,
    ...(deletedAt === undefined ? {} : { deleted: true }),
  };
}

/** Throws 409 unless the etag, where one was sent, is the role's. */
export function requireRoleEtag(role: RoleState, etag: string | null | undefined): void {
  if (etag === undefined || etag === null || etag === '' || etag === role.etag) return;
  const message =
    'There were concurrent changes to this role. Please retry the whole read-modify-write with exponential backoff.';
  throw google(409, 'ABORTED', message, { errors: true });
}
