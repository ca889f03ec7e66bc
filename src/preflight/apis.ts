import type { Problem } from '../errors/diagnostic.ts';
import { enableBy } from '../errors/api-off.ts';
import type { Access, Target } from '../inputs/target.ts';

/** Which APIs the target needs, and what is said of those that are off. Pure. */

/** The APIs that must be on in the project itself, because its account calls them. */
export function apisOf({ access }: { readonly access: Pick<Access, 'readApi'> }): string[] {
  return ['bigquery', ...(access.readApi === 'storage' ? ['bigquerystorage'] : [])].map(
    (name) => `${name}.googleapis.com`,
  );
}

/** Segment's account belongs to this project, so what it calls must be enabled here. @param off - APIs that are not */
export function checkApis(off: readonly string[], { projectId }: Pick<Target, 'projectId'>): Problem[] {
  if (off.length === 0) return [];
  return [
    {
      severity: 'error',
      code: 'preflight.api-disabled',
      subject: { input: 'project_id' },
      attempted: `set up the project ${projectId} for Segment`,
      because: `${off.join(', ')} ${off.length === 1 ? 'is' : 'are'} disabled there`,
      remedy: enableBy(off, projectId),
    },
  ];
}
