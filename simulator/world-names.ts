/** Names in the worlds that simulators begin with. */

/** The target: empty, but for its owner and what lets the provisioner work. */
export const PROJECT = 'acme-analytics';
/** Where the workflow's own identities live. */
export const CI_PROJECT = 'acme-ci';
export const ORGANIZATION = 'organizations/123456789012';
export const REPOSITORY = 'acme/warehouse';
export const OWNER = 'user:owner@acme.example';

export const PROVISIONER = `provisioner@${CI_PROJECT}.iam.gserviceaccount.com`;
export const READER = `reader@${CI_PROJECT}.iam.gserviceaccount.com`;

/** None of the three ever ends. */
export const OWNER_TOKEN = 'ya29.simulator-owner-token';
export const RUNNER_TOKEN = 'simulator-runner-token';
export const GITHUB_TOKEN = 'github_pat_simulator_may_write_secrets';
