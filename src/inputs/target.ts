import type { SecretScope, Visibility } from '../cloud/github/scope.ts';
import type { Names } from './names.ts';

/** One BigQuery project as a source for Segment, as somebody wants it: everything that a review covers. */
export interface Target {
  /** Computed from the inputs, once. */
  readonly names: Names;
  readonly projectId: string;
  readonly access: Access;
  readonly delivery: Delivery;
  readonly keyLife: KeyLife;
  /** Tables or views that the account must be able to read: `project.dataset.table` or `dataset.table`. */
  readonly proofTables: readonly string[];
}

export const accessModes = ['limited', 'full', 'scoped'] as const;
export type AccessMode = (typeof accessModes)[number];

export const readApis = ['rest', 'storage'] as const;
export type ReadApi = (typeof readApis)[number];

/** What the account may do, and who may act as it. */
export interface Access {
  readonly mode: AccessMode;
  /** As BigQuery spells it: `US`, `EU`, `europe-west1`; undefined = not given. */
  readonly location: string | undefined;
  /** Datasets that models read: `project.dataset`. */
  readonly sourceDatasets: readonly string[];
  readonly readApi: ReadApi;
  /** Members, as policies name them, that may act as the account. */
  readonly impersonators: readonly string[];
}

export const deliveryNames = ['output', 'github-secret', 'secret-manager'] as const;
export type DeliveryName = (typeof deliveryNames)[number];

/** Where a key goes. */
export interface Delivery {
  /** Empty = `none`. */
  readonly to: readonly DeliveryName[];
  /** Upper case, as GitHub stores it. */
  readonly secretName: string;
  readonly secretScope: SecretScope;
  /** Who sees an organization's secret. */
  readonly secretVisibility: Visibility;
  /** `owner/name`, for visibility `selected`. */
  readonly secretRepositories: readonly string[];
  /** `projects/P/secrets/S` */
  readonly secretManagerSecret: string | undefined;
}

/** How long a key lives. In days; undefined = not asked for. */
export interface KeyLife {
  readonly maxAgeDays: number | undefined;
  readonly overlapDays: number | undefined;
  readonly lifetimeDays: number | undefined;
}
