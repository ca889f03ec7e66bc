/** The file of targets that says the same as the steps of workflows, and what a person must look at. */
export function configOf(
  texts: readonly string[],
  vars?: Readonly<Record<string, string>>,
): { readonly text: string; readonly notes: readonly string[] };
