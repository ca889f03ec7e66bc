import type { Address } from '../address.ts';
import type { Notice } from '../errors/diagnostic.ts';
import { isByHand } from './plan.ts';
import type { AnyResource, Difference, Examination } from './resource.ts';

/** Surplus that a user has accepted: found, named, not counted, and not removed. Pure. */

/** What says how a deed is done, or why, names nothing. */
const UNNAMED = ['why', 'command', 'consent'];

/** What an accepted surplus is called: its finding, where it is, and what it names; without blanks or commas inside a word. */
export function surplusId(address: Address, { code, change }: Difference): string {
  return [code, address.name, ...leavesOf(change)].map((word) => word.replaceAll(/[\s,]+/g, '_')).join(' ');
}

function leavesOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value)
    .filter(([name]) => !UNNAMED.includes(name))
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([, one]) => leavesOf(one));
}

/** The same resource, with what was accepted out of the count; what only a person can remove is told with its command. */
export function accepting(resource: AnyResource, accepted: readonly string[]): AnyResource {
  const { address } = resource;
  const examine = (live: unknown): Examination<unknown> => {
    const { differences, diagnostics, further, earlier, ...found } = resource.examine(live);
    const judged = differences.map((one) => judge(address, one, accepted));
    return {
      ...found,
      differences: judged,
      diagnostics: [...diagnostics, ...judged.flatMap((one) => tellByHand(address, one))],
      ...(further === undefined ? {} : { further: further.map((one) => accepting(one, accepted)) }),
      ...(earlier === undefined
        ? {}
        : {
            earlier: () =>
              earlier().map((one) => ({
                ...one,
                differences: one.differences.map((other) => judge(address, other, accepted)),
              })),
          }),
    };
  };
  return { ...resource, examine };
}

function judge(address: Address, difference: Difference, accepted: readonly string[]): Difference {
  const isAccepted = difference.kind === 'surplus' && accepted.includes(surplusId(address, difference));
  return isAccepted ? { ...difference, exempt: 'accepted' } : difference;
}

function tellByHand(address: Address, difference: Difference): Notice[] {
  const { change, exempt } = difference;
  if (!isByHand(change) || exempt === 'accepted') return [];
  const id = surplusId(address, difference);
  return [
    {
      severity: 'warning',
      code: 'surplus.by-hand',
      subject: address,
      because: `${id}: prune does not remove it, because ${change.byHand['why'] ?? 'it is not about the service account alone'}`,
      remedy: `If nobody needs it: ${change.byHand['command'] ?? 'remove it by hand'}. If it is meant to be, add that line to accepted_access.`,
    },
  ];
}
