import type { Cloud } from './clients.ts';

/** A request below the project, or to an absolute address. */
export interface BigQueryRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly uri: string;
  readonly qs?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** In milliseconds; that of every request, unless it is given. */
  readonly timeout?: number;
}

/** One request, as the library sends it; an absolute `uri` stays as it is. Errors are the library's own. */
export function requestBigQuery<T>(cloud: Cloud, request: BigQueryRequest): Promise<T> {
  return new Promise((resolve, reject) => {
    cloud.bigQuery.request(request, (error: unknown, body: unknown) => {
      if (error === null || error === undefined) resolve(body as T);
      else reject(error instanceof Error ? error : new Error('BigQuery failed without an error', { cause: error }));
    });
  });
}

/** Absolute, because the library would put its own project in front. */
export function projectUri(cloud: Cloud, projectId: string): string {
  return `${cloud.endpoints.bigquery}/bigquery/v2/projects/${encodeURIComponent(projectId)}`;
}

/** Of `project.dataset`: absolute where another project is meant. */
export function datasetUri(cloud: Cloud, name: string): string {
  const { projectId, datasetId } = datasetParts(name);
  const project = projectId === cloud.projectId ? '' : projectUri(cloud, projectId);
  return `${project}/datasets/${datasetId}`;
}

/** A project may be domain-scoped (`example.com:p`), and then holds a period itself. */
export function datasetParts(name: string): { readonly projectId: string; readonly datasetId: string } {
  const at = name.lastIndexOf('.');
  return { projectId: name.slice(0, at), datasetId: name.slice(at + 1) };
}
