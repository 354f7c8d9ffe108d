import { memoize } from '../../domain/memoize.ts'
import { lineCounter, type Range } from '../text/lines.ts'
import type { Module, Resource } from './module.ts'

/** A place in a module's code that refers to a resource by its name, `aws_iam_access_key.ci`. */
export interface Reference {
  readonly path: string
  readonly line: number
  /** Where the resource's own name stands. */
  readonly at: Range
  /** The block in which it stands; null: a part that could not be read. */
  readonly block: Resource | null
}

/** The references to a resource within its module, but for those in its own block. */
export function referencesTo(
  module: Module,
  { labels, name, path, start, end }: Resource,
): readonly Reference[] {
  const all = references(module).get(`${labels[0]}.${name}`) ?? []
  return all.filter(({ path: from, at }) => from !== path || at.start < start || at.start >= end)
}

const REFERENCE = /\b(aws_iam_access_key|aws_secretsmanager_secret)\s*\.\s*([\p{L}_][\p{L}\d_-]*)/gu

const references = memoize((module: Module): ReadonlyMap<string, readonly Reference[]> => {
  const found = module.files.flatMap(({ path, code }) => {
    const lineOf = lineCounter(code)
    const blocks = module.blocks.filter(block => block.path === path)
    return Array.from(code.matchAll(REFERENCE), ({ 0: all, 1: type, 2: name = '', index }) => {
      const end = index + all.length
      const block = blocks.find(one => one.start <= index && index < one.end) ?? null
      const at = { start: end - name.length, end }
      return { to: `${type}.${name}`, path, line: lineOf(index), at, block }
    })
  })
  return Map.groupBy(found, ({ to }) => to)
})

/** Where the callers of a module use one of its outputs, `module.ci.secret`, or all of them. */
export function usesOfOutput(
  output: string,
  callers: readonly { readonly module: Module; readonly name: string }[],
): readonly Pick<Reference, 'path' | 'line'>[] {
  return callers.flatMap(({ module, name }) =>
    module.files.flatMap(({ path, code }) => {
      const lineOf = lineCounter(code)
      return [...code.matchAll(OUTPUT)]
        .filter(({ 1: call, 2: of }) => call === name && (of === undefined || of === output))
        .map(({ index }) => ({ path, line: lineOf(index) }))
    }),
  )
}

const OUTPUT =
  /\bmodule\s*\.\s*([\p{L}_][\p{L}\d_-]*)(?:\s*\[[^\]\n]{0,200}\])*(?:\s*\.\s*(?!\*)([\p{L}_][\p{L}\d_-]*))?/gu

/** The names that blocks of the same kind have. */
export function namesOf(module: Module, { type, labels }: Resource): Set<string> {
  const kind = labels.slice(0, -1).join('.')
  const alike = module.blocks.filter(
    block => block.type === type && block.labels.slice(0, -1).join('.') === kind,
  )
  return new Set(alike.map(({ name }) => name))
}

/** `aws_ssm_parameter.secret`, `output secret` */
export function addressOf({ type, labels }: Resource): string {
  return type === 'resource' ? labels.join('.') : [type, ...labels].join(' ')
}
