import config from './jest.config.js'

/** @type {import('jest').Config} */
export default { ...config, testMatch: ['<rootDir>/__tests__/exhaustive/**/*.test.ts'] }
