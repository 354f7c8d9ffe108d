/** What the summary says of keys, state by state. */
import type { KeyResult } from '../../domain/audit-result.ts'
import { countOf } from '../../domain/text.ts'
import { itemsWithin, type Section } from '../describe/budget.ts'
import { keyColumns } from '../describe/key-columns.ts'
import { blocks, byteLength, raw } from '../describe/markdown.ts'
import { accountHint, hasSteps, keySteps } from '../describe/steps.ts'
import { usageBlock } from '../describe/usage.ts'
import type { Report } from '../report.ts'
import { keySection } from './sections.ts'

// GitHub refuses a summary above 1 MiB; the rest is room for what the runner adds.
export const SUMMARY_BYTES = 1_000_000

/** A root key is to be removed however fresh it is: its steps stand with those of the stale keys. */
export function staleSections(
  report: Report,
  keys: readonly KeyResult[],
  fresh: readonly KeyResult[],
  steps: StepsSection,
): readonly Section[] {
  const { account, keyAndLocation, age, nextStep, lastUsed, owner } = keyColumns(report)
  const columns = [keyAndLocation, nextStep, account, age, lastUsed, owner]
  return [
    keySection('Stale keys, most urgent first', columns, keys, 'stale keys'),
    steps([...keys, ...fresh.filter(({ root }) => root)], report),
  ]
}

/** What stands below a table for the steps of its keys. */
export type StepsSection = (keys: readonly KeyResult[], report: Report) => Section

const STEPS_UNFOLDED = 10

/** The steps of each key, folded; many of them folded together. */
export function stepsSection(keys: readonly KeyResult[], report: Report): Section {
  const withSteps = keys.filter(hasSteps)
  const steps = withSteps.values().map(key => keySteps(key, report, usageBlock(key)))
  const items = itemsWithin(SUMMARY_BYTES, steps, byteLength)
  const fold = withSteps.length > STEPS_UNFOLDED
  const title = `Steps for each of ${countOf(withSteps.length, 'key')}`
  return {
    head: blocks([
      withSteps.length > 0 ? accountHint(withSteps, report) : null,
      fold ? raw(`<details><summary>${title}</summary>`) : null,
    ]),
    items,
    unrendered: withSteps.length - items.length,
    separator: '\n\n',
    tail: fold ? raw('</details>') : null,
    plural: 'keys with steps',
  }
}

export function expiringSections(
  report: Report,
  keys: readonly KeyResult[],
  steps: StepsSection,
): readonly Section[] {
  const { account, keyAndLocation, age, nextStep, lastUsed, owner } = keyColumns(report)
  const columns = [keyAndLocation, nextStep, account, age, lastUsed, owner]
  const title = `Expiring in ${countOf(report.result.policy.warnDays, 'day')}`
  return [keySection(title, columns, keys, 'expiring keys'), steps(keys, report)]
}

export function exemptSection(report: Report, keys: readonly KeyResult[]): Section {
  const { account, key, age, until, reason, ticket, rule } = keyColumns(report)
  return keySection('Exempt', [key, until, account, age, reason, ticket, rule], keys, 'exempt keys')
}

export function inactiveSections(
  report: Report,
  keys: readonly KeyResult[],
  steps: StepsSection,
): readonly Section[] {
  const { account, keyAndLocation, created, nextStep, lastUsed, owner } = keyColumns(report)
  const columns = [keyAndLocation, nextStep, account, created, lastUsed, owner]
  return [keySection('Inactive, awaiting deletion', columns, keys, 'inactive keys'), steps(keys, report)]
}
