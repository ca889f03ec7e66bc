import { describe, expect, test } from '@jest/globals';
import {
  dropEndpoints,
  dropNeedless,
  finish,
  loadUndiciLazily,
  minify,
  renumberChunks,
} from '../../scripts/ncc-output.mjs';

/** What is done to the bundler's output: on small bundles of its shape. */
const bodies = (modules: readonly number[], code = ''): string =>
  `{\n\n${modules.map((module) => `/***/ ${String(module)}:\n/***/ (() => {\n${code}\n/***/ })`).join(',\n\n')}\n}`;
const chunk = (id: number, modules: readonly number[], code = ''): readonly [string, string] => {
  const text = `export const id = ${String(id)};\nexport const ids = [${String(id)}];\nexport const modules = ${bodies(modules, code)};\n`;
  return [`${String(id)}.index.js`, text];
};
const load = (require: string, ...ids: number[]): string => {
  const [only, ...others] = ids.map((id) => `${require}.e(/* import() */ ${String(id)})`);
  if (others.length === 0) return `${only ?? ''}.then(${require}.bind(${require}, 7))`;
  return `Promise.all(/* import() */[${ids.map((id) => `${require}.e(${String(id)})`).join(', ')}])`;
};
const IMPORTED = 'import * as __WEBPACK_EXTERNAL_MODULE_undici__ from "undici";\n';
const REQUIRED = 'module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("undici");\n';
const UNDICI = `${IMPORTED}${REQUIRED}`;

const STREAMS =
  'try {} catch {\n    // fallback to polyfill implementation\n    Object.assign(globalThis, __webpack_require__(21))\n}';
const PARSER = 'mod = await WebAssembly.compile(__nccwpck_require__(11))';
const needless = (): Map<string, string> =>
  new Map([
    ['index.js', `var modules = ({\n${chunk(0, [10, 11, 12], PARSER)[1]}});\n`.replaceAll(PARSER, 'f()') + PARSER],
    chunk(2, [20, 21], 'g()'),
    ['3.index.js', STREAMS],
  ]);

describe('what no run comes to', () => {
  test('is left out, whether another module follows or not, and undefined stands where it was loaded', () => {
    const before = needless();
    const after = dropNeedless(before);
    expect(after.get('index.js')).toBe(
      before
        .get('index.js')
        ?.replace('/***/ 11:\n/***/ (() => {\nf()\n/***/ }),\n\n', '')
        .replace('__nccwpck_require__(11)', 'undefined'),
    );
    expect(after.get('2.index.js')).toBe(chunk(2, [20], 'g()')[1].replace('})\n};', '}),\n\n};'));
    expect(after.get('3.index.js')).toBe(STREAMS.replace('__webpack_require__(21)', 'undefined'));
  });

  test.each<[string, string, string]>([
    ['loaded by nobody', '3.index.js', ''],
    ['loaded twice', '3.index.js', STREAMS + STREAMS],
    ['loaded by another one, too', '3.index.js', `${STREAMS}\n__webpack_require__(21);`],
    [
      'loaded late by another one, too',
      '3.index.js',
      `${STREAMS}\n.then(__webpack_require__.bind(__webpack_require__, 21));`,
    ],
    ['in no script', '2.index.js', chunk(2, [20])[1]],
  ])('%s: the build fails', (_what, name, text) => {
    expect(() => dropNeedless(needless().set(name, text))).toThrow(
      'loads the polyfill of web streams in another way now',
    );
  });
});

describe('undici', () => {
  const used = 'new undici_1.ProxyAgent(external_undici_.fetch)';

  test('is loaded by whoever asks for its ProxyAgent or its fetch, and by nobody else', () => {
    const before = `${IMPORTED}const a = 1;\n${REQUIRED}`;
    const after = loadUndiciLazily(new Map([['index.js', before], chunk(3, [30], used)]));
    const load = '__WEBPACK_EXTERNAL_createRequire(import.meta.url)("./undici.cjs")';
    expect(after.get('index.js')).toBe(
      `const __WEBPACK_EXTERNAL_MODULE_undici__ = { get ProxyAgent() { return ${load}.ProxyAgent; }, get fetch() { return ${load}.fetch; } };\nconst a = 1;\nmodule.exports = __WEBPACK_EXTERNAL_MODULE_undici__;\n`,
    );
    expect(after.get('3.index.js')).toBe(chunk(3, [30], used)[1]);
  });

  test.each([
    ['not at all', ''],
    ['imported alone', IMPORTED],
    ['required alone', REQUIRED],
    ['twice', UNDICI + REQUIRED],
    ['by another name', UNDICI.replaceAll('MODULE_undici', 'MODULE_undici_index')],
    ['for another of its names', `${UNDICI}new undici_1.Agent();`],
  ])('loaded %s: the build fails', (_how, text) => {
    expect(() => loadUndiciLazily(new Map([['index.js', text]]))).toThrow('loads undici in another way now');
  });
});

describe("GitHub's table of endpoints", () => {
  const table = (name: string): string =>
    `let a;\nconst ${name} = {\n  actions: {\n    list: ["GET /x"]\n  }\n};\nlet b;\n`;

  test('is left out, and nothing else of its chunk', () => {
    const after = dropEndpoints(
      new Map([
        ['index.js', ''],
        ['1.index.js', table('Endpoints')],
      ]),
    );
    expect(after.get('1.index.js')).toBe('let a;\nconst Endpoints = {};\nlet b;\n');
  });

  test.each([
    ['is not there', [table('Other')]],
    ['is there twice', [table('Endpoints'), table('Endpoints')]],
  ])('%s: the build fails', (_what, texts) => {
    const scripts = new Map(texts.map((text, index) => [`${String(index)}.index.js`, text]));
    expect(() => dropEndpoints(scripts)).toThrow('keeps its table of endpoints in another way now');
  });
});

describe('chunks', () => {
  /** The same three chunks, however the bundler numbers them. */
  const bundle = (a: number, b: number, c: number): Map<string, string> =>
    new Map([
      chunk(c, [40]),
      chunk(a, [300, 20, 1000], load('__webpack_require__', b)),
      ['index.js', `${load('__nccwpck_require__', a)};\n${load('__nccwpck_require__', c, b)};\n`],
      chunk(b, [31, 30]),
    ]);

  test('bear the smallest number of a module that they alone hold: name, id, and where they are loaded', () => {
    const after = renumberChunks(bundle(1, 2, 3));
    expect(after).toEqual(bundle(20, 30, 40));
    expect([...after.keys()].sort()).toEqual(['20.index.js', '30.index.js', '40.index.js', 'index.js']);
  });

  test.each([
    [7, 8, 9],
    [9, 7, 8],
    [20, 30, 40],
    [30, 40, 20], // Each in turn has the number that another one gets.
  ])('numbered %i, %i and %i by the bundler come out the same', (a, b, c) => {
    expect(renumberChunks(bundle(a, b, c))).toEqual(bundle(20, 30, 40));
  });

  test('leave every other number and word alone', () => {
    const code = "const id = 5; one.e(5); '/***/ 3:'; __webpack_require__(5); __webpack_require__.e(5, 5);";
    const after = renumberChunks(new Map([['index.js', code], chunk(5, [50], code)]));
    expect(after).toEqual(new Map([['index.js', code], chunk(50, [50], code)]));
  });

  test('that share a module bear the smallest number of one that they do not share', () => {
    const after = renumberChunks(new Map([['index.js', ''], chunk(1, [10, 20]), chunk(2, [30, 10])]));
    expect([...after.keys()].sort()).toEqual(['20.index.js', '30.index.js', 'index.js']);
  });

  test.each<[string, (readonly [string, string])[], string]>([
    ['one that holds nothing of its own', [chunk(1, [10]), chunk(2, [30, 10])], '1.index.js holds no module'],
    ['one without modules', [chunk(1, [])], '1.index.js shows no modules any more'],
    ['one with modules of other names', [['1.index.js', chunk(1, [10])[1].replace('10:', '"./a.js":')]], 'no modules'],
    ['one of another shape', [['1.index.js', 'exports.id = 1;']], '1.index.js does not look like a chunk any more'],
    ['one under a wrong name', [['2.index.js', chunk(1, [10])[1]]], '2.index.js does not look like a chunk any more'],
    ['one that is not there', [['index.js', load('__nccwpck_require__', 9)]], 'Chunk 9 is loaded'],
  ])('%s: the build fails', (_what, files, said) => {
    expect(() => renumberChunks(new Map([['index.js', ''], ...files]))).toThrow(said);
  });
});

describe('minified', () => {
  test('are all scripts, as modules, without comments and with a line break at the end', () => {
    const after = minify(
      new Map([
        ['index.js', '/*! licence */ const first = 1;\nexport const second = first + 1; // why\n'],
        ['9.index.js', 'export const id = 9;\n\nfunction unused() {}\n'],
      ]),
    );
    expect([...after]).toEqual([
      ['index.js', 'export const second=2;\n'],
      ['9.index.js', 'export const id=9;\n'],
    ]);
  });

  test('comes last, after what reads the shape of the output, and changes nothing that it is given', () => {
    const before = new Map([
      ['index.js', `${UNDICI}${load('__nccwpck_require__', 1)}\n${STREAMS}`],
      chunk(1, [10, 21], '\nconst Endpoints = {\n};\n'),
    ]);
    const copy = new Map(before);
    const after = finish(before, `const modules = ${bodies([11])};\nmodule.exports = async () => {\n${PARSER}\n};\n`);
    expect(before).toEqual(copy);
    expect([...after.keys()]).toEqual(['index.js', '10.index.js', 'undici.cjs']);
    expect(after.get('index.js')).toMatch(/get ProxyAgent\(\)\{.*__nccwpck_require__\.e\(10\)/);
    expect(after.get('undici.cjs')).toContain('WebAssembly.compile(void 0)');
  });
});
