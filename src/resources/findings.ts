import type { Kind } from '../address.ts';
import { deliveryFindings, destinationReads } from '../destinations/findings.ts';
import type { Finding, FindingCode, Permission } from '../engine/finding.ts';
import { accountPolicyFindings, accountPolicyReads } from './account-policy/findings.ts';
import { keyFindings, keyReads } from './credential/findings.ts';
import { generalFindings } from './general-findings.ts';
import { projectPolicyFindings, projectPolicyReads } from './project-policy/findings.ts';
import { roleFindings, roleReads } from './role/findings.ts';
import { segmentModelFindings } from './segment-model/findings.ts';
import { segmentSourceFindings } from './segment-source/findings.ts';
import { accountFindings, accountReads } from './service-account/findings.ts';
import { sourceDatasetFindings, sourceDatasetReads } from './source-dataset/findings.ts';
import { stateDatasetFindings, stateDatasetReads } from './state-dataset/findings.ts';

type Rows = Readonly<Partial<Record<FindingCode, Finding>>>;

/** What can be found of each kind of thing. */
const findingsOf = {
  role: roleFindings,
  'service-account': accountFindings,
  'account-policy': accountPolicyFindings,
  'project-policy': projectPolicyFindings,
  dataset: { ...stateDatasetFindings, ...sourceDatasetFindings },
  credential: keyFindings,
  'segment-source': segmentSourceFindings,
  'segment-model': segmentModelFindings,
} satisfies Partial<Record<Kind, Rows>>;

/** One row for every code: what is missing here does not compile. */
export const findings: Record<FindingCode, Finding> = {
  ...gathered(findingsOf),
  ...deliveryFindings,
  ...generalFindings,
};

/** What reading everything takes: the reader's role. */
export const READ: readonly Permission[] = [
  ...destinationReads,
  ...roleReads,
  ...accountReads,
  ...accountPolicyReads,
  ...projectPolicyReads,
  ...keyReads,
  ...stateDatasetReads,
  ...sourceDatasetReads,
];

/** What can be found of this kind of thing, apart from what holds of anything. */
export function codesOf(kind: Kind): FindingCode[] {
  const rows: Partial<Record<Kind, Rows>> = findingsOf;
  return Object.keys(rows[kind] ?? {}) as FindingCode[];
}

type CodeIn<All> = All extends unknown ? keyof All : never;

function gathered<All extends Readonly<Record<string, Rows>>>(all: All): Record<CodeIn<All[keyof All]>, Finding> {
  return Object.assign({}, ...Object.values(all)) as Record<CodeIn<All[keyof All]>, Finding>;
}
