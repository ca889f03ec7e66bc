import type { Finding, FindingCode } from '../engine/finding.ts';
import { roleFindings } from './role/findings.ts';

/** One row for every code: what is missing here does not compile. */
export const findings: Record<FindingCode, Finding> = {
  ...roleFindings,
};
