import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';

/** The script that sets up identities, as far as a machine without an organization can tell: what it would run. */
const SCRIPT = fileURLToPath(new URL('../../permissions/set-up.sh', import.meta.url));
const BASE = ['--repository', 'acme/data-platform', '--identities', 'acme-ci', '--dry-run'];
const permissionsIn = (file: string): string[] =>
  (
    parse(readFileSync(new URL(`../../permissions/${file}.yaml`, import.meta.url), 'utf8')) as {
      includedPermissions: string[];
    }
  ).includedPermissions;

/** What a dry run prints; without any tool on PATH, so that it can have run nothing. */
async function dry(...more: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('/bin/bash', [SCRIPT, ...BASE, ...more], { env: { PATH: '/nowhere' } });
  return stdout;
}

async function refusal(...args: string[]): Promise<string> {
  try {
    await promisify(execFile)('/bin/bash', [SCRIPT, ...args], { env: { PATH: '/nowhere' } });
    return 'accepted';
  } catch (error) {
    return (error as { stderr: string }).stderr.trim();
  }
}

describe('set-up.sh --dry-run', () => {
  test('one project → every role with the permissions of its file, granted to whom it is for', async () => {
    const printed = await dry('--project', 'acme-analytics');
    for (const [role, file] of [
      ['Reader', 'reader'],
      ['Provisioner', 'provisioner'],
    ] as const) {
      expect(printed).toContain(`roles create segmentReverseEtl${role} --project acme-analytics`);
      expect(printed).toContain(`--permissions ${permissionsIn(file).join(',')}`);
    }
    const bound = [
      ...printed.matchAll(/add-iam-policy-binding acme-analytics .*segment-(\w+)@.*segmentReverseEtl(\w+)$/gm),
    ];
    expect(bound.map(([, who, role]) => `${who ?? ''} ${role ?? ''}`)).toEqual([
      ...['reader Reader', 'rotator Reader', 'provisioner Provisioner'],
    ]);
  });

  test('the provisioner → bound to one environment by ID, and never to the whole repository', async () => {
    const printed = await dry('--project', 'acme-analytics');
    const members = [
      ...printed.matchAll(/segment-(\w+)@acme-ci.*--role roles\/iam\.workloadIdentityUser --member (.*)$/gm),
    ];
    expect(Object.fromEntries(members.map(([, who, member]) => [who, member?.replace(/.*\/github\//, '')]))).toEqual({
      reader: 'attribute.repository_id/$REPOSITORY_ID"',
      provisioner: 'attribute.environment/$REPOSITORY_ID:segment-provisioning"',
      rotator: 'attribute.environment/$REPOSITORY_ID:segment-rotation"',
    });
  });

  test.each([
    [
      'names',
      'principal://iam.googleapis.com/projects/$NUMBER/locations/global/workloadIdentityPools/github/subject/repo:acme/data-platform:environment:segment-provisioning',
    ],
    [
      'ids',
      'principal://iam.googleapis.com/projects/$NUMBER/locations/global/workloadIdentityPools/github/subject/repo:acme@$OWNER_ID/data-platform@$REPOSITORY_ID:environment:segment-provisioning',
    ],
  ])("GitHub's subject with %s → bound by it", async (form, member) => {
    expect(await dry('--project', 'acme-analytics', '--subject', form)).toContain(`--member "${member}"`);
  });

  test('several projects, a source project and a secret → each gets its roles; nothing in the wrong one', async () => {
    const printed = await dry(
      ...['--project', 'acme-analytics', '--project', 'acme-two', '--source-project', 'acme-shop'],
      ...['--secret', 'projects/acme-vault/secrets/segment-key'],
    );
    for (const project of ['acme-analytics', 'acme-two'])
      expect(printed).toContain(`roles create segmentReverseEtlProvisioner --project ${project}`);
    expect(printed).toContain('roles create segmentReverseEtlSourceAdmin --project acme-shop');
    expect(printed).not.toMatch(/segmentReverseEtlProvisioner --project acme-(?:shop|vault|ci)/);
    expect(printed).toContain('gcloud secrets create segment-key --project acme-vault');
    expect(printed).toContain(`--permissions ${permissionsIn('secret-manager').join(',')}`);
  });

  test('after the first apply → the rotator on the one account, and nothing else', async () => {
    const commands = (await dry('--project', 'acme-analytics', '--after-apply')).match(/^gcloud .*$/gm) ?? [];
    expect(commands).toEqual([
      expect.stringContaining(`roles create segmentReverseEtlRotator`),
      expect.stringMatching(
        /add-iam-policy-binding segment-reverse-etl@acme-analytics\.iam\.gserviceaccount\.com .*segment-rotator@acme-ci.*segmentReverseEtlRotator$/,
      ),
    ]);
  });

  test('a project of a domain → the emails that Google gives its accounts', async () => {
    expect(await dry('--project', 'example.com:analytics', '--after-apply')).toContain(
      'segment-reverse-etl@analytics.example.com.iam.gserviceaccount.com',
    );
  });
});

describe('set-up.sh, given something wrong', () => {
  const valid = ['--repository', 'acme/data-platform', '--identities', 'acme-ci', '--project', 'acme-analytics'];
  test.each([
    [['--project', 'acme-analytics'], '--repository must be OWNER/NAME'],
    [['--repository', 'acme/data-platform', '--identities', 'acme-ci'], '--project must name at least one project'],
    [[...valid, '--source-project', '$(id)'], '$(id) is no project ID'],
    [[...valid, '--subject', 'both'], '--subject must be names or ids'],
    [[...valid, '--secret', 'segment-key'], '--secret must be projects/PROJECT/secrets/SECRET'],
    [[...valid, '--prune'], 'unknown option --prune; --help lists them'],
    [[...valid, '--secret'], '--secret needs a value'],
  ])('%j → %s, and nothing is run', async (args, words) => {
    expect(await refusal(...args)).toBe(`set-up.sh: ${words}`);
  });
});
