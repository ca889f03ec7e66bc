import js from '@eslint/js';
import regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';

/**
 * The chapters of src/, lowest first: a file may import its own chapter and those above it in this list, so arrows point one
 * way. `but` takes one out of what a chapter would be allowed.
 */
const chapters = [
  { name: 'errors' },
  { name: 'runner' },
  { name: 'engine', but: ['runner'] },
  { name: 'cloud', but: ['engine', 'runner'] },
  { name: 'inputs', but: ['engine', 'runner'] },
  { name: 'ownership', but: ['runner'] },
  { name: 'destinations', but: ['runner'] },
  { name: 'resources', but: ['runner'] },
  { name: 'blueprint', but: ['runner'] },
  { name: 'verify', but: ['blueprint', 'runner'] },
  { name: 'models', but: ['blueprint', 'runner'] },
  { name: 'preflight', but: ['models', 'verify', 'runner'] },
  { name: 'report', but: ['blueprint', 'preflight'] },
  { name: 'validation', but: ['blueprint', 'preflight'] },
  { name: 'reconciliation' },
  {
    name: 'fleet',
    but: ['reconciliation', 'blueprint', 'preflight', 'verify', 'ownership', 'destinations', 'resources'],
  },
  { name: 'command', but: ['reconciliation'] },
];

const toolkit = { group: ['@actions/core'], message: 'Only src/runner/runner.ts talks to the runner.' };
const google = {
  group: ['googleapis', 'googleapis/*', '@google-cloud/*', 'google-auth-library', 'gaxios'],
  message: 'Only src/cloud/google/ talks to Google Cloud.',
};
const octokit = { group: ['@actions/github', '@octokit/*'], message: 'Only src/cloud/github/ talks to GitHub.' };
const simulator = { group: ['**/simulator/**'], message: 'Nothing in src may know that a simulator exists.' };
const rootFiles = {
  regex: '^(?:\\.\\./)+(?:index|main)\\.ts$',
  message: 'Chapters do not know who tells the story.',
};
const restrict = (...patterns) => ({ '@typescript-eslint/no-restricted-imports': ['error', { patterns }] });

/** What a chapter must not import: those below it in the list, and its own exceptions. */
function above(index) {
  const { name, but = [] } = chapters[index];
  const forbidden = [...chapters.slice(index + 1).map((chapter) => chapter.name), ...but];
  if (forbidden.length === 0) return [rootFiles];
  return [
    rootFiles,
    {
      regex: `^(?:\\.\\./)+(?:${forbidden.join('|')})/`,
      message: `${name}/ stands lower than that, or apart from it: see the order of chapters in eslint.config.mjs.`,
    },
  ];
}

/** Words of a difference are for people: whoever decides asks its code and its change. */
const words = '/^(?:field|live|desired)$/';
const noWords = [
  {
    selector: `MemberExpression[property.name=${words}]`,
    message: 'Words of a difference are for people: decide by its code or its change.',
  },
  {
    selector: `VariableDeclarator > ObjectPattern > Property[key.name=/^(?:field|desired)$/]`,
    message: 'Words of a difference are for people: decide by its code or its change.',
  },
  {
    selector: `:function > ObjectPattern Property[key.name=/^(?:field|desired)$/]`,
    message: 'Words of a difference are for people: decide by its code or its change.',
  },
];

/** A command that somebody pastes into a terminal quotes whatever is filled in. */
const command = '/(?:^|[^-\\w.])(?:gcloud|bq|gh|gsutil) +[-a-z]/';
const noBareCommands = [
  {
    selector: `Literal[value=${command}]`,
    message: 'Make a printed command with the tag shell of src/errors/shell.ts.',
  },
  {
    selector: `TemplateLiteral:not(TaggedTemplateExpression[tag.name="shell"] > TemplateLiteral) > TemplateElement[value.raw=${command}]`,
    message: 'Make a printed command with the tag shell of src/errors/shell.ts: it quotes what is filled in.',
  },
];

/** Whatever is printed goes through Log, and is inert there: the runner obeys what stands in text of others. */
const noPrinting = [
  {
    selector: 'Identifier[name="console"]',
    message: 'Only a Log of src/runner/ prints.',
  },
  {
    selector: 'MemberExpression[property.name=/^(?:stdout|stderr)$/]',
    message: 'Only a Log of src/runner/ prints.',
  },
  {
    selector: 'ImportSpecifier[imported.name=/^(?:stdout|stderr)$/]',
    message: 'Only a Log of src/runner/ prints.',
  },
];

/** All of the toolkit that may be used; of what prints, each with inert text alone. */
const onlyInert = [
  {
    selector:
      'MemberExpression[object.name="core"][property.name!=/^(?:info|debug|notice|warning|error|group|setFailed|setSecret|setOutput|getInput|getIDToken)$/]',
    message: 'What else the toolkit does is not used here: it prints, or changes what later steps see.',
  },
  {
    selector:
      'CallExpression[callee.object.name="core"][callee.property.name=/^(?:info|debug|notice|warning|error|group|setFailed)$/]:not([arguments.0.callee.name="inert"])',
    message: 'Print inert text only: the runner obeys what stands in text of others.',
  },
  {
    selector:
      ':matches(:not(CallExpression) > MemberExpression, CallExpression > MemberExpression.arguments)[object.name="core"]',
    message: 'Call the toolkit here, with inert text: handed on, it prints whatever it is given.',
  },
  {
    selector: ':not(MemberExpression, ImportNamespaceSpecifier) > Identifier[name="core"]',
    message: 'Call the toolkit here, with inert text: handed on, it prints whatever it is given.',
  },
  {
    selector: 'ImportDeclaration[source.value="@actions/core"] > :matches(ImportSpecifier, ImportDefaultSpecifier)',
    message: 'Import the toolkit as core: these rules look for that name.',
  },
];
/** Text of others may be long: an expression that goes over it again and again never ends. */
const linear = {
  'regexp/no-super-linear-backtracking': 'error',
  'regexp/no-super-linear-move': ['error', { report: 'potential' }],
};
const forbid = (...rules) => ({ 'no-restricted-syntax': ['error', ...rules] });

export default tseslint.config(
  { ignores: ['dist/', 'build/', 'coverage/', 'node_modules/'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error', noInlineConfig: true },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-empty-object-type': ['error', { allowInterfaces: 'with-single-extends' }],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true, args: 'after-used' }],
      'max-params': ['error', 4],
    },
  },
  {
    files: ['src/**/*.ts', 'simulator/**/*.ts'],
    rules: {
      complexity: ['error', 12],
      'max-lines-per-function': ['error', { max: 60, skipComments: true }],
    },
  },
  {
    files: ['src/**/*.ts'],
    plugins: { regexp },
    rules: {
      ...linear,
      'no-restricted-imports': 'off',
      ...forbid(...noWords, ...noBareCommands, ...noPrinting),
      ...restrict(toolkit, google, octokit, simulator),
    },
  },
  ...chapters.map(({ name }, index) => ({
    files: [`src/${name}/**/*.ts`],
    rules: restrict(toolkit, google, octokit, simulator, ...above(index)),
  })),
  {
    files: ['src/cloud/google/**/*.ts'],
    rules: restrict(toolkit, octokit, simulator, ...above(chapters.findIndex(({ name }) => name === 'cloud'))),
  },
  {
    files: ['src/cloud/github/**/*.ts'],
    rules: restrict(toolkit, google, simulator, ...above(chapters.findIndex(({ name }) => name === 'cloud'))),
  },
  {
    files: ['src/runner/runner.ts'],
    rules: {
      ...forbid(...noWords, ...noBareCommands, ...noPrinting, ...onlyInert),
      ...restrict(google, octokit, simulator, ...above(chapters.findIndex(({ name }) => name === 'runner'))),
    },
  },
  // Help and outputs of the command are its own text.
  { files: ['src/command/command.ts'], rules: forbid(...noWords, ...noBareCommands) },
  // Who renders reads words: reports, and the sentences about what was verified.
  { files: ['src/report/**/*.ts', 'src/verify/wording.ts'], rules: forbid(...noBareCommands, ...noPrinting) },
  { files: ['__tests__/**/*.ts'], rules: { 'max-params': 'off' } },
  {
    files: ['**/*.mjs'],
    ...tseslint.configs.disableTypeChecked,
    languageOptions: {
      ...tseslint.configs.disableTypeChecked.languageOptions, // They belong to no project of types.
      globals: {
        ...{ process: 'readonly', URL: 'readonly', console: 'readonly' },
        ...{ fetch: 'readonly', AbortSignal: 'readonly' },
      },
    },
  },
);
