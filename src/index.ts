import { readRun } from './run.ts'

console.log(readRun(process.env, () => '').actionVersion)
