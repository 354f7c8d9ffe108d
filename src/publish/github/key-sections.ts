/** What the summary says of keys, state by state. */
import type { KeyResult, KeyState } from '../../domain/audit-result.ts'
import { countOf } from '../../domain/text.ts'
import { isOnlyExposed, unlistedExposed } from '../describe/describe-key.ts'
import { type KeyColumn, type KeyColumnName, keyColumns, keyLabel } from '../describe/key-columns.ts'
import { blocks, byteLength, details, md, strong } from '../describe/markdown.ts'
import { block, folded, itemsWithin, type Section, tableSection } from '../describe/sections.ts'
import { hasSteps, stepList } from '../describe/steps.ts'
import { usageBlock } from '../describe/usage.ts'
import type { Report } from '../report.ts'

// GitHub refuses a summary above 1 MiB; the rest is room for what the runner adds.
export const SUMMARY_BYTES = 1_000_000

/** A table of keys under a heading, where there is a title; nothing without keys. */
export function keySection(
  title: string | null,
  columns: readonly (KeyColumnName | KeyColumn)[],
  keys: readonly KeyResult[],
  report: Report,
  plural = 'keys',
): Section {
  const known = keyColumns(report)
  const shown = columns.map((column): KeyColumn => (typeof column === 'string' ? known[column] : column))
  const rows = keys.map(key => shown.map(({ cell }) => cell(key)))
  return tableSection(title, shown, rows, plural)
}

/** Keys that ask for something, and their steps; a root key is to be removed however fresh it is. */
export function dueSections(
  state: 'stale' | 'expiring' | 'inactive',
  keysIn: (state: KeyState) => readonly KeyResult[],
  steps: StepsSection,
  report: Report,
): readonly Section[] {
  const when = state === 'inactive' ? 'created' : 'age'
  const columns = ['keyAndLocation', 'nextStep', 'account', when, 'lastUsed', 'owner'] as const
  const keys = keysIn(state)
  const root = state === 'stale' ? keysIn('fresh').filter(key => key.root) : []
  const title = {
    stale: 'Stale keys, most urgent first',
    expiring: `Expiring in ${countOf(report.result.policy.warnDays, 'day')}`,
    inactive: 'Inactive, awaiting deletion',
  }[state]
  return [keySection(title, columns, keys, report, `${state} keys`), steps([...keys, ...root], report)]
}

/** Keys that are no findings of the control, and may be compromised all the same. */
export function exposedSections(steps: StepsSection, report: Report): readonly Section[] {
  const keys = report.result.keys.filter(isOnlyExposed)
  const [seen, remedy] = unlistedExposed(report.result) ?? [null, null]
  const columns = ['keyAndLocation', 'nextStep', 'account', 'age', 'lastUsed', 'owner'] as const
  return [
    keySection('Not stale, but their ID stands in the checkout', columns, keys, report),
    steps(keys, report),
    block(seen && md`${strong(seen)} ${remedy}`),
  ]
}

/** What stands below a table for the steps of its keys. */
export type StepsSection = (keys: readonly KeyResult[], report: Report) => Section

const STEPS_UNFOLDED = 10

/** The steps of each key, folded; many of them folded together. */
export function stepsSection(keys: readonly KeyResult[], report: Report): Section {
  const withSteps = keys.filter(hasSteps)
  const foldOf = (key: KeyResult) =>
    details(md`Steps for ${keyLabel(key, report)}`, blocks([usageBlock(key), stepList(key, report)]))
  const items = itemsWithin(SUMMARY_BYTES, withSteps.values().map(foldOf), byteLength)
  const unrendered = withSteps.length - items.length
  const section: Section = { ...block(null), items, unrendered, separator: '\n\n', plural: 'keys with steps' }
  return withSteps.length > STEPS_UNFOLDED
    ? folded(`Steps for each of ${countOf(withSteps.length, 'key')}`, section)
    : section
}
