import type { Document } from '../../cloud/document.ts';
import { othersBoundTo } from '../../cloud/google/bindings.ts';
import type { Policy } from '../../cloud/google/project-policies.ts';
import type { Role, RoleDocument } from '../../cloud/google/roles.ts';
import type { Resource } from '../../engine/resource.ts';
import { unreachable } from '../../engine/unreachable.ts';
import { ApiError, isAlreadyExists } from '../../errors/api-error.ts';
import { Blocked } from '../../errors/diagnostic.ts';
import { readDescription, writeDescription } from '../../ownership/description.ts';
import { ownership } from '../../ownership/record.ts';
import { adoptedDescription } from './design.ts';
import type { RoleChange, RoleDesign, RoleLive } from './design.ts';
import { refuse } from './diagnostics.ts';
import { examineRole } from './examine.ts';

/** The custom role that the guide describes, and where it is. */
export interface RoleOptions extends RoleDesign {
  readonly title: string;
  readonly description: string;
  /** Our account, as the policy names it. */
  readonly member: string;
  readonly document: RoleDocument;
  readonly policy: Document<Policy>;
}

/** The custom role of limited and scoped access. */
export function role(options: RoleOptions): Resource<RoleLive, RoleChange> {
  const { document } = options;
  return {
    address: options.address,
    want: options.want,
    outputs: { role: options.name },
    picture: { edges: options.want === 'present' ? [options.edge] : [] },
    read: async () => {
      const [found, policy] = await Promise.all([document.read(), options.policy.read()]);
      if (found === undefined) return undefined;
      return { role: found, others: othersBoundTo(policy ?? {}, document.name, options.member) };
    },
    examine: (live) => examineRole(options, live),
    change: async (_live, changes) => {
      const create = changes.find((change) => 'create' in change);
      if (create !== undefined && (await created(options))) return;
      if (changes.some((change) => 'delete' in change)) {
        await unlessDone(document, document.delete, (found) => found === undefined || found.deleted === true);
        return;
      }
      if (changes.some((change) => 'undelete' in change)) {
        await unlessDone(document, document.undelete, (found) => found !== undefined && found.deleted !== true);
      }
      await document.edit((before) => changed(options, before, changes));
    },
  };
}

/** Exactly these changes: what belongs to a later phase stays for it. */
function changed(options: RoleOptions, before: Role, changes: readonly RoleChange[]): Role {
  const after = { ...before };
  const held = new Set(before.includedPermissions ?? []);
  const permissions = new Set(held);
  for (const change of changes) {
    if ('create' in change) change.create.permissions.forEach((name) => permissions.add(name));
    else if ('add' in change) permissions.add(change.add);
    else if ('remove' in change) permissions.delete(change.remove);
    else if ('stage' in change) after.stage = change.stage;
    else if ('mark' in change) after.description = remarked(options, before, change.mark);
    else if (!('undelete' in change || 'delete' in change)) unreachable(change);
  }
  if (permissions.size !== held.size || [...permissions].some((name) => !held.has(name)))
    after.includedPermissions = [...permissions];
  return after;
}

function remarked(options: RoleOptions, before: Role, mark: 'adopted' | 'none'): string {
  if (mark === 'none') return readDescription(before.description).text;
  return adoptedDescription(options, before) ?? before.description ?? '';
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
    const problems = refuse({ ...options, adopt: false }, found && { role: found, others: [] });
    if (problems.length > 0) throw new Blocked(problems, error);
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
