import type { KeyConstraints, KeyWay } from '../../cloud/google/org-policy-constraints.ts';
import type { Refusal } from '../../errors/diagnostic.ts';
import type { CredentialLive, CredentialOptions } from './examine.ts';
import { describe, short } from './examine.ts';

/** Why no key can be issued, told before anything is written. Pure. */

/** Google's limit of user-managed keys per account, disabled and expired ones included. */
const MOST_KEYS = 10;

export function refusePresent(options: CredentialOptions, live: CredentialLive): Refusal[] {
  const issues = live.state.reason !== undefined;
  if (!issues) return [];
  return [...live.obstacles, ...refuseByConstraints(options, live.constraints), ...refuseTooMany(options, live)];
}

function refuseTooMany(options: CredentialOptions, live: CredentialLive): Refusal[] {
  const goesFirst = options.replacesAll && live.isCutOff ? live.keys.length - live.state.foreign.length : 0;
  const removable = Math.max(goesFirst, live.state.superseded.filter((key) => key.disabled).length);
  if (live.keys.length - removable < MOST_KEYS) return [];
  return [
    {
      attempted: `issue a key for the service account ${options.document.email}`,
      because: `it has ${String(live.keys.length)} keys already, and ${String(MOST_KEYS)} is the most that Google allows: ${live.keys
        .map((key) => `${short(key)} (${describe(key, live.now)})`)
        .join(', ')}`,
      remedy: `Delete those that nobody uses: gcloud iam service-accounts keys delete KEY --iam-account ${options.document.email}.`,
    },
  ];
}

/** The organisation closes the way in which this run would make a key. */
function refuseByConstraints(options: CredentialOptions, { closed, otherClosed }: KeyConstraints): Refusal[] {
  if (closed.length === 0) return [];
  const { way, projectId } = options;
  const verb = way === 'create' ? 'creating' : 'uploading';
  return [
    {
      attempted: `issue a key for the service account ${options.document.email}`,
      because: `the organisation forbids ${verb} keys in ${projectId}: ${closed.join(' and ')} ${closed.length === 1 ? 'is' : 'are'} enforced`,
      remedy: `${otherWay(way, otherClosed)}${exceptionTo(closed, projectId)} Or set key_delivery: none.`,
    },
  ];
}

function otherWay(way: KeyWay, otherClosed: readonly string[]): string {
  if (otherClosed.length > 0) {
    return `The other way (${way === 'create' ? 'upload' : 'creation'}) is closed too, by ${otherClosed.join(' and ')}. `;
  }
  return way === 'create'
    ? 'Uploading is not forbidden: set key_lifetime_days, and the key is made in the runner, and ends by itself. '
    : 'Creation is not forbidden: leave key_lifetime_days out, and Google makes the key. ';
}

/** Who lifts a constraint, and how: the project's owner cannot. */
function exceptionTo(constraints: readonly string[], projectId: string): string {
  const commands = constraints.map((name) =>
    name.includes('.managed.')
      ? `gcloud org-policies set-policy FILE (name: projects/${projectId}/policies/${name}, spec: {rules: [{enforce: false}]})`
      : `gcloud resource-manager org-policies disable-enforce ${name} --project ${projectId}`,
  );
  return (
    'Ask who holds roles/orgpolicy.policyAdmin on the organisation (owning the project is not enough) for an exception: ' +
    `${commands.join(' and ')}. It takes up to 20 minutes to show.`
  );
}
