// The reusable workflows, made of the same rows as action.yml: whoever calls one gives the inputs of the action by the same
// names. Pure: `npm run docs` writes what this returns.
import { stringify } from 'yaml';
import { inputGroups, rowsOf } from '../src/inputs/schema.ts';

const rows = rowsOf(inputGroups);
/** The same commits as in examples/; a test compares them. */
const CHECKOUT = 'actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1';
const APP_TOKEN = 'actions/create-github-app-token@bcd2ba49218906704ab6c1aa796996da409d3eb1 # v3.2.0';
/** GitHub keeps names that begin with GITHUB_ for itself. */
const SECRET_NAMES = { github_token: 'delivery_token' };
/** Secret of a repository or an environment, as in examples/. */
const APP_KEY = 'SECRETS_APP_PRIVATE_KEY';
const DELIVERY = 'key_delivery';
/** What tells of many targets, each with a delivery of its own. */
const FILE = 'config_file';
/** Whoever calls names one of these as the job's environment. */
const ENVIRONMENT = {
  description: 'Environment of the job, which the binding in Google Cloud names.',
  type: 'string',
};

/** What only a run that applies or compares by key needs. */
const OF_WRITERS = ['expected_plan', 'patience_minutes', 'github_token'];
const OF_COMMENTS = ['comment', 'comment_token'];
const OF_CHECKS = ['fail_on', 'verify', 'credentials_json'];

/** Name of the file → what it is. */
const WORKFLOWS = {
  plan: {
    title: 'Comments on a pull request what apply would do.',
    mode: 'plan',
    without: [...OF_WRITERS, ...OF_CHECKS, 'comment_token', 'restore'],
    permissions: { 'pull-requests': 'write # to comment' },
    condition:
      "github.event_name != 'pull_request' || github.event.pull_request.head.repo.full_name == github.repository",
    group: 'segment-plan-${{ github.event.pull_request.number || github.ref }}-${{ inputs.project_id }}',
    isCancelled: true,
  },
  check: {
    title: 'Fails on drift, on missing access, or when the key is about to expire. Changes nothing.',
    mode: 'check',
    without: [...OF_COMMENTS, ...OF_WRITERS.filter((name) => name !== 'patience_minutes'), 'restore'],
    permissions: {},
    group: 'segment-check-${{ inputs.project_id }}',
    isCancelled: false,
  },
  keep: {
    title: 'Keeps everything as it is asked for: applies, and replaces a key that is due.',
    mode: 'apply',
    without: [...OF_COMMENTS, 'fail_on', 'restore'],
    permissions: {},
    environment: { ...ENVIRONMENT, default: 'segment-rotation' },
    hasApp: true,
    // One group for all runs that write.
    group: 'segment-reverse-etl',
    isCancelled: false,
  },
  models: {
    title: 'Tries the models of a pull request as Segment would run them.',
    mode: 'models',
    without: [...OF_WRITERS, 'fail_on', 'verify', 'comment_token', 'restore'],
    permissions: { 'pull-requests': 'write # to comment' },
    environment: { ...ENVIRONMENT, default: 'segment-models' },
    condition:
      "github.event_name != 'pull_request' || github.event.pull_request.head.repo.full_name == github.repository",
    group: 'segment-models-${{ github.event.pull_request.number || github.ref }}-${{ inputs.project_id }}',
    isCancelled: true,
  },
};

const OUTPUTS = ['result', 'drift', 'plan_digest', 'key_id', 'models_errors'];

/** Path → text. */
export function reusableWorkflows() {
  return Object.fromEntries(
    Object.entries(WORKFLOWS).map(([name, workflow]) => [
      `.github/workflows/${name}.yml`,
      textOf(name, { hasApp: false, ...workflow }),
    ]),
  );
}

function textOf(name, workflow) {
  const taken = rows.filter(({ input }) => input !== 'mode' && !workflow.without.includes(input));
  const document = {
    name: `Segment ${name}`,
    on: {
      workflow_call: {
        inputs: inputsOf(taken, workflow),
        secrets: secretsOf(taken, workflow),
        outputs: outputsOf(name),
      },
    },
    permissions: {},
    jobs: { [name]: jobOf(taken, workflow) },
  };
  const comment = [
    `# ${workflow.title}`,
    '# To be called from a workflow of yours: see docs/reusable-workflows.md.',
    '# Written by npm run docs from scripts/reusable.mjs and src/inputs: edit those.',
  ];
  return `${comment.join('\n')}\n${withComments(stringify(document, { lineWidth: 0, singleQuote: true }))}`;
}

function inputsOf(taken, { environment, hasApp }) {
  const given = taken.filter(({ secret }) => secret === undefined).map((row) => [row.input, inputOf(row, hasApp)]);
  return {
    ...Object.fromEntries(given),
    ...(environment === undefined ? {} : { environment }),
    runs_on: { description: 'Label of the runner.', type: 'string', default: 'ubuntu-latest' },
  };
}

/** Numbers too are given as text, and none is required: what is missing, the action says best. */
function inputOf({ input, kind, description, default: standard = '' }, isKeeping) {
  if (kind.json.type === 'boolean') return { description, type: 'boolean', default: standard === 'true' };
  return { description, type: 'string', default: isKeeping && input === DELIVERY ? '' : standard };
}

function secretsOf(taken, { hasApp }) {
  const secrets = taken
    .filter(({ secret, default: standard }) => secret !== undefined && standard === undefined)
    .map(({ input, description }) => [secretName(input), { description, required: false }]);
  if (hasApp)
    secrets.push([
      APP_KEY,
      {
        description:
          'For `github-secret`: private key of the GitHub App of the variable SECRETS_APP_CLIENT_ID, which may write secrets and variables. If the environment of the job has one of that name, it is used.',
        required: false,
      },
    ]);
  return Object.fromEntries(secrets);
}

function outputsOf(name) {
  return Object.fromEntries(
    OUTPUTS.map((output) => [
      output,
      { description: `The output ${output} of the action.`, value: `\${{ jobs.${name}.outputs.${output} }}` },
    ]),
  );
}

function jobOf(taken, { mode, permissions, environment, hasApp, condition, group, isCancelled }) {
  const app = {
    if: "vars.SECRETS_APP_CLIENT_ID != ''",
    id: 'app',
    uses: APP_TOKEN,
    with: {
      'client-id': '${{ vars.SECRETS_APP_CLIENT_ID }}',
      'private-key': `\${{ secrets.${APP_KEY} }}`,
      'permission-secrets': 'write',
      'permission-actions-variables': 'write',
    },
  };
  return {
    ...(condition === undefined ? {} : { if: condition }),
    'runs-on': '${{ inputs.runs_on }}',
    'timeout-minutes': 45,
    ...(environment === undefined ? {} : { environment: '${{ inputs.environment }}' }),
    concurrency: { group, 'cancel-in-progress': isCancelled },
    permissions: {
      contents: 'read # to check out what inputs name files of',
      'id-token': 'write # to sign in to Google Cloud',
      ...permissions,
    },
    outputs: Object.fromEntries(OUTPUTS.map((name) => [name, `\${{ steps.segment.outputs.${name} }}`])),
    steps: [
      { uses: CHECKOUT, with: { 'persist-credentials': false } },
      ...(hasApp ? [app] : []),
      // This repository, at the commit of this very file: nothing else has to be pinned.
      { id: 'segment', uses: '$/', with: { mode, ...valuesOf(taken, hasApp) } },
    ],
  };
}

function valuesOf(taken, hasApp) {
  const values = taken
    .filter(({ secret, default: standard }) => secret === undefined || standard === undefined)
    .map(({ input, secret }) => [input, secret === undefined ? inputValue(input, hasApp) : secretValue(input, hasApp)]);
  return Object.fromEntries(values);
}

/** A key in an output would be lost with the job: where nothing says where it goes, none is made. */
function inputValue(input, isKeeping) {
  if (input !== DELIVERY || !isKeeping) return `\${{ inputs.${input} }}`;
  const hasFile = rows.some((row) => row.input === FILE);
  return hasFile
    ? `\${{ inputs.${DELIVERY} || (inputs.${FILE} == '' && 'none') || '' }}`
    : `\${{ inputs.${DELIVERY} || 'none' }}`;
}

function secretValue(input, hasApp) {
  const given = `secrets.${secretName(input)}`;
  return `\${{ ${input === 'github_token' && hasApp ? `steps.app.outputs.token || ${given}` : given} }}`;
}

function secretName(input) {
  return SECRET_NAMES[input] ?? input;
}

/** What stands after # within a value is a comment of the line. */
function withComments(yaml) {
  return yaml.replace(/'([^'\n]*) # ([^'\n]*)'$/gm, '$1 # $2');
}
