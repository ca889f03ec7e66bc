import { createHash } from 'node:crypto';
import type { Address } from '../../address.ts';
import type { Model } from '../../cloud/segment/models.ts';
import type { Consented } from '../../engine/resource.ts';
import type { ModelMark } from '../../ownership/model-mark.ts';

/** A model in Segment as a file says that it should be, as it was seen, and what can be done with it. Pure. */

/** As a file, or a dbt manifest, says. */
export interface ModelDesign {
  readonly name: string;
  readonly previousName: string | undefined;
  /** undefined = whatever is said there stays. */
  readonly description: string | undefined;
  readonly query: string;
  readonly identifier: string;
  readonly enabled: boolean;
  /** Where it stands, from the root of the repository. */
  readonly path: string;
  /** Whether its file says that another identifier is meant. */
  readonly allowsIdentifier: boolean;
}

/** What holds of all models of a run. */
export interface PublishDesign {
  /** `owner/name` of the run. */
  readonly repository: string;
  readonly adopt: boolean;
  /** Whether models are deleted whose file is gone. */
  readonly prune: boolean;
  /** Whether what is carried out was reviewed: then it is exactly this. */
  readonly isReviewed: boolean;
}

/** One model, and what was seen of it. */
export interface ModelLive {
  readonly match: Match;
  /** Names of the enabled mappings that sync it; or why they are not known. */
  readonly mappings: readonly string[] | { readonly whyNot: string };
  /** Whether what is there is what a commit of its file had: else somebody has edited it there. */
  readonly isCommitted: boolean;
}

/** The model in Segment that a design is about. */
export type Match =
  | { readonly state: 'absent' }
  | { readonly state: 'ours'; readonly model: Model }
  /** `automatic`: Segment made it for itself. */
  | { readonly state: 'unmarked' | 'automatic'; readonly model: Model }
  /** It comes from another file, or another repository. */
  | { readonly state: 'another'; readonly model: Model; readonly mark: ModelMark }
  | { readonly state: 'ambiguous'; readonly models: readonly Model[] };

/** One thing to be done to a model. What it is set to is in the design: the digest covers it by its hash. */
export type ModelChange =
  | { readonly create: string; readonly sha256: string; readonly identifier: string; readonly enabled: boolean }
  | { readonly adopt: string; readonly mark: string }
  | { readonly set: 'query'; readonly id: string; readonly sha256: string; readonly was: string }
  | {
      readonly set: 'name' | 'description' | 'identifier';
      readonly id: string;
      readonly to: string;
    }
  | { readonly set: 'enabled'; readonly id: string; readonly to: boolean }
  | ({ readonly delete: string } & Consented)
  /** Refused, always. */
  | { readonly leave: string }
  | { readonly byHand: Readonly<Record<string, string>> };

/** What tells one query from another in a plan. */
export function hashOf(query: string): string {
  return createHash('sha256').update(query).digest('hex');
}

export function addressOf(name: string): Address {
  return { kind: 'segment-model', name };
}

/** White space around a text, and the final semicolon of a query, change nothing. */
export function isSameText(one: string, other: string): boolean {
  const bare = (text: string): string => text.replaceAll(/\r\n?/g, '\n').trim().replace(/;$/, '').trimEnd();
  return bare(one) === bare(other);
}
