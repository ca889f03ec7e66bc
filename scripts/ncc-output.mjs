// What becomes of the bundle that ncc writes, before it is dist/: pure functions over its scripts, by file name. They know
// the shape of webpack's output; where that shape has changed they throw, so that nobody relies on luck.
import { minifySync } from '@swc/core';

const ENTRY = 'index.js';
const ID = /^export const id = (\d+);$/m;
const IDS = /^export const ids = \[(\d+)\];$/m;
const MODULES = /^\/\*{3}\/ (\d+):$/gm;
const LOADED = /(?<=__(?:nccwpck|webpack)_require__\.e\()(\/\*[^*]*\*\/ )?(\d+)(?=\))/g;
const ENDPOINTS = /^const Endpoints = \{\n[\s\S]*?^\};\n/m;
const UNDICI = 'undici.cjs';
const UNDICI_IMPORTED = 'import * as __WEBPACK_EXTERNAL_MODULE_undici__ from "undici";\n';
const UNDICI_REQUIRED = '__WEBPACK_EXTERNAL_createRequire(import.meta.url)("undici")';
const UNDICI_USED = /\b(?:__WEBPACK_EXTERNAL_MODULE_undici__|undici_1|external_undici_)\.(\w+)/g;
const UNDICI_NAMES = ['ProxyAgent', 'fetch'];

/** What is loaded only where something is missing that Node 20 has, or where it makes no difference: `$1` is the module. */
const NEEDLESS = [
  {
    // 65 kB. If it does not load, undici takes the parser that needs no SIMD, and here that reads a few short answers.
    what: "undici's parser with SIMD",
    loaded: /(?<=await WebAssembly\.compile\()__(?:nccwpck|webpack)_require__\((\d+)\)/g,
  },
  {
    // 57 kB. Only where neither the globals nor node:stream/web have streams.
    what: 'the polyfill of web streams',
    loaded:
      /(?<=\/\/ fallback to polyfill implementation\n +Object\.assign\(globalThis, )__(?:nccwpck|webpack)_require__\((\d+)\)/g,
  },
];

/** All that is done, in its order. `undici` is the bundle of the package of this name. */
export function finish(scripts, undici) {
  return minify(dropNeedless(renumberChunks(dropEndpoints(loadUndiciLazily(scripts))).set(UNDICI, undici)));
}

/** Leaves modules out, and puts `undefined` where they are loaded. */
export function dropNeedless(scripts) {
  return NEEDLESS.reduce((left, { what, loaded }) => {
    const changed = () => new Error(`The bundle loads ${what} in another way now: see scripts/ncc-output.mjs.`);
    const found = [...left.values()].flatMap((text) => [...text.matchAll(loaded)]);
    if (found.length !== 1) throw changed();
    const [[, number]] = found;
    const elsewhere = new RegExp(`_require__\\(${number}\\)|_require__\\.bind\\(\\w+, ${number}\\)`);
    const module = new RegExp(`^/\\*{3}/ ${number}:\\n[\\s\\S]*?^/\\*{3}/ \\}\\),?\\n+`, 'm');
    const holders = [...left.values()].filter((text) => module.test(text));
    const without = new Map(
      [...left].map(([name, text]) => [name, text.replace(loaded, 'undefined').replace(module, '')]),
    );
    if (holders.length !== 1 || [...without.values()].some((text) => elsewhere.test(text))) throw changed();
    return without;
  }, scripts);
}

/**
 * The runner's toolkit loads all of undici, for the class that it needs behind a proxy and for GitHub's API: 45 ms of every
 * run. Here it is a script of its own, read when somebody asks for the one or the other.
 */
export function loadUndiciLazily(scripts) {
  const text = scripts.get(ENTRY) ?? '';
  const used = [...scripts.values()].flatMap((script) => [...script.matchAll(UNDICI_USED)].map(([, name]) => name));
  const isKnown = text.split(UNDICI_IMPORTED).length === 2 && text.split(UNDICI_REQUIRED).length === 2;
  if (!isKnown || used.some((name) => !UNDICI_NAMES.includes(name)))
    throw new Error('The toolkit loads undici in another way now: see scripts/ncc-output.mjs.');
  const load = UNDICI_REQUIRED.replace('"undici"', `"./${UNDICI}"`);
  const lazy = `{ ${UNDICI_NAMES.map((name) => `get ${name}() { return ${load}.${name}; }`).join(', ')} }`;
  return new Map(scripts).set(
    ENTRY,
    text
      .replace(UNDICI_REQUIRED, () => '__WEBPACK_EXTERNAL_MODULE_undici__')
      .replace(UNDICI_IMPORTED, () => `const __WEBPACK_EXTERNAL_MODULE_undici__ = ${lazy};\n`),
  );
}

/**
 * GitHub's toolkit brings a method for each of GitHub's 900 endpoints: a table of 90 kB, a tenth of it after minifying. We
 * name routes ourselves, so the table is left out.
 */
export function dropEndpoints(scripts) {
  const holders = [...scripts].filter(([, text]) => ENDPOINTS.test(text));
  if (holders.length !== 1)
    throw new Error("GitHub's toolkit keeps its table of endpoints in another way now: see scripts/ncc-output.mjs.");
  const [[name, text]] = holders;
  return new Map(scripts).set(name, text.replace(ENDPOINTS, 'const Endpoints = {};\n'));
}

/**
 * The bundler numbers a chunk after the module that it happened to see first: not the same on every machine. Here a chunk
 * bears the smallest number of a module that it alone holds, and those depend on paths alone.
 */
export function renumberChunks(scripts) {
  const numbers = new Map();
  const chunks = [...scripts].filter(([name]) => name !== ENTRY);
  const ids = new Map(chunks.map(([name, text]) => [name, chunkOf(name, text)]));
  const held = chunks.flatMap(([name, text]) => modulesOf(name, text));
  const isShared = (module) => held.indexOf(module) !== held.lastIndexOf(module);
  for (const [name, text] of chunks) {
    const own = modulesOf(name, text).filter((module) => !isShared(module));
    if (own.length === 0) throw new Error(`${name} holds no module that is its own: it needs another name.`);
    numbers.set(ids.get(name), String(Math.min(...own)));
  }
  const renumber = (id) => {
    const number = numbers.get(id);
    if (number === undefined) throw new Error(`Chunk ${id} is loaded, and ncc has not written it.`);
    return number;
  };
  return new Map(
    [...scripts].map(([name, text]) => [
      name === ENTRY ? name : fileOf(renumber(chunkOf(name, text))),
      text
        .replace(LOADED, (_found, what = '', id) => what + renumber(id))
        .replace(ID, (_found, id) => `export const id = ${renumber(id)};`)
        .replace(IDS, (_found, id) => `export const ids = [${renumber(id)}];`),
    ]),
  );
}

/** ncc minifies the entry alone; the lazily loaded chunks hold most of the code. */
export function minify(scripts) {
  const options = { compress: true, mangle: true, format: { comments: false } };
  return new Map(
    [...scripts].map(([name, text]) => {
      const { code } = minifySync(text, { ...options, module: !name.endsWith('.cjs') });
      return [name, `${code}\n`];
    }),
  );
}

const fileOf = (id) => `${id}.index.js`;

function chunkOf(name, text) {
  const id = ID.exec(text)?.[1];
  if (id === undefined || IDS.exec(text)?.[1] !== id || name !== fileOf(id))
    throw new Error(`${name} does not look like a chunk any more: see scripts/ncc-output.mjs.`);
  return id;
}

function modulesOf(name, text) {
  const modules = [...text.matchAll(MODULES)].map(([, number]) => Number(number));
  if (modules.length === 0) throw new Error(`${name} shows no modules any more: see scripts/ncc-output.mjs.`);
  return modules;
}
