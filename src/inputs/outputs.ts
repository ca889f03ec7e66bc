/** An output of action.yml. */
interface OutputRow {
  /** Markdown: what it holds, for a person who writes a workflow. */
  readonly description: string;
}

type OutputRows = Readonly<Record<string, OutputRow>>;

const account = {
  service_account_email: { description: 'Email of the service account that Segment uses.' },
  role: { description: 'Full name of the custom role. Empty with `access_mode: full`.' },
  dataset: { description: 'ID of the dataset in which Segment keeps its state.' },
  location: { description: "Value for Segment's **Data Location** field." },
  key: {
    description:
      'The key file, as one line of JSON, masked. Set only by the run that creates the key, and only with `key_delivery: output`.',
  },
  key_id: { description: 'ID of the delivered key.' },
  segment_source_id: { description: 'ID of the source in Segment. Set only with `key_delivery: segment`.' },
  consumer: {
    description:
      'Whether Segment uses the delivered key: `moved`, `waiting`, `unknown` (cannot be told), or `none` (no mapping is enabled). Empty without `key_delivery: segment`.',
  },
  last_sync: {
    description:
      'The worst among the last syncs of all enabled mappings, in the words of Segment (`FAIL`, `PARTIAL_SUCCESS`, `IN_PROGRESS`, `SUCCESS`), or `never` or `unknown`. Empty without `key_delivery: segment`, or where no mapping is enabled.',
  },
} as const satisfies OutputRows;

const report = {
  drift: {
    description: '`true`, `false`, or `unknown` if something could not be read. After `apply`: the remaining drift.',
  },
  drift_missing: { description: 'Number of missing resources, permissions and settings.' },
  drift_changed: { description: 'Number of resources and settings that differ from the desired state.' },
  drift_surplus: { description: 'Number of permissions and keys beyond what the access mode grants.' },
  plan: {
    description:
      'The plan as JSON, as described by `docs/plan.schema.json`. Contains no secret. Of several targets: an object of plans by name, or, if that is too long for an output, a note that says so and names `plan_file`.',
  },
  plan_digest: {
    description:
      'SHA-256 that identifies the plan: the desired state and what `apply` would do. Empty if something could not be read. Of several targets: one digest of all of theirs.',
  },
  result: { description: '`unchanged`, `changed`, `drift` or `failed`; of several targets the worst.' },
  results: {
    description:
      'With `config_file`: what became of each target, as JSON: name → `result`, `drift`, its counts, `key_id`, `location`, `service_account_email` and `digest`.',
  },
  targets: { description: 'With `config_file`: names of the chosen targets, as a JSON list for `strategy.matrix`.' },
  report: {
    description:
      'The report as Markdown, at most 60 KB, for an issue, a chat or a summary of your own. Names that others chose cannot mention or link anything.',
  },
} as const satisfies OutputRows;

const models = {
  models: {
    description:
      'What was found about each model, as JSON, as described by `docs/models-result.schema.json`. Set however the run ends, where models are given.',
  },
  models_errors: { description: 'Number of errors found about models.' },
  models_warnings: { description: 'Number of warnings found about models.' },
  models_breaking: {
    description: 'Number of changes to models that can break a sync: columns and models removed, identifiers changed.',
  },
} as const satisfies OutputRows;

/** Every output, in the order of action.yml and of the README. */
export const outputRows: Readonly<Record<OutputName, OutputRow>> = { ...account, ...report, ...models };

export type OutputName = keyof typeof account | keyof typeof report | keyof typeof models;
