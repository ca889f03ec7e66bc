/** All kinds of things that are managed, sorted. */
export function kinds(): string[];
/** Those that a file declares. */
export function kindsIn(path: string, text: string): string[];
