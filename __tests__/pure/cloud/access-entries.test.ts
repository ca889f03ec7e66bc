import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  describeEntry,
  editEntries,
  foreignEntries,
  holderOf,
  isEntryOf,
  isLeftoverOf,
  isPlainReader,
  isPlainWriter,
} from '../../../src/cloud/google/access-entries.ts';
import type { EntryEdit } from '../../../src/cloud/google/access-entries.ts';
import type { AccessEntry } from '../../../src/cloud/google/datasets.ts';

const ME = 'segment-reverse-etl@acme.iam.gserviceaccount.com';
const LEFTOVER = `deleted:serviceAccount:${ME}?uid=123`;
const condition = { title: 'office hours', expression: 'request.time.getHours() < 18' };

const writer: AccessEntry = { role: 'WRITER', userByEmail: ME };
const reader: AccessEntry = { role: 'roles/bigquery.dataViewer', iamMember: `serviceAccount:${ME}` };
const conditional: AccessEntry = { ...writer, condition };
const leftover: AccessEntry = { role: 'WRITER', iamMember: LEFTOVER };
const theirs: AccessEntry = { role: 'WRITER', userByEmail: 'person@acme.example' };
const view: AccessEntry = { view: { projectId: 'p', datasetId: 'd', tableId: 'v' } };

describe('whose an entry is', () => {
  test.each([
    ['by e-mail', writer, true, false],
    ['by IAM member', reader, true, false],
    ['in other case', { ...writer, userByEmail: ME.toUpperCase() }, true, false],
    ['left over', leftover, false, true],
    ['left over, by e-mail', { role: 'READER', userByEmail: `deleted:${ME}?uid=1` }, false, true],
    ["somebody else's", theirs, false, false],
    ["left over, somebody else's", { iamMember: 'deleted:serviceAccount:x@y.z?uid=1' }, false, false],
    ['a view', view, false, false],
  ])('%s → ours %p, leftover %p', (_name, entry: AccessEntry, isOurs, isLeftover) => {
    expect(isEntryOf(entry, ME)).toBe(isOurs);
    expect(isLeftoverOf(entry, ME)).toBe(isLeftover);
  });
});

test.each([
  [writer, 'WRITER', { isPlainWriter: true, isPlainReader: false }],
  [reader, 'READER', { isPlainWriter: false, isPlainReader: true }],
  [conditional, 'WRITER if "office hours"', { isPlainWriter: false, isPlainReader: false }],
  [{ role: 'roles/x', userByEmail: ME }, 'roles/x', { isPlainWriter: false, isPlainReader: false }],
])('an entry %j → gives %s', (entry, spelled, plain) => {
  expect(describeEntry(entry)).toBe(spelled);
  expect({ isPlainWriter: isPlainWriter(entry), isPlainReader: isPlainReader(entry) }).toEqual(plain);
});

describe('editEntries', () => {
  test.each<[string, AccessEntry[] | undefined, EntryEdit, AccessEntry[]]>([
    ['nothing to do → as it was', [theirs, reader], {}, [theirs, reader]],
    ['grant, no list yet → our entry', undefined, { grant: 'WRITER' }, [writer]],
    ['grant, not held → at the end', [theirs], { grant: 'WRITER' }, [theirs, writer]],
    ['grant, held → not twice', [writer, theirs], { grant: 'WRITER' }, [writer, theirs]],
    ["grant, held in IAM's spelling → not twice", [reader], { grant: 'READER' }, [reader]],
    ['grant, held with a condition → a plain one besides', [conditional], { grant: 'WRITER' }, [conditional, writer]],
    ['grant, held only by a leftover → ours besides', [leftover], { grant: 'WRITER' }, [leftover, writer]],
    ['revoke → only what is named', [writer, conditional], { revoke: ['WRITER if "office hours"'] }, [writer]],
    ['revoke, the same role of others → stays', [theirs, writer], { revoke: ['WRITER'] }, [theirs]],
    ['revoke, the same role of a leftover → stays', [leftover, writer], { revoke: ['WRITER'] }, [leftover]],
    ['drop leftovers → only those named', [leftover, writer], { dropLeftovers: [LEFTOVER] }, [writer]],
    ['drop leftovers, another uid → stays', [leftover], { dropLeftovers: [`${LEFTOVER}4`] }, [leftover]],
    [
      'all at once',
      [leftover, reader, theirs],
      { dropLeftovers: [LEFTOVER], revoke: ['READER'], grant: 'WRITER' },
      [theirs, writer],
    ],
  ])('%s', (_name, access, edit, expected) => {
    expect(editEntries(access, ME, edit)).toEqual(expected);
  });

  test('any list → entries of others stay as they are, in their order; a second edit changes nothing', () => {
    const entry = fc.constantFrom(writer, reader, conditional, leftover, theirs, view, { domain: 'acme.example' });
    const edit = fc.record({
      revoke: fc.subarray(['READER', 'WRITER if "office hours"']),
      dropLeftovers: fc.subarray([LEFTOVER]),
      grant: fc.constantFrom('WRITER' as const, undefined),
    });
    const foreign = (entries: readonly AccessEntry[]): AccessEntry[] =>
      entries.filter((one) => !isEntryOf(one, ME) && !isLeftoverOf(one, ME));
    fc.assert(
      fc.property(fc.array(entry), edit, (before, wanted) => {
        const after = editEntries(before, ME, wanted);
        expect(foreign(after)).toEqual(foreign(before));
        expect(editEntries(after, ME, wanted)).toEqual(after);
      }),
    );
  });
});

describe('foreignEntries', () => {
  const owners: AccessEntry = { role: 'OWNER', specialGroup: 'projectOwners' };
  const everybody: AccessEntry = { role: 'READER', specialGroup: 'allAuthenticatedUsers' };
  const runner: AccessEntry = { role: 'OWNER', userByEmail: 'provisioner@ci.iam.gserviceaccount.com' };
  const federated: AccessEntry = { role: 'OWNER', iamMember: 'principal://iam.googleapis.com/pool/subject/repo' };
  const access = [writer, leftover, owners, everybody, runner, federated, theirs, view];

  test.each([
    ['unknown', undefined, [everybody, runner, federated, theirs, view]],
    [
      'a service account',
      'serviceAccount:provisioner@ci.iam.gserviceaccount.com',
      [everybody, federated, theirs, view],
    ],
    ['federated', 'principal://iam.googleapis.com/pool/subject/repo', [everybody, runner, theirs, view]],
  ])('running identity %s → all but ours, the project groups and its own', (_name, principal, expected) => {
    expect(foreignEntries({ access }, ME, principal)).toEqual(expected);
  });
});

test.each([
  [theirs, 'person@acme.example'],
  [{ groupByEmail: 'g@acme.example' }, 'g@acme.example'],
  [{ domain: 'acme.example' }, 'acme.example'],
  [{ specialGroup: 'projectOwners' }, 'projectOwners'],
  [leftover, LEFTOVER],
  [view, 'the view p.d.v'],
  [{ routine: { projectId: 'p', datasetId: 'd', routineId: 'r' } }, 'the routine p.d.r'],
  [{ dataset: { dataset: { projectId: 'p', datasetId: 'd' } } }, 'the dataset p.d'],
  [{}, 'an entry of an unknown kind'],
])('holderOf: %j → %s', (entry, expected) => {
  expect(holderOf(entry)).toBe(expected);
});
