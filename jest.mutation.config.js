import { availableParallelism } from 'node:os'
import config from './jest.config.js'

/** @type {import('jest').Config} */
export default {
  ...config,
  testMatch: ['<rootDir>/__tests__/trials/*.test.js'],
  reporters: ['<rootDir>/scripts/mutation-reporter.js'],
  maxWorkers: 4 * availableParallelism(),
  workerIdleMemoryLimit: '800MB',
}
