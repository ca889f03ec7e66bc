import type { iam_v1 } from 'googleapis/build/src/apis/iam/v1.js';
import { isNotFound } from '../../errors/api-error.ts';
import type { Cloud } from './clients.ts';
import { makeDocument } from '../document.ts';
import type { Document } from '../document.ts';

/** A service account as IAM answers it. */
export type Account = iam_v1.Schema$ServiceAccount;

/** One service account. Its only field that we edit is the description: IAM ignores etags here, so read just before. */
export interface AccountDocument extends Document<Account> {
  readonly email: string;
  create(account: Account): Promise<Account>;
  enable(): Promise<void>;
  /** Cuts it off: its keys and its tokens work no more. Asks nothing before. */
  disable(): Promise<void>;
  delete(): Promise<void>;
}

/** E-mail of an account; a domain-scoped project `example.com:p` becomes `p.example.com`. */
export function emailOf(accountId: string, projectId: string): string {
  const [first, second] = projectId.split(':');
  const domain = second === undefined ? projectId : `${second}.${first ?? ''}`;
  return `${accountId}@${domain}.iam.gserviceaccount.com`;
}

export function accountDocument(cloud: Cloud, accountId: string): AccountDocument {
  const email = emailOf(accountId, cloud.projectId);
  const name = `projects/${cloud.projectId}/serviceAccounts/${email}`;
  const { serviceAccounts } = cloud.iam.projects;
  const send = <T>(verb: string, request: () => Promise<{ data: T }>): Promise<T> =>
    cloud.call(
      { call: `${verb} the service account ${email}`, service: 'iam', repeatable: true },
      async () => (await request()).data,
    );
  const get = async (): Promise<Account | undefined> => {
    try {
      return await send('read', () => serviceAccounts.get({ name }));
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  };
  const document = makeDocument<Account>(cloud.clock, {
    get,
    put: async (after, before) => {
      const account = { description: after.description ?? '' };
      const requestBody = { serviceAccount: account, updateMask: 'description' };
      await send('update', () => serviceAccounts.patch({ name, requestBody }));
      return { ...before, ...account }; // The answer holds only what was changed.
    },
    gone: () => new Error(`the service account ${email} has vanished`),
  });
  const remember = async (change: Partial<Account>): Promise<void> => {
    document.learn({ ...(await document.read()), ...change });
  };
  return {
    ...document,
    email,
    create: async (account) => {
      const request = { name: `projects/${cloud.projectId}`, requestBody: { accountId, serviceAccount: account } };
      const created = await send('create', () => serviceAccounts.create(request));
      document.learn(created);
      return created;
    },
    enable: async () => {
      await send('enable', () => serviceAccounts.enable({ name, requestBody: {} }));
      await remember({ disabled: false });
    },
    disable: async () => {
      await send('disable', () => serviceAccounts.disable({ name, requestBody: {} }));
    },
    delete: async () => {
      try {
        await send('delete', () => serviceAccounts.delete({ name }));
      } catch (error) {
        if (!isNotFound(error)) throw error; // Someone was quicker: gone is gone.
      }
      document.learn(undefined);
    },
  };
}
