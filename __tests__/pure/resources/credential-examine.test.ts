import { describe, expect, test } from '@jest/globals';
import type { Problem } from '../../../src/errors/diagnostic.ts';
import { sentence } from '../../../src/errors/diagnostic.ts';
import { ownership } from '../../../src/ownership/record.ts';
import type { CredentialDesign, CredentialLive } from '../../../src/resources/credential/design.ts';
import { examineCredential } from '../../../src/resources/credential/examine.ts';
import { keyFindings } from '../../../src/resources/credential/findings.ts';
import {
  A,
  B,
  C,
  DAYS,
  MINUTE,
  NOW,
  absent,
  byRecord,
  demands,
  design,
  ending,
  key,
  recorded,
  secret,
  seen,
  unreadable,
} from './key-chain.ts';
import { words } from './fixtures.ts';

type Design = Partial<CredentialDesign>;
const old = [B.slice(0, 12)];
const restoring: Design = { replacesAll: true };
const disabledAccount = { isAccountDisabled: true };
const adopted = { mark: 'adopted' } as const;

/** Each difference as `code change phase`, and what exempts it. */
const deeds = (asked: Design, live: CredentialLive | undefined): string[] =>
  examineCredential(design(asked), live).differences.map(({ code, change, phase, exempt }) =>
    [code, JSON.stringify(change).replaceAll(/([abc])\1{39}/g, '$1'), phase, ...(exempt ? [exempt] : [])].join(' '),
  );
const told = (asked: Design, live: CredentialLive): string[] =>
  examineCredential(design(asked), live).diagnostics.map((one) => `${one.severity} ${one.code}: ${sentence(one)}`);

const ISSUE = '{"issue":true,"into":["the secret"]} issue';

describe('credential, wanted present', () => {
  test.each<[string, Design, CredentialLive | undefined, string[]]>([
    ['not asked for', { want: 'unmanaged' }, undefined, []],
    ['valid and delivered', {}, seen(recorded(A), [key(A, 9)]), []],
    ['no account yet', {}, seen(undefined, [], [byRecord], { isAccountThere: false }), [`key.missing ${ISSUE}`]],
    ['never issued', {}, seen(ownership('created'), []), [`key.missing ${ISSUE}`]],
    ['deleted', {}, seen(recorded(A), []), [`key.invalid ${ISSUE}`]],
    ['disabled', {}, seen(recorded(A), [key(A, 9, { disabled: true })]), [`key.invalid ${ISSUE}`]],
    ['expired', {}, seen(recorded(A), [key(A, 9, { endsAt: NOW })]), [`key.invalid ${ISSUE}`]],
    ['not in its secret', {}, seen(recorded(A), [key(A, 9)], [absent]), [`key.undelivered ${ISSUE}`]],
    [
      'another one under way, in doubt',
      {},
      seen(recorded(A, { issuingBefore: [A] }), [key(A, 9), key(B, 5)], [unreadable]),
      [`key.in-doubt ${ISSUE}`],
    ],
    [
      'old',
      { demands: demands({ issuedAfter: NOW, wanted: 'new' }) },
      seen(recorded(A), [key(A, 9)]),
      [`key.due ${ISSUE}`],
    ],
    ['to be renewed in good time', {}, seen(recorded(A), [ending(A, 21, 30)]), [`key.due ${ISSUE} renewal`]],
    ['to be renewed, high time', {}, seen(recorded(A), [ending(A, 24, 30)]), [`key.due ${ISSUE}`]],
    [
      'delivered, not recorded',
      {},
      seen(ownership('created', { issuingBefore: [] }), [key(A, 5)], [secret(4, A)]),
      ['key.under-way {"record":"a"} issue'],
    ],
    [
      'announced, none issued, the one before is valid',
      {},
      seen(recorded(A, { issuingBefore: [A] }), [key(A, 9)]),
      ['key.under-way {"standDown":true} issue'],
    ],
    [
      'issued, reached nobody → the plan names the key that it disables',
      {},
      seen(ownership('created', { issuingBefore: [] }), [key(A, 5)]),
      ['key.under-way {"disable":"a","why":"under-way"} issue', `key.missing ${ISSUE}`],
    ],
  ])('%s', (_name, asked, live, expected) => {
    expect(deeds(asked, live)).toEqual(expected);
  });
});

test.each<[string, CredentialLive, RegExp]>([
  ['deleted', seen(recorded(A), []), /^key: deleted \(a{12}\) → valid and delivered$/],
  [
    'not in its secret',
    seen(recorded(A), [key(A, 9)], [absent]),
    /^key: not in .*, which is absent → valid and delivered$/,
  ],
  [
    'of somebody else',
    seen(recorded(A), [key(A, 9), key(C, 5)]),
    /^key c{12}: not ours: 5 minutes old, made by Google → absent$/,
  ],
])('credential: %s → in words', (_name, live, expected) => {
  expect(words(examineCredential(design(), live))).toEqual([expect.stringMatching(expected)]);
});

describe('credential: superseded keys', () => {
  const both = (age: number, more = {}): CredentialLive =>
    seen(recorded(A, { old }), [key(A, age), key(B, age + 60, more)]);
  const retire = 'key.superseded {"disable":"b","why":"superseded"} remove housekeeping';
  test.each<[string, number | undefined, CredentialLive, string[]]>([
    ['no overlap asked → stays', undefined, both(9999 * 1440), []],
    ['within the overlap → stays', 7 * DAYS, both(6 * 1440), []],
    ['overlap over → disabled', 7 * DAYS, both(7 * 1440), [retire]],
    ['overlap 0 → disabled at once', 0, both(0), [retire]],
    [
      'disabled → deleted',
      undefined,
      both(1, { disabled: true }),
      ['key.superseded {"delete":"b","why":"superseded"} remove housekeeping'],
    ],
    [
      'overlap over, but a new key is due → stays until that is delivered',
      7 * DAYS,
      seen(recorded(A, { old }), [key(A, 7 * 1440), key(B, 9 * 1440)], [absent]),
      [`key.undelivered ${ISSUE}`],
    ],
    [
      'overlap 0, a new key is due → it and the one in use are disabled after',
      0,
      seen(recorded(A, { old }), [key(A, 9), key(B, 99)], [absent]),
      [`key.undelivered ${ISSUE}`, retire, 'key.superseded {"disable":"a","why":"superseded"} remove housekeeping'],
    ],
    [
      'overlap 0, the one in use is disabled already → left to a later run',
      0,
      seen(recorded(A), [key(A, 9, { disabled: true })]),
      [`key.invalid ${ISSUE}`],
    ],
  ])('%s', (_name, overlap, live, expected) => {
    expect(deeds({ demands: demands({ overlap }) }, live)).toEqual(expected);
  });
});

describe('credential: keys of others', () => {
  const prune = 'key.foreign {"disable":"c","why":"foreign"}';
  test.each<[string, Design, CredentialLive, string[]]>([
    ['valid → surplus, disabled first', {}, seen(recorded(A), [key(A, 9), key(C, 5)]), [`${prune} remove`]],
    [
      'disabled → surplus, deleted',
      {},
      seen(recorded(A), [key(A, 9), key(C, 5, { disabled: true })]),
      ['key.foreign {"delete":"c","why":"foreign"} remove'],
    ],
    [
      'on an account to be adopted, in use → neither is drift',
      { adopt: true },
      seen(undefined, [key(C, 5)]),
      [`key.missing ${ISSUE} adoption`, `${prune} remove adoption`],
    ],
    [
      'on an account to be adopted, disabled → a key is missing all the same',
      { adopt: true },
      seen(undefined, [key(C, 5, { disabled: true })]),
      [`key.missing ${ISSUE}`, 'key.foreign {"delete":"c","why":"foreign"} remove adoption'],
    ],
    [
      'on an account that nobody adopts → a key is missing',
      {},
      seen(undefined, [key(C, 5)]),
      [`key.missing ${ISSUE}`, `${prune} remove adoption`],
    ],
  ])('%s', (_name, asked, live, expected) => {
    expect(deeds(asked, live)).toEqual(expected);
    const surplus = examineCredential(design(asked), live).differences.filter(({ kind }) => kind === 'surplus');
    expect(surplus).toMatchObject([
      { right: 'taken', edge: { from: { text: 'whoever has it' }, to: { text: 'retl' } } },
    ]);
  });
});

test('what differs of a key → in words: how old it is, who made it, what is wanted', () => {
  const words = (asked: Design, live: CredentialLive): string[] =>
    examineCredential(design(asked), live).differences.map(
      ({ field, live: found, desired }) => `${field}: ${found} → ${desired}`,
    );
  expect(words({}, seen(recorded(A), [key(A, 9), key(C, 2 * 1440)]))).toEqual([
    `key ${C.slice(0, 12)}: not ours: 2 days old, made by Google → absent`,
  ]);
  expect(words({ demands: demands({ lifetime: 30 * DAYS }) }, seen(recorded(A), [key(A, 60)]))).toEqual([
    `key: does not end by itself (${A.slice(0, 12)}) → ends after 30 days`,
  ]);
});

describe('credential of a disabled account that comes back (rotate with restore)', () => {
  const live = seen(recorded(A, { old }), [key(A, 9), key(B, 99), key(C, 5)], [byRecord], disabledAccount);
  const rotating = { ...restoring, demands: demands({ issuedAfter: NOW, wanted: 'issued by this run', overlap: 0 }) };
  test('our keys are deleted and those of others are surplus, before it is enabled; nothing is retired', () => {
    expect(deeds(rotating, live)).toEqual([
      'key.to-delete {"delete":"a","why":"before-enabling"} grant',
      'key.to-delete {"delete":"b","why":"before-enabling"} grant',
      `key.due ${ISSUE}`,
      'key.foreign {"disable":"c","why":"foreign"} grant',
    ]);
    expect(told(rotating, live)).toContainEqual(
      'warning key.others-revived: keys that are not ours work again once the account is enabled: cccccccccccc',
    );
    expect(told({ ...rotating, prune: true }, live).join()).not.toContain('others-revived');
  });
  test('the account is not disabled → as any rotation', () => {
    expect(deeds(rotating, { ...live, isAccountDisabled: false }).join()).not.toContain('before-enabling');
  });
});

describe('credential, wanted absent', () => {
  const keys = [key(A, 9), key(B, 99), key(C, 5)];
  const gone = (id: string): string => `key.to-delete {"delete":"${id}","why":"adopted"} remove`;
  test.each<[string, CredentialLive, string[]]>([
    ['of an account that we created → goes with it', seen(recorded(A, { old }), keys), []],
    [
      'of an adopted account → ours, and no others',
      seen(recorded(A, { old, ...adopted }), keys),
      [gone('a'), gone('b')],
    ],
    [
      'of an adopted account, newcomer that is surely ours',
      seen(ownership('adopted', { issuingBefore: [C] }), [key(A, 5), key(C, 9)]),
      [gone('a')],
    ],
    [
      'of an adopted account, newcomer in doubt → left',
      seen(ownership('adopted', { issuingBefore: [C] }), [key(A, 5), key(C, 9)], [unreadable]),
      [],
    ],
    ['of an account that is not ours', seen(undefined, keys), []],
    ['the account is gone', seen(undefined, [], [byRecord], { isAccountThere: false }), []],
  ])('%s', (_name, live, expected) => {
    expect(deeds({ want: 'absent' }, live)).toEqual(expected);
  });
});

describe('why no key can be issued', () => {
  const ten = Array.from({ length: 10 }, (_none, index) => key(String(index).repeat(40), index + 1));
  const first = ten[0]?.id ?? '';
  const due: Design = { demands: demands({ issuedAfter: NOW, wanted: 'new' }) };
  const problems = (asked: Design, live: CredentialLive): string =>
    told(asked, live)
      .filter((line) => line.startsWith('error '))
      .join('\n');

  test.each<[string, Design, CredentialLive, RegExp | undefined]>([
    [
      'ten keys',
      due,
      seen(recorded(first), ten),
      /key\.too-many: .*it has 10 keys already, and 10 is the most that Google allows: .*keys delete KEY --iam-account/,
    ],
    ['ten keys of others, on an account to be adopted', { adopt: true }, seen(undefined, ten), /key\.too-many: /],
    ['nine keys', due, seen(recorded(first), ten.slice(1)), undefined],
    [
      'ten keys, one of which the next run deletes',
      due,
      seen(
        recorded(first, { old: [ten[9]?.id ?? ''] }),
        ten.map((one, index) => (index === 9 ? { ...one, disabled: true } : one)),
      ),
      undefined,
    ],
    [
      'ten keys, ours go before the account is enabled',
      { ...due, ...restoring },
      seen(recorded(first), ten, [byRecord], disabledAccount),
      undefined,
    ],
    ['ten keys, none is due', {}, seen(recorded(first), ten), undefined],
  ])('%s', (_name, asked, live, expected) => {
    if (expected === undefined) expect(problems(asked, live)).toBe('');
    else expect(problems(asked, live)).toMatch(expected);
  });

  const create = 'iam.disableServiceAccountKeyCreation';
  const managed = 'iam.managed.disableServiceAccountKeyCreation';
  const upload = 'iam.disableServiceAccountKeyUpload';
  test.each<[string, CredentialDesign['way'], string[], string[], RegExp]>([
    [
      'creation',
      'create',
      [create],
      [],
      /forbids creating keys in p: iam\.disable\S+ is enforced.*set key_lifetime_days/,
    ],
    ['creation, managed', 'create', [managed], [], /gcloud org-policies set-policy.*policies\/iam\.managed/],
    ['creation, twice', 'create', [create, managed], [], /Creation and iam\.managed\.\S+ are enforced/],
    ['both ways', 'create', [managed], [upload], /other way \(upload\) is forbidden too, by iam\.disable\S+Upload/],
    [
      'upload',
      'upload',
      [upload],
      [],
      /forbids uploading keys.*Creation is not forbidden: leave key_lifetime_days out/,
    ],
  ])('the organization forbids %s', (_name, way, closed, otherClosed, expected) => {
    const live = seen(ownership('created'), [], [byRecord], { constraints: { closed, otherClosed } });
    expect(problems({ way }, live)).toMatch(expected);
    expect(problems({ way }, live)).toMatch(/roles\/orgpolicy\.policyAdmin on the organization/);
    for (const name of closed) expect(problems({ way }, live)).toContain(name);
    expect(problems({ way }, { ...live, owned: recorded(A), keys: [key(A, 9)] })).toBe('');
  });

  test('a destination that would refuse blocks only a run that issues', () => {
    const obstacle: Problem = {
      ...{ severity: 'error', code: 'destination.refuses' },
      ...{ attempted: 'deliver', because: 'no', remedy: 'ask' },
    };
    const live = seen(recorded(A), [key(A, 9)], [byRecord], { obstacles: [obstacle] });
    expect(examineCredential(design(), { ...live, keys: [] }).diagnostics).toEqual([obstacle]);
    expect(examineCredential(design(), live).diagnostics).toEqual([]);
    expect(examineCredential(design({ want: 'absent' }), { ...live, keys: [] }).diagnostics).toEqual([]);
  });
});

describe('what is to be known of the keys', () => {
  const overlapping: Design = { demands: demands({ overlap: 7 * DAYS }) };
  const replaced = seen(recorded(A, { old }), [key(A, 1440), key(B, 9 * 1440), key(C, 5)]);
  const policy = { origin: 'GOOGLE_PROVIDED' };
  test.each<[string, Design, CredentialLive, string | RegExp | undefined]>([
    ['nothing', {}, seen(recorded(A), [key(A, 9)]), undefined],
    [
      'superseded, no overlap asked',
      {},
      replaced,
      /key\.superseded: .*b still works \(9 days old, made by Google\)\. Once/,
    ],
    [
      'superseded, within the overlap',
      overlapping,
      replaced,
      /still works .*and stops on 2026-11-29\. Put the new key/,
    ],
    [
      'superseded, overlap over, but a new key is due',
      overlapping,
      seen(recorded(A, { old }), [key(A, 8 * 1440), key(B, 9 * 1440)], [absent]),
      /still works .* until a new key is delivered/,
    ],
    ['superseded and due', overlapping, seen(recorded(A, { old }), [key(A, 8 * 1440), key(B, 9 * 1440)]), undefined],
    ['superseded and disabled', {}, seen(recorded(A, { old }), [key(A, 1), key(B, 9, { disabled: true })]), undefined],
    ['in use: the delivered one', { inUse: A }, seen(recorded(A), [key(A, 9)]), undefined],
    [
      'in use: deleted',
      { inUse: B },
      seen(recorded(A), [key(A, 9)]),
      /key\.in-use-invalid: .*was deleted: .*no longer valid/,
    ],
    [
      'in use: disabled',
      { inUse: B },
      seen(recorded(A, { old }), [key(A, 9), key(B, 99, { disabled: true })]),
      /key\.in-use-invalid: .*is disabled: it is no longer valid/,
    ],
    [
      'in use: somebody else’s',
      { inUse: C },
      seen(recorded(A), [key(A, 9), key(C, 5)]),
      /key\.in-use-unknown: .*did not deliver/,
    ],
    [
      'in use: replaced',
      { inUse: B, ...overlapping },
      replaced,
      /key\.in-use-replaced: .*works until 2026-11-29: its consumer/,
    ],
    ['in use: replaced, for ever', { inUse: B }, replaced, /key\.in-use-replaced: .*works until somebody deletes it/],
    [
      'ends, asked, at 19 of 30 days',
      { demands: demands({ lifetime: 30 * DAYS }) },
      seen(recorded(A), [ending(A, 19, 30)]),
      undefined,
    ],
    [
      'ends, asked, at 21 of 30 days',
      { demands: demands({ lifetime: 30 * DAYS }) },
      seen(recorded(A), [ending(A, 21, 30)]),
      /key\.ends: .*expires on 2026-12-02: Segment stops then\. Mode apply renews it\./,
    ],
    [
      'ends by policy, young',
      {},
      seen(recorded(A), [ending(A, 1, 30, policy)]),
      /by the organization policy on the expiry of keys.*Mode apply renews it from 2026-12-1\d on/,
    ],
    ['has ended', {}, seen(recorded(A), [ending(A, 31, 30, policy)]), undefined],
    [
      'replaced faster than retired',
      { demands: demands({ issuedAfter: NOW - 7 * DAYS, overlap: 14 * DAYS }) },
      seen(recorded(A), [key(A, 9)]),
      /key\.kept-too-long: key_overlap_days is not below key_max_age_days/,
    ],
    [
      'mode rotate says nothing of the pace',
      { demands: demands({ issuedAfter: NOW, overlap: 14 * DAYS, rotates: true }) },
      seen(recorded(A), [key(A, 0)]),
      undefined,
    ],
    [
      'destroy, nowhere to look',
      { want: 'absent' },
      seen(recorded(A), [key(A, 9)]),
      /key\.dies: the key aaaaaaaaaaaa becomes invalid/,
    ],
    ['destroy, destination read', { want: 'absent' }, seen(recorded(A), [key(A, 9)], [secret(5, A)]), undefined],
    ['destroy, not ours', { want: 'absent' }, seen(undefined, [key(A, 9)]), undefined],
  ])('%s', (_name, asked, live, expected) => {
    const lines = told(asked, live);
    if (expected === undefined) expect(lines).toEqual([]);
    else expect(lines).toContainEqual(expect.stringMatching(expected));
    expect(lines.every((line) => line.startsWith('warning '))).toBe(true);
  });
});

test('the id of the key is known only while a valid one is delivered', () => {
  const outputs = (live: CredentialLive): unknown => examineCredential(design(), live).outputs;
  expect(outputs(seen(recorded(A), [key(A, 9)]))).toEqual({ key_id: A });
  expect(outputs(seen(recorded(A), [key(A, 9)], [absent]))).toEqual({ key_id: '' });
  expect(outputs(seen(recorded(A), [key(A, 2 * MINUTE)]))).toEqual({ key_id: A });
});

test('whatever needs a new key needs the permissions to issue and to record it', () => {
  for (const code of ['key.missing', 'key.invalid', 'key.undelivered', 'key.in-doubt', 'key.due'] as const)
    expect(keyFindings[code].needs).toEqual(['iam.serviceAccountKeys.create', 'iam.serviceAccounts.update']);
});
