import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Address } from '../address.ts';
import type { FindingCode } from './finding.ts';
import { chosenOf } from './plan.ts';
import type { Action, PlanView, StepView } from './plan.ts';
import type { Difference } from './resource.ts';

/**
 * What of a plan a person reviews, and its digest: the same on every machine and at every time, as long as the same is asked
 * for and the same would be done. Made of codes and changes; no words, etags or times. Pure.
 */
export interface Reviewed {
  /** What is asked for: the inputs that a review covers, by their names. */
  readonly target: Readonly<Record<string, unknown>>;
  readonly steps: readonly ReviewedStep[];
}

export interface ReviewedStep extends Address {
  readonly action: Action;
  readonly deeds: readonly { readonly code: FindingCode; readonly change: unknown }[];
}

/** Why a plan has no digest. */
export interface Unreviewable {
  readonly unread: readonly Address[];
}

/** What apply would do of a plan; or why that cannot be said. */
export function reviewable(plan: PlanView, target: Reviewed['target']): Reviewed | Unreviewable {
  const unread = plan.steps.filter(isUnread).map(({ address }) => address);
  if (unread.length > 0) return { unread };
  const chosen = plan.steps.map(({ address, action, ...step }) => ({
    address,
    action,
    differences: chosenOf({ address, action, ...step }, plan.prune),
  }));
  // A key is a deed like any other: each that is issued, disabled or deleted is in its change, by its id.
  const steps = chosen
    .filter(({ action }) => action !== 'none')
    .map(({ address, action, differences }) => ({ ...address, action, deeds: inOrder(differences.map(deedOf)) }));
  return plain({ target, steps: inOrder(steps) });
}

/** What was not looked at, on purpose or because it could not be. */
function isUnread({ action, isPartial }: StepView): boolean {
  return action === 'unknown' || isPartial === true;
}

function deedOf({ code, change }: Difference): ReviewedStep['deeds'][number] {
  return { code, change };
}

/** By their canonical text, so that the order in which things were found does not count. */
function inOrder<T>(things: readonly T[]): T[] {
  return things
    .map((thing) => ({ thing, text: canonical(thing) }))
    .sort((one, other) => (one.text < other.text ? -1 : one.text > other.text ? 1 : 0))
    .map(({ thing }) => thing);
}

/** SHA-256 of the canonical JSON (RFC 8785), in hexadecimal. */
export function digestOf(reviewed: Reviewed): string {
  return createHash('sha256').update(canonical(reviewed)).digest('hex');
}

/** Canonical JSON (RFC 8785): the same text for the same data. */
export function canonical(value: unknown): string {
  return canonicalize(plain(value)) ?? '';
}

/** As JSON has it: what is undefined is left out. */
function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
