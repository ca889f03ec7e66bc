import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { readRole } from './iam/role-fields.ts';
import type { RoleFields } from './iam/role-fields.ts';

/** A role as the repository publishes it for gcloud: `permissions/NAME.yaml`. */
export function readRoleFile(name: string): RoleFields {
  const path = fileURLToPath(new URL(`../permissions/${name}.yaml`, import.meta.url));
  return readRole(parse(readFileSync(path, 'utf8')));
}
