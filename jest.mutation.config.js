import { availableParallelism } from 'node:os'
import config from './jest.config.js'

/** @type {import('jest').Config} */
export default {
  ...config,
  testMatch: ['<rootDir>/__tests__/trials/*.test.js'],
  reporters: ['<rootDir>/scripts/mutation-reporter.js'],
  maxWorkers: 4 * availableParallelism(),
  workerIdleMemoryLimit: '800MB',
  // Less than the stall limit of scripts/mutation.ts: a test that waits for ever fails by itself, and stops nothing else.
  testTimeout: 90_000,
}
