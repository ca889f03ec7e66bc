// The licenses of what is bundled, for dist/licenses.txt: each asks to be given along with the code. ncc's own list leaves out
// every package that webpack joins with another, so the list is made from webpack's statistics.

const FOLDER = /^(?:.*?\/)?(node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+)\//;
const LICENSE = /^(?:licen[sc]e|copying)(?:[.-].*)?$/i;

/** Folders of packages, from the root, of which the bundle that these statistics are of has a module. */
export function packagesIn({ modules = [] }) {
  const within = modules.flatMap((module) => {
    const folder = FOLDER.exec(module.nameForCondition ?? '')?.[1];
    return [...(folder === undefined ? [] : [folder]), ...packagesIn(module)];
  });
  return [...new Set(within)].sort();
}

/**
 * @param list - of a folder: the names of its files
 * @param read - of a file: its text
 * @throws when a package says no license, or one without its text that is no standard one
 */
export function licensesOf(folders, list, read) {
  return folders.map((folder) => licenseOf(folder, list, read)).join('\n');
}

function licenseOf(folder, list, read) {
  const { name, license, author } = JSON.parse(read(`${folder}/package.json`));
  if (typeof license !== 'string' || license === '') throw new Error(`${name} says no license: it may not be bundled.`);
  const files = list(folder).filter((file) => LICENSE.test(file));
  const texts = files.map((file) => read(`${folder}/${file}`).trim());
  const by = typeof author === 'string' ? author : author?.name;
  if (texts.length === 0 && by === undefined)
    throw new Error(`${name} says neither its license's text nor its author.`);
  return `${[name, license, ...(texts.length === 0 ? [`Copyright ${by}`] : texts)].join('\n')}\n`;
}
