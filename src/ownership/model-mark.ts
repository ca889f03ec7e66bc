/** The mark of a model in Segment: a bracket at the end of its description, which says which file it comes from. Pure. */

export interface ModelMark {
  /** `owner/name` */
  readonly repository: string;
  /** Of the models file, or of the dbt model, from the root of the repository. */
  readonly path: string;
}

export interface MarkedDescription {
  /** What is said besides. */
  readonly text: string;
  readonly mark: ModelMark | undefined;
}

const MARK = /^([\s\S]*?)(?:^|\s)\[([\w.-]+\/[\w.-]+):([^[\]]+)\]\s*$/;

export function readModelMark(description: string): MarkedDescription {
  const [, text, repository, path] = MARK.exec(description) ?? [];
  if (text === undefined || repository === undefined || path === undefined)
    return { text: description.trim(), mark: undefined };
  return { text: text.trim(), mark: { repository, path: decoded(path) } };
}

/** `Seen in the last 30 days [acme/data:segment/models.yml]` */
export function writeModelMark(text: string, { repository, path }: ModelMark): string {
  return `${text.trim()} [${repository}:${encoded(path)}]`;
}

/** GitHub tells no repositories apart by case. */
export function isOfRepository(mark: ModelMark | undefined, repository: string): mark is ModelMark {
  return mark?.repository.toLowerCase() === repository.toLowerCase();
}

/** What would end the bracket, or the line. */
function encoded(path: string): string {
  return path.replaceAll(/[%[\]\p{Cc}]/gu, (character) => encodeURIComponent(character));
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path; // Somebody else wrote it.
  }
}
