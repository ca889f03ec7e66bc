import { ApiError, isAlreadyExists } from '../../errors/api-error.ts';
import type { Role, RoleDocument } from '../../cloud/google/roles.ts';
import { ownership, readDescription, writeDescription } from '../../ownership/record.ts';
import { Refused } from '../../errors/diagnostic.ts';
import type { Difference, Resource } from '../../engine/resource.ts';
import { othersBoundTo } from '../../cloud/google/bindings.ts';
import { adoptedDescription, diffAbsent, diffPresent, refusePresent, warnAbsent, warnPresent } from './examine.ts';
import type { RoleLive, RoleOptions } from './examine.ts';

/** The custom role of limited access. */
export function role(options: RoleOptions): Resource<RoleLive> {
  const { document, want, roleId } = options;
  return {
    address: `role/${roleId}`,
    want,
    read: async () => {
      const [found, policy] = await Promise.all([document.read(), options.policy.read()]);
      if (found === undefined) return undefined;
      return { role: found, others: othersBoundTo(policy ?? {}, document.name, options.member) };
    },
    diff: (live) => (want === 'present' ? diffPresent(options, live) : diffAbsent(options, live)),
    refuse: (live) => (want === 'present' ? refusePresent(options, live) : []),
    warn: (live) => (want === 'present' ? warnPresent(live) : warnAbsent(options, live)),
    facts: () => ({ role: document.name }),
    change: async (live, chosen) => {
      if (want === 'absent') await unmake(options, chosen);
      else await make(options, live, chosen);
      return [];
    },
  };
}

async function make(options: RoleOptions, live: RoleLive | undefined, chosen: readonly Difference[]): Promise<void> {
  const { document, permissions } = options;
  if (live === undefined && (await created(options))) return;
  if (live?.role.deleted === true && chosen.some((difference) => difference.field === 'role')) {
    await unlessDone(document, document.undelete, (found) => found !== undefined && found.deleted !== true);
  }
  await document.edit((before) => {
    // Chosen fields only: what belongs to a later phase stays for it. A role that came back is desired whole.
    const fields = new Set(chosen.map((difference) => difference.field));
    const after = { ...before };
    const held = before.includedPermissions ?? [];
    const added = permissions.filter(
      (name) => !held.includes(name) && (live === undefined || fields.has(`permission ${name}`)),
    );
    const kept = held.filter((name) => permissions.includes(name) || !fields.has(`permission ${name}`));
    if (added.length > 0 || kept.length < held.length) after.includedPermissions = [...kept, ...added];
    if (fields.has('stage')) after.stage = 'GA';
    if (fields.has('owner')) after.description = adoptedDescription(options, before) ?? before.description ?? '';
    return after;
  });
}

/** Creates the role; told that it exists, makes sure that it is ours. Returns whether there is nothing left to do. */
async function created(options: RoleOptions): Promise<boolean> {
  const { document, permissions, target } = options;
  const mark = { text: options.description, ownership: ownership('created', { target }) };
  try {
    await document.create({
      title: options.title,
      description: writeDescription(mark) ?? '',
      stage: 'GA',
      includedPermissions: [...permissions],
    });
    return true;
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    const found = await document.reread();
    const refusals = refusePresent(
      { ...options, adopt: false },
      found === undefined ? found : { role: found, others: [] },
    );
    if (refusals.length > 0) throw new Refused(refusals, error);
    return false;
  }
}

/** Another run may have been quicker, or our own reply was lost: a refusal counts only if it is not done after all. */
async function unlessDone(
  document: RoleDocument,
  act: () => Promise<unknown>,
  isDone: (found: Role | undefined) => boolean,
): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof ApiError) || !isDone(await document.reread())) throw error;
  }
}

async function unmake(options: RoleOptions, chosen: readonly Difference[]): Promise<void> {
  const { document } = options;
  if (chosen.some((difference) => difference.field === 'role')) {
    await unlessDone(document, document.delete, (found) => found === undefined || found.deleted === true);
  }
  if (chosen.some((difference) => difference.field === 'owner')) {
    await document.edit((before) => ({ ...before, description: readDescription(before.description).text }));
  }
}
