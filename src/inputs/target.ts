import type { Names } from './names.ts';
import type { ValuesOf } from './row.ts';
import type { TargetValues } from './schema.ts';

export type { DeliveryName } from './schema/delivery.ts';

/** What the account may do, and who may act as it. */
export type Access = TargetValues['access'];
export type AccessMode = Access['mode'];
export type ReadApi = Access['readApi'];

/** Where a key goes. */
export type Delivery = TargetValues['delivery'];

/** How long a key lives. In days; undefined = not asked for. */
export type KeyLife = TargetValues['keyLife'];
