/** Everything that is written: path → text. */
export function documents(): Promise<Readonly<Record<string, string>>>;
