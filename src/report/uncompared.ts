import type { Drift } from '../engine/drift.ts';
import { sentence } from '../errors/diagnostic.ts';
import type { Notice, Problem } from '../errors/diagnostic.ts';
import { modes } from '../inputs/modes.ts';
import type { ModelsReport } from '../models/model.ts';
import { concludeModels } from './models-verdict.ts';
import type { Asked, RunReport, Verdict } from './run-report.ts';

/** The reports of runs that compare nothing: of `revoke`, and of runs to which GitHub gives no identity. Pure. */

const UNKNOWN: Drift = { missing: 0, changed: 0, surplus: 0, unknown: true };

/** @param who - whom GitHub gives no identity: `a pull request from a fork` */
export function offlineReport(asked: Asked, who: string, models?: ModelsReport): RunReport {
  const { mode, reporting } = asked;
  if (models !== undefined && !modes[mode].compares) {
    const verdict = concludeModels(models, reporting.modelsFailOn, { problems: [], verification: undefined });
    const headline = `${verdict.headline} GitHub gives ${who} neither an identity nor secrets, so nobody was asked.`;
    return { ...uncompared(asked, { ...verdict, headline }, []), models };
  }
  const why = `GitHub gives ${who} neither an identity nor secrets, so nothing in Google Cloud was read.`;
  const verdict: Verdict = modes[mode].writes
    ? {
        ...{ result: 'failed', drift: UNKNOWN, fails: true },
        headline: `Could not ${mode}: ${why}`,
        next: [`Run mode ${mode} on the default branch instead.`],
      }
    : {
        ...{ result: 'unchanged', drift: UNKNOWN, fails: false },
        headline: `Not compared: ${why}`,
        next: ['The inputs are well-formed. Nothing else was checked, so this says nothing about drift.'],
      };
  return { ...uncompared(asked, verdict, []), models };
}

/** How a revocation went. */
export interface RevocationFacts {
  /** Whether the account was revoked already. */
  readonly wasRevoked: boolean;
  readonly notices: readonly Notice[];
}

export function revocationReport(asked: Asked, { wasRevoked, notices }: RevocationFacts): RunReport {
  const verdict: Verdict = {
    result: wasRevoked ? 'unchanged' : 'changed',
    drift: UNKNOWN,
    fails: false,
    headline: `Revoked: ${asked.target.names.email} is disabled; its keys and tokens are rejected.`,
    next: [
      'Segment cannot read any more. The state dataset is untouched, so syncs resume where they stopped.',
      'If a key leaked: mode rotate with restore: true deletes the old keys, enables the account, and delivers a new key.',
      'If it was a false alarm: mode apply with restore: true enables the account; its old keys and tokens work again.',
      'Until then every apply fails and changes nothing.',
    ],
  };
  return uncompared(asked, verdict, notices);
}

/** What went wrong before there was anything to report. */
export function failedReport(asked: Asked, problems: readonly Problem[]): RunReport {
  const headline = problems.map(sentence)[0] ?? `Could not ${asked.mode}.`;
  const verdict: Verdict = { ...{ result: 'failed', drift: UNKNOWN, fails: true, next: [] }, headline };
  return uncompared(asked, verdict, problems);
}

function uncompared(asked: Asked, verdict: Verdict, diagnostics: RunReport['diagnostics']): RunReport {
  return {
    ...asked,
    ...{ plan: undefined, outcomes: [], verification: undefined, models: undefined },
    ...{ diagnostics, verdict, issuedKeyId: undefined, destinations: [] },
  };
}
