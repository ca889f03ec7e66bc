import { availableParallelism } from 'node:os';

/** @type {import('jest').Config} */
export default {
  roots: ['<rootDir>/__tests__'],
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['<rootDir>/__tests__/matrices/'], // `npm run test:all` runs these.
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'es6' }, sourceMaps: 'inline' },
    ],
  },
  reporters: ['default', '<rootDir>/harness/left-out.ts'],
  testSequencer: '<rootDir>/harness/whole-runs-first.ts',
  testTimeout: 60_000,
  maxWorkers: availableParallelism() + 4, // Some of them wait for lag most of the time.
  collectCoverageFrom: ['src/**/*.ts'],
  coverageProvider: 'v8',
};
