import type { SyncState } from './state.ts';

const iso = (time: number): string => new Date(time).toISOString();

function statusOf({ errorCode, deliverFailureCount }: SyncState): string {
  if (errorCode !== '') return 'FAIL';
  return deliverFailureCount > 0 ? 'PARTIAL_SUCCESS' : 'SUCCESS';
}

/** A sync as Segment tells of it at this moment. Counts are strings; where nothing went wrong, the code is empty. */
export function answer(sync: SyncState, now: number): Record<string, unknown> {
  const { syncId, modelId, sourceId, startedAt, extractedAt, finishedAt } = sync;
  const isExtracted = now >= extractedAt;
  const isFinished = now >= finishedAt;
  const extractCount = isExtracted ? String(sync.extractCount) : '0';
  const failed = isFinished && sync.errorCode !== '' ? { error: sync.error, errorCode: sync.errorCode } : {};
  return {
    ...{ syncId, modelId, sourceId },
    syncStatus: isFinished ? statusOf(sync) : 'IN_PROGRESS',
    duration: `${String(Math.ceil(((isFinished ? finishedAt : now) - startedAt) / 1000))}s`,
    startedAt: iso(startedAt),
    ...(isFinished ? { finishedAt: iso(finishedAt) } : {}),
    extractPhase: {
      ...{ addedCount: extractCount, updatedCount: '0', deletedCount: '0', extractCount },
      errorCode: isExtracted ? sync.errorCode : '',
      startedAt: iso(startedAt),
      ...(isExtracted ? { finishedAt: iso(extractedAt) } : {}),
    },
    ...(isFinished && sync.errorCode === '' ? { loadPhase: loadPhaseOf(sync) } : {}),
    ...failed,
  };
}

function loadPhaseOf({
  extractCount,
  deliverFailureCount,
  extractedAt,
  finishedAt,
}: SyncState): Record<string, string> {
  return {
    deliverSuccessCount: String(extractCount - deliverFailureCount),
    deliverFailureCount: String(deliverFailureCount),
    errorCode: '',
    startedAt: iso(extractedAt),
    finishedAt: iso(finishedAt),
  };
}
