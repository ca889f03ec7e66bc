import type { SecretResource, SecretVersions } from '../../cloud/google/secret-versions.ts';
import type { Notice } from '../../errors/diagnostic.ts';

/** Which version holds which key stands in the annotations of the secret. */

/** Annotation of the secret that tells which version holds a key: this, and the key's id. */
export const NOTE = 'segment-retl-key-';

/** Annotation and version of each key that is noted. */
export function notesIn(live: SecretResource | undefined): (readonly [string, string])[] {
  return Object.entries(live?.annotations ?? {}).filter(([note]) => note.startsWith(NOTE));
}

/** Changes the annotations of the secret, all of them. */
export type Annotating = (notes: Record<string, string>) => void;

/** Read just before: others annotate it too. */
export async function editNotes(store: SecretVersions, change: Annotating): Promise<void> {
  await store.reread();
  await store.edit((live) => {
    const annotations = { ...live.annotations };
    change(annotations);
    return { ...live, annotations };
  });
}

/** Takes back what was delivered: every version that a note names. */
export async function destroyNoted(
  name: string,
  store: SecretVersions,
  annotate: (change: Annotating) => Promise<void>,
): Promise<Notice | undefined> {
  const noted = notesIn(await store.reread());
  if (noted.length === 0) return undefined;
  await Promise.all(noted.map(([, version]) => store.destroy(version)));
  await annotate((notes) => {
    for (const [note] of noted) Reflect.deleteProperty(notes, note);
  });
  const versions = noted.map(([, version]) => version).join(', ');
  const because = `destroyed the versions of ${name} that hold its keys: ${versions}`;
  return { severity: 'note', code: 'destination.removed', because };
}
