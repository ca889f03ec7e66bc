/** What the action makes in the simulator's project, and where that is. */
export const PROJECT = 'acme-analytics';
export const EMAIL = `segment-reverse-etl@${PROJECT}.iam.gserviceaccount.com`;
export const MEMBER = `serviceAccount:${EMAIL}`;
export const ROLE = `projects/${PROJECT}/roles/segmentReverseEtl`;
export const ACCOUNT_PATH = `/v1/projects/${PROJECT}/serviceAccounts/${EMAIL}`;
export const DATASETS_PATH = `/bigquery/v2/projects/${PROJECT}/datasets`;
export const STATE_DATASET = '__segment_reverse_etl';
export const DATASET_PATH = `${DATASETS_PATH}/${STATE_DATASET}`;
export const POLICY_PATH = `/v1/projects/${PROJECT}`;
export const SECRETS_PATH = '/repos/acme/data-platform/actions';
/** Segment's own id of BigQuery in its catalog of sources. */
export const BIGQUERY_METADATA = '78PbvP2yv8';
