import { availableParallelism } from 'node:os'
import config from './jest.config.js'

/** @type {import('jest').Config} */
export default {
  ...config,
  testMatch: ['<rootDir>/__tests__/exhaustive/**/*.test.ts'],
  // These start the action hundreds of times: more side by side would only wait for the processor.
  maxWorkers: Math.max(4, 2 * availableParallelism()),
}
