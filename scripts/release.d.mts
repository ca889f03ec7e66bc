export type Files = Readonly<Record<string, string>>;

export function complaintsOf(files: Files): string[];
export function prepared(files: Files, version: string, day: string): Files;
export function notesOf(changelog: string): string;
export function manifestOf(manifest: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
