import type { ModelFinding, ModelResult, ModelsReport } from '../../../src/models/model.ts';
import { factsWith, placeOf } from '../models/model-of.ts';

/** Reports about models as tests need them. */

export function findingOf(more: Partial<ModelFinding> = {}): ModelFinding {
  return {
    id: 'query',
    weight: 'error',
    place: placeOf(3, 8, 'segment/users.sql'),
    message: 'BigQuery rejects it.',
    ...more,
  };
}

export function resultOf(more: Partial<ModelResult> = {}): ModelResult {
  const change = { kind: 'none', added: [], removed: [], bytesBefore: undefined } as const;
  return {
    ...{
      name: 'Users',
      place: placeOf(2),
      change,
      facts: factsWith(),
      tried: true,
      syncsAMonth: undefined,
      findings: [],
    },
    ...more,
  };
}

export function modelsReportOf(more: Partial<ModelsReport>): ModelsReport {
  return {
    ...{ models: [resultOf()], findings: [], trying: { how: 'by impersonation, in EU' } },
    ...{ comparing: { with: 'the base commit 1f2e3d4' }, billed: undefined, pricePerTib: undefined },
    unreadInSegment: undefined,
    ...more,
  };
}
