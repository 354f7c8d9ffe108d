/** What one configuration says otherwise than another, field by field, whatever fields there are. */
import type { Config } from './config.ts'

/** A field, or a rule of a list, that is another now. */
export interface ConfigChange {
  /** As the file names it: `remediation.max-changes`. */
  readonly field: string
  /** What stood there, on one line; null: nothing. */
  readonly before: string | null
  readonly after: string | null
  /** Where the rule stands now, and in the file from which it is gone; null for what is no rule. */
  readonly rule: RulePlace | null
}

interface RulePlace {
  /** Index in the list, of the file of now or, of a rule that is gone, of before. */
  readonly index: number
  /** Line of the file of now; null where the rule is gone. */
  readonly line: number | null
}

export function compareConfigs(before: Config, now: Config): readonly ConfigChange[] {
  return compareFields({ ...before, path: null }, { ...now, path: null }, '')
}

type Fields = Readonly<Record<string, unknown>>

function compareFields(before: object, now: object, prefix: string): readonly ConfigChange[] {
  return Object.keys(now).flatMap(name => {
    const [old, value] = [(before as Fields)[name], (now as Fields)[name]]
    const field = prefix + fieldName(name)
    if (Array.isArray(value)) return compareLists(itemsOf(old), itemsOf(value), field)
    if (isFields(value)) return compareFields(isFields(old) ? old : {}, value, `${field}.`)
    return old === value ? [] : [{ field, before: textOf(old), after: textOf(value), rule: null }]
  })
}

interface Item {
  readonly text: string
  /** What makes it the same rule with other words: whom it covers. */
  readonly identity: string
  readonly index: number
  /** null for a text. */
  readonly line: number | null
}

function compareLists(before: readonly Item[], now: readonly Item[], field: string): readonly ConfigChange[] {
  const gone = without(before, now)
  const come = without(now, before)
  if (gone.length + come.length === 0) {
    const sameOrder = now.every(({ text }, index) => text === before[index]?.text)
    return sameOrder ? [] : [{ field, before: 'another order', after: ORDER, rule: null }]
  }
  const paired = come.map(item => {
    const index = gone.findIndex(({ identity }) => identity === item.identity)
    const [old = null] = index === -1 ? [] : gone.splice(index, 1)
    return changeOf(field, old, item)
  })
  return [...paired, ...gone.map(item => changeOf(field, item, null))]
}

/** The first rule that fits decides. */
const ORDER = 'the same in a new order, of which the first that fits counts'

function changeOf(field: string, old: Item | null, item: Item | null): ConfigChange {
  const { index = 0, line = null } = item ?? old ?? {}
  return {
    field,
    before: old?.text ?? null,
    after: item?.text ?? null,
    rule: line === null ? null : { index, line: item === null ? null : line },
  }
}

/** The items that others do not have, each as often as it is more there. */
function without(items: readonly Item[], others: readonly Item[]): Item[] {
  const left = new Map<string, number>()
  for (const { text } of others) left.set(text, (left.get(text) ?? 0) + 1)
  return items.filter(({ text }) => {
    const count = left.get(text) ?? 0
    left.set(text, count - 1)
    return count <= 0
  })
}

function itemsOf(list: unknown): readonly Item[] {
  return (Array.isArray(list) ? list : []).map((item: unknown, index) => {
    if (!isFields(item)) return { text: String(item), identity: String(item), index, line: null }
    const { line, ...rest } = item
    const texts = Object.entries(rest).flatMap(([name, value]) =>
      value === null ? [] : [`${fieldName(name)}: ${String(value)}`],
    )
    const identity = JSON.stringify([rest['user'], rest['account'], rest['accessKeyId']])
    return { text: texts.join(', '), identity, index, line: typeof line === 'number' ? line : 0 }
  })
}

function textOf(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value)
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `maxChanges` → `max-changes`, as the file has it. */
function fieldName(name: string): string {
  return name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
}
