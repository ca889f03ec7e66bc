import type { Finding, FindingCode } from '../engine/finding.ts';

export const deliveryFindings: Record<Extract<FindingCode, `delivery.${string}`>, Finding> = {
  'delivery.to-remove': {
    level: 'note',
    what: 'A delivered key is still in its destination',
    why: 'Mode `destroy` removes it: the key in it is no longer valid.',
    remedy: 'Run mode `destroy` again.',
    needs: [],
  },
};
