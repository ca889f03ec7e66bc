import type { KeyConstraints, KeyWay } from '../../cloud/google/org-policy-constraints.ts';
import type { Problem } from '../../errors/diagnostic.ts';
import { shell } from '../../errors/shell.ts';
import type { CredentialDesign } from './design.ts';

/** The organization closes the way in which this run would make a key. Pure. */
export function forbidden(design: CredentialDesign, { closed, otherClosed }: KeyConstraints): Problem[] {
  if (closed.length === 0) return [];
  const { names, projectId, way } = design;
  const verb = way === 'create' ? 'creating' : 'uploading';
  const isAre = closed.length === 1 ? 'is' : 'are';
  return [
    {
      severity: 'error',
      code: 'key.forbidden',
      attempted: `issue a key for the service account ${names.email}`,
      because: `the organization forbids ${verb} keys in ${projectId}: ${closed.join(' and ')} ${isAre} enforced`,
      remedy: `${otherWay(way, otherClosed)}${exceptionTo(closed, projectId)} Or set key_delivery: none.`,
    },
  ];
}

function otherWay(way: KeyWay, otherClosed: readonly string[]): string {
  if (otherClosed.length > 0) {
    return `The other way (${way === 'create' ? 'upload' : 'creation'}) is forbidden too, by ${otherClosed.join(' and ')}. `;
  }
  return way === 'create'
    ? 'Uploading is not forbidden: set key_lifetime_days, and the key is made in the runner, and ends by itself. '
    : 'Creation is not forbidden: leave key_lifetime_days out, and Google makes the key. ';
}

/** Who lifts a constraint, and how: the project's owner cannot. */
function exceptionTo(constraints: readonly string[], projectId: string): string {
  const commands = constraints.map((name) =>
    name.includes('.managed.')
      ? `${shell`gcloud org-policies set-policy FILE`} (name: projects/${projectId}/policies/${name}, spec: {rules: [{enforce: false}]})`
      : shell`gcloud resource-manager org-policies disable-enforce ${name} --project ${projectId}`,
  );
  return (
    'Ask who holds roles/orgpolicy.policyAdmin on the organization (owning the project is not enough) for an exception: ' +
    `${commands.join(' and ')}. It takes up to 20 minutes to take effect.`
  );
}
