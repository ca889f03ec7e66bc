import { describe, expect, test } from '@jest/globals';
import { digestLine, doneLines, planLines } from '../../../src/report/log.ts';
import { KEY, POLICY, PROJECT, ROLE, SHOP, STATE, differs, planOf, stepOf } from '../verify/plan-of.ts';
import { noticeOf, problemOf } from './report-of.ts';

const permission = { field: 'permission bigquery.jobs.create', live: 'absent', desired: 'present' };
const entry = { field: 'entry OWNER', live: 'present', desired: 'absent' };

describe('the log', () => {
  test('plan: each kind of step and difference → its lines', () => {
    const plan = planOf(
      stepOf(ROLE, [differs('role.permission-missing', { ...permission, kind: 'missing' })]),
      stepOf(STATE, [differs('state-dataset.unmarked', { exempt: 'adoption' })], { action: 'create' }),
      stepOf(SHOP, [differs('source-dataset.access-surplus', { ...entry, kind: 'surplus' })], { action: 'none' }),
      stepOf(KEY, [differs('key.due', { exempt: 'renewal' }), differs('key.superseded', { exempt: 'housekeeping' })]),
      stepOf(POLICY, [], { action: 'unknown', problems: [problemOf('read the policy', { because: 'access denied' })] }),
      stepOf({ kind: 'datasets', name: PROJECT }, [], { remark: '3 datasets searched' }),
      stepOf({ kind: 'role', name: 'gone' }, [], { want: 'absent' }),
      stepOf({ kind: 'dataset', name: 'segments' }, [], { want: 'unmanaged' }),
      stepOf({ kind: 'role', name: 'other' }, [differs('role.to-delete')], { action: 'delete' }),
      stepOf({ kind: 'role', name: 'same' }, []),
    );
    expect(planLines(plan)).toEqual([
      '~ role/segmentReverseEtl: to be updated',
      '      permission bigquery.jobs.create: absent → present',
      '+ dataset/__segment_reverse_etl: to be created',
      '      field: live → desired (adoption)',
      `= dataset/${PROJECT}.shop: 1 surplus`,
      '      entry OWNER: present → absent (surplus: kept without prune: true)',
      '~ credential/segment-reverse-etl: to be updated',
      '      field: live → desired (renewal)',
      '      field: live → desired (cleanup)',
      `? project-policy/${PROJECT}: could not be read: access denied`,
      `= datasets/${PROJECT}: 3 datasets searched`,
      '= role/gone: nothing to remove',
      '= dataset/segments: not managed',
      '- role/other: to be deleted',
      '      field: live → desired',
      '= role/same: in sync',
    ]);
  });

  test('plan: surplus with prune → says that it is removed', () => {
    const surplus = differs('source-dataset.access-surplus', { ...entry, kind: 'surplus' });
    expect(planLines({ steps: [stepOf(SHOP, [surplus])], prune: true })).toEqual([
      `~ dataset/${PROJECT}.shop: to be updated`,
      '      entry OWNER: present → absent (surplus, pruned)',
    ]);
  });

  test('done: deeds and notices → one line for all deeds, one per notice', () => {
    const done = { step: stepOf(ROLE, []), deeds: ['restored', 'updated'] as const };
    expect(doneLines({ ...done, notices: [noticeOf('note', 'it took a while')] })).toEqual([
      '✓ role/segmentReverseEtl: restored, updated',
      '      it took a while',
    ]);
  });

  test('digest: all read → the digest; something unread → why there is none', () => {
    expect(digestLine(planOf(stepOf(ROLE, [])), {})).toMatch(/^Plan digest: [0-9a-f]{64}$/);
    const unread = planOf(stepOf(ROLE, [], { action: 'unknown' }), stepOf(POLICY, [], { action: 'unknown' }));
    expect(digestLine(unread, {})).toBe(
      `No plan digest: role/segmentReverseEtl, project-policy/${PROJECT} could not be read.`,
    );
  });
});
