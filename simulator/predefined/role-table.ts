/** A role that Google defines. */
export interface PredefinedRole {
  readonly title: string;
  /** Sorted. Only those of the services of this world. */
  readonly permissions: readonly string[];
}

/** Reads a table whose lines are `service.type: verb verb …`. */
export function role(title: string, table: string): PredefinedRole {
  const lines = table.split('\n').filter((line) => line.trim() !== '');
  const permissions = lines.flatMap((line) => {
    const [type = '', verbs = ''] = line.split(': ');
    return verbs.split(' ').map((verb) => `${type.trim()}.${verb}`);
  });
  return { title, permissions: permissions.sort() };
}
