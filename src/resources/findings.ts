import { deliveryFindings } from '../destinations/findings.ts';
import type { Finding, FindingCode } from '../engine/finding.ts';
import { accountPolicyFindings } from './account-policy/findings.ts';
import { keyFindings } from './credential/findings.ts';
import { generalFindings } from './general-findings.ts';
import { projectPolicyFindings } from './project-policy/findings.ts';
import { roleFindings } from './role/findings.ts';
import { accountFindings } from './service-account/findings.ts';
import { sourceDatasetFindings } from './source-dataset/findings.ts';
import { stateDatasetFindings } from './state-dataset/findings.ts';

/** One row for every code: what is missing here does not compile. */
export const findings: Record<FindingCode, Finding> = {
  ...roleFindings,
  ...accountFindings,
  ...accountPolicyFindings,
  ...projectPolicyFindings,
  ...stateDatasetFindings,
  ...sourceDatasetFindings,
  ...keyFindings,
  ...deliveryFindings,
  ...generalFindings,
};
