import { vanished } from '../../errors/vanished.ts';
import type { iam_v1 } from 'googleapis/build/src/apis/iam/v1.js';
import { expectTexts } from '../answer.ts';
import { orAbsent } from '../call.ts';
import type { Cloud } from './clients.ts';
import { makeDocument } from '../document.ts';
import type { Document } from '../document.ts';

/** A custom role as IAM answers it; `deleted: true` while it can be undeleted; no `stage` means ALPHA. */
export type Role = iam_v1.Schema$Role;

/** One custom role of the project, and what can be done to it. Edits send only what differs. */
export interface RoleDocument extends Document<Role> {
  readonly name: string;
  readonly create: (role: Role) => Promise<Role>;
  readonly undelete: () => Promise<Role>;
  readonly delete: () => Promise<void>;
}

export function roleDocument(cloud: Cloud, roleId: string): RoleDocument {
  const name = `projects/${cloud.projectId}/roles/${roleId}`;
  const { projects } = cloud.iam;
  const send = (verb: string, request: () => Promise<{ data: Role }>): Promise<Role> =>
    cloud.call({ call: `${verb} the role ${name}`, service: 'iam', repeatable: true }, async () =>
      expectTexts('role', (await request()).data, ['name', 'etag']),
    );
  const document = makeDocument<Role>(cloud.clock, {
    get: () => orAbsent(send('read', () => projects.roles.get({ name }))),
    put: (after, before) => {
      const changed = parts.filter((part) => JSON.stringify(after[part]) !== JSON.stringify(before[part]));
      const body = Object.fromEntries(changed.map((part) => [part, after[part]]));
      return send('update', () =>
        projects.roles.patch({
          name,
          updateMask: changed.join(','),
          requestBody: { ...body, etag: before.etag ?? null },
        }),
      );
    },
    gone: () => vanished(`the role ${name}`),
  });
  const learned = (role: Role): Role => {
    document.learn(role);
    return role;
  };
  return {
    ...document,
    name,
    create: async (role) => {
      const request = { parent: `projects/${cloud.projectId}`, requestBody: { roleId, role } };
      return learned(await send('create', () => projects.roles.create(request)));
    },
    undelete: async () => learned(await send('undelete', () => projects.roles.undelete({ name, requestBody: {} }))),
    delete: async () => {
      document.learn(await send('delete', () => projects.roles.delete({ name })));
    },
  };
}

const parts = ['title', 'description', 'includedPermissions', 'stage'] as const;
