/** What the summary says of keys, state by state. */
import type { KeyResult, KeyState } from '../../domain/audit-result.ts'
import { countOf } from '../../domain/text.ts'
import { itemsWithin, type Section } from '../describe/budget.ts'
import { EXPOSED_UNLISTED, exposedInWords, isOnlyExposed, unlistedExposed } from '../describe/describe-key.ts'
import { keyColumns } from '../describe/key-columns.ts'
import { byteLength, md, raw, strong } from '../describe/markdown.ts'
import { hasSteps, keySteps } from '../describe/steps.ts'
import { usageBlock } from '../describe/usage.ts'
import type { Report } from '../report.ts'
import { block, keySection } from './sections.ts'

// GitHub refuses a summary above 1 MiB; the rest is room for what the runner adds.
export const SUMMARY_BYTES = 1_000_000

/** Keys that ask for something, and their steps; a root key is to be removed however fresh it is. */
export function dueSections(
  state: 'stale' | 'expiring' | 'inactive',
  keysIn: (state: KeyState) => readonly KeyResult[],
  steps: StepsSection,
  report: Report,
): readonly Section[] {
  const { account, keyAndLocation, nextStep, lastUsed, owner, age, created } = keyColumns(report)
  const when = state === 'inactive' ? created : age
  const columns = [keyAndLocation, nextStep, account, when, lastUsed, owner]
  const keys = keysIn(state)
  const root = state === 'stale' ? keysIn('fresh').filter(key => key.root) : []
  const title = {
    stale: 'Stale keys, most urgent first',
    expiring: `Expiring in ${countOf(report.result.policy.warnDays, 'day')}`,
    inactive: 'Inactive, awaiting deletion',
  }[state]
  return [keySection(title, columns, keys, `${state} keys`), steps([...keys, ...root], report)]
}

/** Keys that are no findings of the control, and may be compromised all the same. */
export function exposedSections(steps: StepsSection, report: Report): readonly Section[] {
  const keys = report.result.keys.filter(isOnlyExposed)
  const unlisted = unlistedExposed(report.result)
  const { account, keyAndLocation, nextStep, lastUsed, owner, age } = keyColumns(report)
  const columns = [keyAndLocation, nextStep, account, age, lastUsed, owner]
  return [
    keySection('Not stale, but their ID stands in the checkout', columns, keys, 'keys'),
    steps(keys, report),
    block(unlisted === 0 ? raw('') : md`${strong(exposedInWords(unlisted))} ${EXPOSED_UNLISTED}`),
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
    head: raw(fold ? `<details><summary>${title}</summary>` : ''),
    items,
    unrendered: withSteps.length - items.length,
    separator: '\n\n',
    tail: fold ? raw('</details>') : null,
    plural: 'keys with steps',
  }
}

export function exemptSection(report: Report, keys: readonly KeyResult[]): Section {
  const { account, key, age, until, reason, ticket, rule } = keyColumns(report)
  return keySection('Exempt', [key, until, reason, account, age, ticket, rule], keys, 'exempt keys')
}
