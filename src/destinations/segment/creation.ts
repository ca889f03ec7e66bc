import type { Setting } from './setting.ts';

/** What a new source is made of. */
export interface Creation {
  readonly slug: string;
  readonly metadataId: string;
  readonly location: string;
  readonly name: string;
  readonly setting: Setting;
}
