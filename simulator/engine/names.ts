/** What every scenario is called by: the names that the simulator prints when it is ready. */

/** The project to set up: empty by default. */
export const TARGET_PROJECT = 'acme-analytics';
/** The project that the workflow's identities belong to. */
export const CI_PROJECT = 'acme-ci';
/** The project that people name to have their requests counted in: their quota project, in which every API is on. */
export const QUOTA_PROJECT = 'acme-billing';
/** The project that the owner's token counts against: gcloud's own, in which every API is on. */
export const TOOLS_PROJECT_NUMBER = '32555940559';
export const PROVISIONER = `provisioner@${CI_PROJECT}.iam.gserviceaccount.com`;
export const READER = `reader@${CI_PROJECT}.iam.gserviceaccount.com`;
/** Tries models as Segment's account: it may act as that, and nothing else. */
export const TESTER = `tester@${CI_PROJECT}.iam.gserviceaccount.com`;
export const ORGANIZATION = 'acme';
/** Where the workflow runs. */
export const REPOSITORY = `${ORGANIZATION}/data-platform`;
/** Who issues the tokens of jobs. */
export const ISSUER = 'https://token.actions.githubusercontent.com';
export const TOKENS = {
  owner: 'sim-owner-token-5f2c9d7a1b3e4860',
  runner: 'sim-runner-token-8c41aa07d2e95b36',
} as const;
