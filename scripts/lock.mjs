// What the lock file says, and what of it is installed: pure functions over its entries, by path, as npm writes both.

/** All that a run of the demo or the simulator imports: the rest of the packages can wait. A test compares it with the imports. */
export const START = ['jose', 'libsodium-wrappers', 'markdown-it', 'yaml'];

/** Paths of the named packages and of whatever they need, optional packages of the project included. */
export function neededBy(names, packages) {
  const { optionalDependencies = {} } = packages[''];
  const found = new Set();
  const visit = (name, from, isOptional) => {
    const path = whereIs(name, from, packages);
    if (path === undefined && isOptional) return;
    if (path === undefined) throw new Error(`package-lock.json has no ${name}, which ${from || 'the project'} needs.`);
    if (found.has(path)) return;
    found.add(path);
    const { dependencies = {}, optionalDependencies: more = {} } = packages[path];
    for (const next of Object.keys(dependencies)) visit(next, path, false);
    for (const next of Object.keys(more)) visit(next, path, true);
  };
  for (const name of names) visit(name, '', false);
  for (const name of Object.keys(optionalDependencies)) visit(name, '', true);
  return [...found].sort();
}

/** Node's way: in the package itself, then in each folder above it. */
function whereIs(name, from, packages) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const path = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    if (packages[path] !== undefined) return path;
    if (folder === '') return undefined;
  }
}

/** Every path that npm installs somewhere. */
export function allPaths(packages) {
  return Object.keys(packages).filter((path) => path !== '');
}

/**
 * @param installed - of `node_modules/.package-lock.json`, which npm itself keeps; undefined = there is none
 * @returns whether each of these packages is there as locked; an optional one may be missing, being one of another platform
 */
export function isInstalled(paths, packages, installed) {
  return (
    installed !== undefined &&
    paths.every((path) => {
      const [locked, found] = [packages[path], installed[path]];
      if (found === undefined) return locked.optional === true || locked.devOptional === true;
      return found.version === locked.version && found.integrity === locked.integrity;
    })
  );
}

/** A project of these packages alone, with the versions and checksums of the whole: its package.json and its lock file. */
export function partOf(paths, lock) {
  const { optionalDependencies = {} } = lock.packages[''];
  const versionOf = (name) => [name, lock.packages[`node_modules/${name}`].version];
  const manifest = {
    name: 'start',
    private: true,
    dependencies: Object.fromEntries(START.map(versionOf)),
    optionalDependencies,
  };
  const packages = Object.fromEntries(paths.map((path) => [path, lock.packages[path]]));
  return { manifest, lock: { ...lock, name: 'start', packages: { '': manifest, ...packages } } };
}
