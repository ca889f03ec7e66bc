import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const runnerToolkit = { group: ['@actions/core'], message: 'Only src/runner.ts talks to the runner.' };
const google = {
  group: ['googleapis', 'googleapis/*', '@google-cloud/*', 'google-auth-library'],
  message: 'Only src/google/ talks to Google Cloud.',
};
const simulator = { group: ['**/simulator/**'], message: 'Nothing in src may know that a simulator exists.' };
const talking = {
  regex: '^\\./(google|github|delivery|proof|world|runner)(/|\\.ts)',
  message: 'Plan, apply and report decide; they do not talk.',
  allowTypeImports: true,
};
const restrict = (...patterns) => ['error', { patterns }];

export default tseslint.config(
  { ignores: ['dist/', 'build/', 'coverage/', 'node_modules/'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['*.mjs', 'scripts/*.mjs'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error', noInlineConfig: true },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true, args: 'after-used' }],
      'max-params': ['error', 4],
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'no-restricted-imports': 'off',
      '@typescript-eslint/no-restricted-imports': restrict(runnerToolkit, google, simulator),
    },
  },
  { files: ['src/runner.ts'], rules: { '@typescript-eslint/no-restricted-imports': restrict(google, simulator) } },
  {
    files: ['src/google/**/*.ts'],
    rules: { '@typescript-eslint/no-restricted-imports': restrict(runnerToolkit, simulator) },
  },
  {
    files: [
      'src/{access-mode,annotations,apply,comment,markdown,mode,picture,plan,plan-digest,plan-json,record,remedies,remedy,report,resource,sarif,sarif-rules,summary,verdict}.ts',
    ],
    rules: { '@typescript-eslint/no-restricted-imports': restrict(runnerToolkit, google, simulator, talking) },
  },
  { files: ['__tests__/**/*.ts'], rules: { 'max-params': 'off' } },
  {
    files: ['**/*.mjs'],
    ...tseslint.configs.disableTypeChecked,
    languageOptions: { globals: { process: 'readonly', URL: 'readonly', console: 'readonly' } },
  },
);
