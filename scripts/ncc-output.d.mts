type Scripts = ReadonlyMap<string, string>;
export function finish(scripts: Scripts, undici: string): Map<string, string>;
export function dropNeedless(scripts: Scripts): Map<string, string>;
export function loadUndiciLazily(scripts: Scripts): Map<string, string>;
export function dropEndpoints(scripts: Scripts): Map<string, string>;
export function renumberChunks(scripts: Scripts): Map<string, string>;
export function minify(scripts: Scripts): Map<string, string>;
