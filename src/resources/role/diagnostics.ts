import type { Notice, Problem } from '../../errors/diagnostic.ts';
import { markedForAnother, noRoom, unmarked } from '../../ownership/mark.ts';
import { readDescription } from '../../ownership/description.ts';
import { adoptedDescription, markOf } from './design.ts';
import type { RoleDesign, RoleLive } from './design.ts';

/** Why the custom role is refused, who else is bound to it, and why it is left. Pure. */

/** Why the role must not be touched. Also asked of a role that turned up while ours was being created. */
export function refuse(design: RoleDesign, live: RoleLive | undefined): Problem[] {
  if (live === undefined) return [];
  const { ownership: owned } = readDescription(live.role.description);
  const refused = { subject: design.address, name: `the role ${design.name}` };
  if (owned === undefined) {
    if (!design.adopt) return [unmarked(refused, ', or role_id to another name')];
    return adoptedDescription(design, live.role) === undefined ? [noRoom(design.address, `use ${refused.name}`)] : [];
  }
  if (owned.target === design.target) return [];
  const remedy = 'Set role_id to another name, for example the account id in camel case.';
  return [markedForAnother(refused, owned.target ?? 'another target', remedy)];
}

/** Whoever else is bound to the role holds what it holds, and gets what is added to it. */
export function warnOfOthers(design: RoleDesign, live: RoleLive | undefined): Notice[] {
  if (live === undefined || live.others.length === 0) return [];
  const { address: subject, permissions } = design;
  const { role, others } = live;
  const code = 'role.others-bound';
  const named = others.join(', ');
  const added = permissions.filter((name) => !(role.includedPermissions ?? []).includes(name));
  if (role.deleted === true)
    return [
      { severity: 'warning', code, subject, because: `restoring the role re-activates its bindings for ${named}` },
    ];
  if (role.stage === 'DISABLED')
    return [
      { severity: 'warning', code, subject, because: `enabling the role re-activates its bindings for ${named}` },
    ];
  if (added.length === 0)
    return [{ severity: 'note', code, subject, because: `others are bound to the role too: ${named}` }];
  const because = `others are bound to the role too, and get ${added.join(', ')} with it: ${named}`;
  return [
    {
      severity: 'warning',
      code,
      subject,
      because,
      remedy: 'Give them a role of their own, or set role_id to another name.',
    },
  ];
}

/** Why the role is left. */
export function warnOfLeft(design: RoleDesign, live: RoleLive | undefined): Notice[] {
  if (live === undefined || live.role.deleted === true) return [];
  const left = (because: string): Notice[] => [
    { severity: 'warning', code: 'role.left', subject: design.address, because },
  ];
  const mark = markOf(design, live.role);
  if (mark === undefined) return left(`the role ${design.name} is kept: it is not managed for this account`);
  if (mark === 'created' && live.others.length > 0)
    return left(`the role ${design.name} is kept: others are bound to it (${live.others.join(', ')})`);
  return [];
}
