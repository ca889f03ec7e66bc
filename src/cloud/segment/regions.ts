/** Where a workspace of Segment can be. */
export const regions = ['us', 'eu'] as const;
export type Region = (typeof regions)[number];

/** Where the Public API of a region is asked. */
export const REGION_URLS: Readonly<Record<Region, string>> = {
  us: 'https://api.segmentapis.com',
  eu: 'https://eu1.api.segmentapis.com',
};
