/** As webpack's statistics tell of it. */
interface Module {
  readonly nameForCondition?: string | null;
  readonly modules?: readonly Module[];
}
export function packagesIn(stats: Module): string[];
export function licensesOf(
  folders: readonly string[],
  list: (folder: string) => readonly string[],
  read: (file: string) => string,
): string;
