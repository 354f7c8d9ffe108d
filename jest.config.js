import { availableParallelism } from 'node:os'

/** @type {import('jest').Config} */
export default {
  testMatch: ['<rootDir>/__tests__/**/*.test.ts', '!**/__tests__/exhaustive/**'],
  extensionsToTreatAsEsm: ['.ts'],
  modulePathIgnorePatterns: ['<rootDir>/(build|dist|demo)/'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2024',
          parser: { syntax: 'typescript' },
          experimental: { keepImportAttributes: true },
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  // Most of the time is spent waiting: for servers on loopback, retries, and GitHub's pacing.
  maxWorkers: Math.max(4, 5 * availableParallelism()),
  // A guard against what hangs, for a slow and busy machine too: no test is about its own speed.
  testTimeout: 180_000,
}
