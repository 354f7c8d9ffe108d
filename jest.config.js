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
  // Beyond this the processor is the bound, and so many large processes take longer to end than Jest waits for them.
  maxWorkers: Math.max(4, 4 * availableParallelism()),
  // A guard against what hangs, for a slow and busy machine too: no test is about its own speed.
  testTimeout: 180_000,
}
