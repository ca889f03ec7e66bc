export interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly optional?: boolean;
  readonly devOptional?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export type Packages = Readonly<Record<string, Locked>>;

export const START: readonly string[];
export function neededBy(names: readonly string[], packages: Packages): string[];
export function allPaths(packages: Packages): string[];
export function isInstalled(paths: readonly string[], packages: Packages, installed: Packages | undefined): boolean;
export function partOf(
  paths: readonly string[],
  lock: { readonly packages: Packages },
): { readonly manifest: object; readonly lock: { readonly packages: Packages } };
