/** What the benchmarks share: medians, and the table that they print. */

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
export const collectGarbage: () => void = runInNewContext('gc')

export interface Row {
  readonly what: string
  readonly figure: string
  /** What the figure should be, empty where nothing is aimed for. */
  readonly aim: string
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}

/** Milliseconds that `work` takes. */
export async function timed(work: () => unknown): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

export function printTable(title: string, rows: readonly Row[]): void {
  const width = (of: (row: Row) => string) => Math.max(...rows.map(row => of(row).length))
  const widths = [width(row => row.what), width(row => row.figure)] as const
  console.log(`\n${title}`)
  for (const { what, figure, aim } of rows)
    console.log(`  ${what.padEnd(widths[0])}  ${figure.padStart(widths[1])}${aim && `   (aim: ${aim})`}`)
}

export const ratio = (value: number): string => value.toFixed(2)
export const milliseconds = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} ms`
export const seconds = (value: number): string => `${(value / 1000).toFixed(1)} s`
export const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`
export const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(0)} KiB`
