import { shell } from '../errors/shell.ts';

/** Commands that a person can copy to mend what is not ours to change. Pure. */

/** Takes a member out of a binding of the project. @param condition - whether it is under one: then gcloud has to ask which */
export function unbindCommand(
  projectId: string,
  { role, member }: { readonly role: string; readonly member: string },
  condition: string | undefined,
): string {
  return condition === undefined
    ? shell`gcloud projects remove-iam-policy-binding ${projectId} --member ${member} --role ${role} --condition None`
    : shell`gcloud projects remove-iam-policy-binding ${projectId} --member ${member} --role ${role}`;
}

/** Takes an entry off a dataset. @param name - `project.dataset` */
export function entryCommand(name: string): string {
  const at = name.lastIndexOf('.');
  const dataset = `${name.slice(0, at)}:${name.slice(at + 1)}`;
  return (
    `${shell`bq show --format=prettyjson ${dataset} > dataset.json`}, then take the entry out of access in that file, then ` +
    shell`bq update --source dataset.json ${dataset}`
  );
}
