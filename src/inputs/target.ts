import type { Names } from './names.ts';
import type { TargetValues } from './schema.ts';

/**
 * One BigQuery project as a source for Segment, as somebody wants it. Made of the inputs of scope target, every one of which a
 * review covers; what they hold is derived from their rows.
 */
export interface Target extends Project, Proof {
  /** Computed from the inputs, once. */
  readonly names: Names;
  readonly access: Access;
  readonly delivery: Delivery;
  readonly segment: SegmentSource;
  readonly keyLife: KeyLife;
}

type Project = TargetValues['project'];
type Proof = TargetValues['proof'];

/** What the account may do, and who may act as it. */
export type Access = TargetValues['access'];
export type AccessMode = Access['mode'];
export type ReadApi = Access['readApi'];

/** Where a key goes. */
export type Delivery = TargetValues['delivery'];
export type DeliveryName = Delivery['to'][number];

/** Which source of Segment takes the key, and how. */
export type SegmentSource = Omit<TargetValues['segment'], 'source'> & {
  /** Slug or id: the input, else a slug made of project and account. */
  readonly source: string;
};

/** How long a key lives. In days; undefined = not asked for. */
export type KeyLife = TargetValues['keyLife'];
