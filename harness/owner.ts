import {
  ACCOUNT_PATH,
  DATASETS_PATH,
  DATASET_PATH,
  EMAIL,
  MEMBER,
  POLICY_PATH,
  PROJECT,
  ROLE,
  STATE_DATASET,
} from './names.ts';
import type { Simulation } from './simulation.ts';

/** A request as the project's owner, which answers the body, and throws unless it was granted. */
export type Ask = (method: string, path: string, body?: unknown) => Promise<Record<string, unknown>>;

export interface PolicyFacts {
  readonly etag: string;
  readonly version?: number;
  readonly bindings: { role: string; members: string[]; condition?: unknown }[];
  readonly auditConfigs?: unknown;
}

export type Entry = Record<string, unknown>;
export type DatasetFacts = Record<string, unknown> & { access: Entry[]; labels?: Record<string, string> };

/** The project's owner, who does by hand what the action then finds. */
export interface Owner {
  /** The project's policy. */
  policy(): Promise<PolicyFacts>;
  setPolicy(change: (policy: PolicyFacts) => PolicyFacts): Promise<void>;
  /** Gives the account a role on the project; or others, or under a condition. */
  bind(role: string, more?: { readonly members?: readonly string[]; readonly condition?: object }): Promise<void>;
  /** Takes a role on the project from the account; every role, if none is named. */
  unbind(role?: string): Promise<void>;
  /** Lets others act as the account, or over it. */
  bindOnAccount(role: string, members: readonly string[], condition?: object): Promise<void>;
  setRole(fields: Readonly<Record<string, unknown>>): Promise<void>;
  addPermission(permission: string): Promise<void>;
  takePermission(permission: string): Promise<void>;
  makeDataset(name: string): Promise<void>;
  /** The state dataset. */
  dataset(): Promise<DatasetFacts>;
  /** Of the state dataset, or of another one. */
  setAccess(change: (access: Entry[]) => Entry[], name?: string): Promise<void>;
  addEntries(entries: readonly Entry[], name?: string): Promise<void>;
  /** Changes the account's entries, and leaves those of others alone. */
  changeEntries(change: (entry: Entry) => Entry[], name?: string): Promise<void>;
}

export function askAs(asOwner: Simulation['asOwner']): Ask {
  return async (method, path, body) => {
    const reply = await asOwner(method, path, body);
    if (reply.status >= 400)
      throw new Error(`${method} ${path}: ${String(reply.status)} ${JSON.stringify(reply.body)}`);
    return (reply.body ?? {}) as Record<string, unknown>;
  };
}

export function ownerOf(ask: Ask): Owner {
  const policy = async (): Promise<PolicyFacts> =>
    (await ask('POST', `${POLICY_PATH}:getIamPolicy`, {
      options: { requestedPolicyVersion: 3 },
    })) as Record<string, unknown> & PolicyFacts;
  const setPolicy: Owner['setPolicy'] = async (change) => {
    await ask('POST', `${POLICY_PATH}:setIamPolicy`, { policy: { ...change(await policy()), version: 3 } });
  };
  const setRole: Owner['setRole'] = async (fields) => {
    await ask('PATCH', `/v1/${ROLE}?updateMask=${Object.keys(fields).join(',')}`, fields);
  };
  const setPermissions = async (change: (permissions: string[]) => string[]): Promise<void> => {
    const { includedPermissions } = (await ask('GET', `/v1/${ROLE}`)) as { includedPermissions: string[] };
    await setRole({ includedPermissions: change(includedPermissions) });
  };
  const dataset = async (path: string): Promise<DatasetFacts> =>
    (await ask('GET', `${path}?accessPolicyVersion=3`)) as DatasetFacts;
  const setAccess: Owner['setAccess'] = async (change, name = STATE_DATASET) => {
    const path = `${DATASETS_PATH}/${name}`;
    await ask('PATCH', `${path}?accessPolicyVersion=3`, { access: change((await dataset(path)).access) });
  };
  return {
    policy,
    setPolicy,
    bind: (role, { members = [MEMBER], condition } = {}) =>
      setPolicy((now) => ({
        ...now,
        bindings: [...now.bindings, { role, members: [...members], ...(condition === undefined ? {} : { condition }) }],
      })),
    unbind: (role) =>
      setPolicy((now) => ({
        ...now,
        bindings: now.bindings
          .map((one) =>
            role === undefined || one.role === role
              ? { ...one, members: one.members.filter((member) => member !== MEMBER) }
              : one,
          )
          .filter(({ members }) => members.length > 0),
      })),
    bindOnAccount: async (role, members, condition) => {
      // Unlike a project, an account is asked for conditions in the query.
      const now = await ask('POST', `${ACCOUNT_PATH}:getIamPolicy?options.requestedPolicyVersion=3`, {});
      const added = { role, members, ...(condition === undefined ? {} : { condition }) };
      const bindings = [...((now['bindings'] as object[] | undefined) ?? []), added];
      await ask('POST', `${ACCOUNT_PATH}:setIamPolicy`, { policy: { ...now, version: 3, bindings } });
    },
    setRole,
    addPermission: (permission) => setPermissions((permissions) => [...permissions, permission]),
    takePermission: (permission) => setPermissions((permissions) => permissions.filter((one) => one !== permission)),
    makeDataset: async (datasetId) => {
      await ask('POST', DATASETS_PATH, { datasetReference: { projectId: PROJECT, datasetId }, location: 'EU' });
    },
    dataset: () => dataset(DATASET_PATH),
    setAccess,
    addEntries: (entries, name) => setAccess((access) => [...access, ...entries], name),
    changeEntries: (change, name) =>
      setAccess(
        (access) => access.flatMap((entry) => (entry['userByEmail'] === EMAIL ? change(entry) : [entry])),
        name,
      ),
  };
}
