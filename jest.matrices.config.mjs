import config from './jest.config.mjs';

/**
 * The matrices: every request of a run × every interruption. They take minutes, so `npm test` has a sample of each kind
 * instead; CI runs both.
 *
 * @type {import('jest').Config}
 */
export default { ...config, roots: ['<rootDir>/__tests__/matrices'], testPathIgnorePatterns: [] };
