import { describe, expect, test } from '@jest/globals';
import MarkdownIt from 'markdown-it';
import { offlineReport, revocationReport } from '../../../src/report/uncompared.ts';
import type { RunReport } from '../../../src/report/run-report.ts';
import { renderFailure, renderSummary } from '../../../src/report/summary.ts';
import { ACCOUNT, KEY, POLICY, PROJECT, ROLE, STATE, differs, planOf, stepOf } from '../verify/plan-of.ts';
import { EMAIL, noticeOf, outcomeOf, problemOf, proofOf, reportOf, verdictOf, verified } from './report-of.ts';

const missing = differs('role.permission-missing', {
  ...{ field: 'permission a.b.c', live: 'absent', desired: 'present', kind: 'missing' },
});
const surplus = differs('project-role.surplus', { field: 'role roles/editor', kind: 'surplus' });
const adopted = differs('state-dataset.unmarked', { field: 'owner', exempt: 'adoption' });
const headings = (markdown: string): string[] =>
  [...markdown.matchAll(/^(?:#+ (.*)|<details><summary>(.*)<\/summary>)$/gm)].map(
    ([, one, other]) => one ?? other ?? '',
  );
/** What is folded, by its bold lines. */
const titlesIn = (markdown: string): string[] =>
  [...(markdown.split('<details><summary>Details').at(-1) ?? '').matchAll(/^\*\*(.*)\*\*$/gm)].map(
    ([, title]) => title ?? '',
  );
const rowsOf = (markdown: string): string[] => markdown.split('\n').filter((line) => /^\| [^-RSTW]/.test(line));
const node = { text: 'segment-reverse-etl', shape: 'account' } as const;
const edge = { from: { text: 'Segment', shape: 'actor' }, to: node, label: 'key' } as const;

const everything: Partial<RunReport> = {
  plan: planOf(
    stepOf(POLICY, [surplus]),
    stepOf(ROLE, [missing], { problems: [problemOf('use the role')] }),
    stepOf(STATE, [adopted], { notices: [noticeOf('note', 'it was restored', { subject: STATE })] }),
    stepOf(KEY, [], { picture: { edges: [edge] }, notices: [noticeOf('unseen', 'the secret', { subject: KEY })] }),
    stepOf(ACCOUNT, [], { action: 'unknown' }),
  ),
  verification: verified(proofOf('mint a token'), proofOf('run a query', { outcome: 'fails', words: 'Denied.' })),
  diagnostics: [noticeOf('warning', 'rows may be left out')],
  verdict: verdictOf({ fails: true, result: 'drift', headline: 'Drift: 1 missing.' }),
};

describe('the job summary', () => {
  test('everything there is to say → the verdict first, each thing under its heading, the least at the end', () => {
    const summary = renderSummary(reportOf(everything));
    expect(headings(summary)).toEqual([
      `❌ Segment Reverse ETL on BigQuery: check of acme-analytics`,
      'Blocking problems',
      'What differs',
      'Who can do what',
      'Access verification',
      'Warnings',
      'Details',
    ]);
    const folded = [
      '2 access checks as the service account, by impersonation: 1 passed',
      '1 resource without differences',
    ];
    expect(titlesIn(summary)).toEqual([...folded, 'Notes', 'Not checked']);
    expect(summary).toMatch(/^## .*\n\n\*\*Drift: 1 missing\.\*\*\n/);
    expect(summary).toContain('the secret');
    expect(summary).not.toContain('Plan digest');
  });

  test('differences: unread, missing, surplus, no drift → in this order, each with its sign', () => {
    const rows = rowsOf(renderSummary(reportOf(everything))).slice(0, 4);
    expect(rows.map((row) => /^\| ([^|]*) \|/.exec(row)?.[1])).toEqual([
      '❔\u00A0could not be read',
      '🔴\u00A0missing',
      '🟣\u00A0surplus',
      '⚪\u00A0adoption',
    ]);
  });

  test('after apply → outcomes instead, and what was kept', () => {
    const [role, policy] = [stepOf(ROLE, [missing]), stepOf(POLICY, [surplus])];
    const summary = renderSummary(
      reportOf({
        mode: 'apply',
        plan: planOf(role, policy),
        outcomes: [outcomeOf(role, 'updated'), outcomeOf(policy, 'unchanged')],
      }),
    );
    expect(headings(summary)).toContain('What was done');
    expect(rowsOf(summary)[0]).toMatch(/^\| ✅\u00A0updated \|/);
    expect(rowsOf(summary)[1]).toMatch(/^\| 🟣\u00A0kept \(surplus\) \|/);
  });

  test('nothing differs → no table and no warning, what is in sync folded, the digest', () => {
    const plan = planOf(stepOf(ROLE, []), stepOf(POLICY, [], { remark: 'fine' }));
    const summary = renderSummary(reportOf({ plan, verification: verified(proofOf('mint a token')) }));
    expect(headings(summary)).toEqual([expect.stringMatching(/^✅/), 'Details']);
    expect(titlesIn(summary)).toContain('2 resources without differences');
    expect(summary).toMatch(/Plan digest: <code>[0-9a-f]{64}<\/code>\n\n<\/details>\n$/);
  });

  test('nothing differs, and nothing was verified → no green tick', () => {
    const verification = { isVerified: false, why: 'no key', proofs: [] } as const;
    const icon = (more: Partial<RunReport>): string => renderSummary(reportOf(more)).split(' ')[1] ?? '';
    expect(icon({ verification })).toBe('⚪');
    expect(icon({ mode: 'apply', verification: undefined })).toBe('⚪');
    expect(icon({ mode: 'plan' })).toBe('✅');
  });

  test('a plan with something to do → its digest in a block that can be copied, and what it is for', () => {
    const plan = planOf(stepOf(ROLE, [missing]));
    const summary = renderSummary(reportOf({ mode: 'plan', plan }));
    expect(summary).toMatch(/expected_plan`:\n\n```text\n[0-9a-f]{64}\n```\n/);
    expect(renderSummary(reportOf({ mode: 'check', plan }))).not.toContain('```text');
  });

  test('a first plan that was carried out → done, and no draft any more', () => {
    const plan = planOf(stepOf(ACCOUNT, [missing], { action: 'create' }));
    const outcomes = plan.steps.map((step) => outcomeOf(step, 'created'));
    const verdict = { ...verdictOf({ result: 'changed' }, planOf()) };
    const icon = (more: Partial<RunReport>): string =>
      renderSummary(reportOf({ mode: 'apply', plan, outcomes, verdict, ...more })).split(' ')[1] ?? '';
    expect(icon({ verification: verified(proofOf('x')) })).toBe('✅');
    expect(icon({})).toBe('⚪');
  });

  test('a first plan → what would be added, without a sign of harm, and the picture folded', () => {
    const plan = planOf(stepOf(ACCOUNT, [missing], { action: 'create', picture: { edges: [edge] } }));
    const summary = renderSummary(reportOf({ mode: 'plan', plan, verdict: verdictOf({ result: 'drift' }, plan) }));
    expect(headings(summary)).toEqual([expect.stringMatching(/^📝/), 'Details']);
    expect(rowsOf(summary)[0]).toMatch(/^\| `service-account\/segment-reverse-etl` \| permission a\.b\.c: present \|$/);
    expect(summary.indexOf('```mermaid')).toBeGreaterThan(summary.indexOf('<details>'));
  });

  test('a new key → what to type into Segment; when the step fails → nothing', () => {
    const issued: Partial<RunReport> = {
      mode: 'apply',
      plan: planOf(stepOf(STATE, [], { outputs: { location: 'EU' } })),
      issuedKeyId: '0123',
      destinations: ['the output key'],
    };
    const summary = renderSummary(reportOf(issued));
    expect(summary).toContain('### For Segment');
    for (const words of [`\`${EMAIL}\``, '| Data Location | EU |', '| Credentials | the output key |'])
      expect(summary).toContain(words);
    expect(renderSummary(reportOf({ ...issued, verdict: verdictOf({ fails: true }) }))).not.toContain('For Segment');
  });

  test("the account's e-mail → shortened in tables, whole for Segment", () => {
    const difference = differs('state-dataset.access-missing', { field: `access of ${EMAIL}` });
    expect(renderSummary(reportOf({ plan: planOf(stepOf(STATE, [difference])) }))).toContain(
      'access of segment-reverse-etl@…',
    );
  });

  test('hostile text → stays text, in a table whose rows keep their cells', () => {
    const evil = 'a|b`c<img src=x onerror=alert(1)>[x](http://x)\\';
    const difference = differs('project-role.conditional', { field: evil, live: evil, desired: evil });
    const html = new MarkdownIt({ html: true }).render(
      renderSummary(reportOf({ plan: planOf(stepOf(POLICY, [difference])) })),
    );
    expect(html).not.toMatch(/<img|<a /);
    expect(html.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"')).toContain(evil);
    const cells = [...html.matchAll(/<tr>([\s\S]*?)<\/tr>/g)].map(([, row]) => (row?.match(/<t[hd]>/g) ?? []).length);
    expect(new Set(cells)).toEqual(new Set([4]));
  });

  test('30 differences → 25 open, the rest folded', () => {
    const many = Array.from({ length: 30 }, (_none, index) => differs('role.disabled', { field: String(index) }));
    const summary = renderSummary(reportOf({ plan: planOf(stepOf(ROLE, many)) }));
    expect(headings(summary)).toContain('5 more');
    expect(rowsOf(summary).filter((row) => row.includes('🟠'))).toHaveLength(30);
  });

  test('nothing verified → says so', () => {
    const verification = { isVerified: false, why: 'no key', proofs: [] } as const;
    expect(renderSummary(reportOf({ verification }))).toContain('### Access verification\n\nAccess not verified');
  });

  test('all claims hold → folded', () => {
    const summary = renderSummary(reportOf({ verification: verified(proofOf('mint a token')) }));
    expect(titlesIn(summary)).toContain('1 access check as the service account, by impersonation: all passed');
  });
});

describe('the summary of a run that compares nothing', () => {
  test('offline → why, and what the inputs ask for', () => {
    const summary = renderSummary(offlineReport(reportOf(), 'a pull request from a fork'));
    expect(headings(summary)).toEqual([expect.stringMatching(/^⚪/), 'Next steps', 'Inputs']);
    expect(summary).toContain('GitHub gives a pull request from a fork neither an identity nor secrets');
    expect(summary).toContain('| `project_id` | acme-analytics |');
    expect(renderSummary(offlineReport(reportOf({ mode: 'apply' }), 'Dependabot'))).toMatch(/^## ❌/);
  });

  test('revoke → what was done, warnings, the ways back', () => {
    const notices = [noticeOf('warning', 'nothing was recorded')];
    const summary = renderSummary(revocationReport(reportOf({ mode: 'revoke' }), { wasRevoked: false, notices }));
    expect(headings(summary)).toEqual([expect.stringMatching(/^🛑/), 'Warnings', 'Next steps']);
    expect(summary).toContain('enables the account, and delivers a new key');
  });

  test('a failure before there was a report → each problem once', () => {
    const problem = problemOf('sign in');
    expect(renderFailure([problem, problem], { workflowFile: undefined, runUrl: undefined })).toBe(
      '## ❌ Segment Reverse ETL on BigQuery\n\n### Blocking problems\n\n' +
        '- Could not sign in: somebody else may rely on it. Set adopt: true. ' +
        '<a href="https&#58;//github.com/OWNER/segment&#45;reverse&#45;etl&#45;bigquery/blob/v0.1.0/docs/troubleshooting.md&#35;owner.unmarked">Help</a>\n',
    );
  });

  test('names the project that it is about', () => {
    expect(renderSummary(reportOf())).toContain(PROJECT);
  });
});
