import type { Finding, Permission } from '../engine/finding.ts';

/** What looking into a destination takes of Google's permissions, on the secret itself. */
export const destinationReads: readonly Permission[] = ['secretmanager.secrets.get', 'secretmanager.versions.get'];

export const deliveryFindings = {
  'delivery.to-remove': {
    level: 'note',
    what: 'A delivered key is still in its destination',
    why: 'Mode `destroy` removes it: the key in it is no longer valid.',
    remedy: 'Run mode `destroy` again.',
    needs: [],
  },
} satisfies Record<string, Finding>;

declare module '../engine/finding.ts' {
  interface FindingCodes extends Record<keyof typeof deliveryFindings, true> {}
}
