/** Commands that a person can copy: whatever others wrote is one word of it, and nothing else. Pure. */

/** One word of a shell. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) && !text.startsWith('-') ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Takes a member out of a binding of the project. @param condition - whether it is under one: then gcloud has to ask which */
export function unbindCommand(
  projectId: string,
  { role, member }: { readonly role: string; readonly member: string },
  condition: string | undefined,
): string {
  const only = condition === undefined ? ' --condition None' : '';
  return (
    `gcloud projects remove-iam-policy-binding ${quoted(projectId)} --member ${quoted(member)} --role ${quoted(role)}` +
    only
  );
}

/** Takes an entry off a dataset. @param name - `project.dataset` */
export function entryCommand(name: string): string {
  const at = name.lastIndexOf('.');
  const dataset = quoted(`${name.slice(0, at)}:${name.slice(at + 1)}`);
  return `bq show --format=prettyjson ${dataset} > dataset.json, then take the entry out of access in that file, then bq update --source dataset.json ${dataset}`;
}
