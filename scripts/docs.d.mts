export function withTables(): Promise<string>;
