import { vanished } from '../../errors/vanished.ts';
import type { iam_v1 } from 'googleapis/build/src/apis/iam/v1.js';
import { expectList, expectTexts } from '../answer.ts';
import { orAbsent } from '../call.ts';
import type { Cloud } from './clients.ts';
import { makeDocument } from '../document.ts';
import type { Document } from '../document.ts';
import { pagesOf } from '../pages.ts';
import { orNotThere } from './not-there.ts';

/** A service account as IAM answers it. */
export type Account = iam_v1.Schema$ServiceAccount;

/** One service account. Its only field that we edit is the description: IAM ignores etags here, so read just before. */
export interface AccountDocument extends Document<Account> {
  readonly email: string;
  create(account: Account): Promise<Account>;
  enable(): Promise<void>;
  /** Its keys and its tokens stop working. Asks nothing before. */
  disable(): Promise<void>;
  delete(): Promise<void>;
}

/** Which account. */
export interface AccountName {
  readonly accountId: string;
  readonly email: string;
}

/** What is done to an account that is there, and the last word of the permission for it. */
const PERMISSION = { read: 'get', update: 'update', enable: 'enable', disable: 'disable', delete: 'delete' } as const;
type Verb = keyof typeof PERMISSION | 'create';

export function accountDocument(cloud: Cloud, { accountId, email }: AccountName): AccountDocument {
  const name = `projects/${cloud.projectId}/serviceAccounts/${email}`;
  const { serviceAccounts } = cloud.iam.projects;
  const send = <T>(
    verb: Verb,
    request: () => Promise<{ data: T }>,
    expect: (answer: T) => T = (answer) => answer,
  ): Promise<T> => {
    const call = `${verb} the service account ${email}`;
    const sent = cloud.call({ call, service: 'iam', repeatable: true }, async () => expect((await request()).data));
    return verb === 'create' ? sent : orNotThere(cloud, `iam.serviceAccounts.${PERMISSION[verb]}`, sent);
  };
  const whole = (answer: Account): Account => expectTexts('service account', answer, ['email', 'uniqueId']);
  const document = makeDocument<Account>(cloud.clock, {
    get: () => orAbsent(send('read', () => serviceAccounts.get({ name }), whole)),
    put: async (after, before) => {
      const account = { description: after.description ?? '' };
      const requestBody = { serviceAccount: account, updateMask: 'description' };
      await send('update', () => serviceAccounts.patch({ name, requestBody }));
      return { ...before, ...account }; // The answer holds only what was changed.
    },
    gone: () => vanished(`the service account ${email}`),
  });
  const remember = async (change: Partial<Account>): Promise<void> => {
    document.learn({ ...(await document.read()), ...change });
  };
  return {
    ...document,
    email,
    create: async (account) => {
      const request = { name: `projects/${cloud.projectId}`, requestBody: { accountId, serviceAccount: account } };
      const created = await send('create', () => serviceAccounts.create(request), whole);
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
      await orAbsent(send('delete', () => serviceAccounts.delete({ name })));
      document.learn(undefined);
    },
  };
}

/** Every service account of the project. */
export async function listAccounts(cloud: Cloud): Promise<Account[]> {
  const { serviceAccounts } = cloud.iam.projects;
  const name = `projects/${cloud.projectId}`;
  const asked = { call: `list the service accounts of ${cloud.projectId}`, service: 'iam', repeatable: true } as const;
  const found: Account[] = [];
  const pages = pagesOf((pageToken, check) =>
    cloud.call(asked, async () => {
      const request = { name, pageSize: 100, ...(pageToken === undefined ? {} : { pageToken }) };
      const data = expectList('list of service accounts', (await serviceAccounts.list(request)).data, 'accounts');
      const next = data.nextPageToken ?? undefined;
      check(next === '' ? undefined : next);
      return { items: data.accounts ?? [], next: next === '' ? undefined : next };
    }),
  );
  for await (const page of pages) found.push(...page);
  return found;
}
