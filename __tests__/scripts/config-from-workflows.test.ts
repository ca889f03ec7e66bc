import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { configOf } from '../../scripts/config-from-workflows.mjs';
import { readText } from '../pure/fleet/runner-of.ts';

const workflow = (...steps: readonly Readonly<Record<string, unknown>>[]): string =>
  JSON.stringify({
    jobs: {
      one: {
        steps: [
          { run: 'true' },
          ...steps.map((inputs) => ({ uses: 'acme/segment-reverse-etl-bigquery@v0', with: inputs })),
        ],
      },
    },
  });
const eu = {
  project_id: 'acme-data-eu',
  location: 'EU',
  key_delivery: 'secret-manager',
  secret_manager_secret: 'projects/acme-data-eu/secrets/s',
};
const us = {
  ...eu,
  project_id: 'acme-data-us',
  location: 'US',
  secret_manager_secret: 'projects/acme-data-us/secrets/s',
};

describe('the file that says the same as workflows', () => {
  test('two targets, each in several steps → what all share in defaults, each once, and read as it is', async () => {
    const more = { source_datasets: 'marts\nevents', key_max_age_days: '90', access_mode: 'scoped' };
    const { text, notes } = configOf([
      workflow(
        { ...eu, ...more, mode: 'apply' },
        { ...us, ...more, mode: 'apply', service_account: 'a@b.iam.gserviceaccount.com' },
      ),
      workflow({ ...eu, ...more, mode: 'check', credentials_json: '${{ secrets.KEY }}' }),
    ]);
    expect(notes).toEqual([]);
    expect(parse(text)).toEqual({
      version: 1,
      defaults: {
        access_mode: 'scoped',
        source_datasets: ['marts', 'events'],
        key_delivery: ['secret-manager'],
        key_max_age_days: 90,
      },
      targets: {
        'acme-data-eu': {
          project_id: 'acme-data-eu',
          location: 'EU',
          secret_manager_secret: 'projects/acme-data-eu/secrets/s',
        },
        'acme-data-us': {
          project_id: 'acme-data-us',
          location: 'US',
          secret_manager_secret: 'projects/acme-data-us/secrets/s',
        },
      },
    });
    const { complaints, chosen } = await readText(text);
    expect([complaints, chosen.map(({ target }) => target.access.sourceDatasets.length)]).toEqual([[], [2, 2]]);
  });

  test('a variable: given, not given → filled in; told', () => {
    const text = workflow({ ...eu, project_id: '${{ vars.PROJECT }}', location: '${{ vars.LOCATION }}' });
    const { notes, text: file } = configOf([text], { PROJECT: 'acme-data-eu' });
    expect(Object.keys((parse(file) as { targets: object }).targets)).toEqual(['acme-data-eu']);
    expect(notes).toEqual([expect.stringMatching(/^acme-data-eu: location is \$\{\{ vars\.LOCATION \}\}/)]);
  });

  test('steps that disagree about a target → told, and the first counts', () => {
    const { notes } = configOf([workflow(eu, { ...eu, location: 'US' })]);
    expect(notes).toEqual(["acme-data-eu: location is 'EU' in one step and 'US' in another. The first was taken."]);
  });

  test('two accounts in one project → two names', () => {
    const { text } = configOf([
      workflow(eu, { ...eu, account_id: 'segment-two', secret_manager_secret: us.secret_manager_secret }),
    ]);
    expect(Object.keys((parse(text) as { targets: object }).targets)).toEqual([
      'acme-data-eu-segment-reverse-etl',
      'acme-data-eu-segment-two',
    ]);
  });

  test('an example of ours → a file that is read without complaint', async () => {
    const example = readFileSync(new URL('../../examples/set-up.yml', import.meta.url), 'utf8');
    const { text, notes } = configOf([example], {
      GCP_PROJECT_ID: 'acme-data-eu',
      SEGMENT_LOCATION: 'EU',
      SEGMENT_ROTATOR_SERVICE_ACCOUNT: 'rotator@acme-ci.iam.gserviceaccount.com',
    });
    expect(notes).toEqual([]);
    expect((await readText(text, { github_token: 'ghp_0123456789abcdefghij' })).complaints).toEqual([]);
  });
});
