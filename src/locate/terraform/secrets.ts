import { resourcesIn } from '../expressions/expression.ts'
import type { Change, Splice } from '../text/diff.ts'
import { freeName, toldApart } from '../text/free-name.ts'
import { isRepeatable, repeated } from './blocks.ts'
import type { Module, Resource } from './module.ts'
import { addressOf, namesOf, type Reference, referencesTo } from './references.ts'

interface HandedOn {
  readonly splices: readonly Splice[]
  /** Whether one of them is an output. */
  readonly isOutput: boolean
  /** What reads the key in another form, `aws_lambda_function.x (main.tf:3)`. */
  readonly left: readonly string[]
}

/** What hands on the secret of a key, once more for the second key of the name: outputs, parameters, secrets. */
export function handingOn(key: Resource, name: string, module: Module): HandedOn {
  const references = referencesTo(module, key)
  const byBlock = Map.groupBy(references, ({ block }) => block)
  const secrets = new Map<Resource, string>()
  const taken = new Map<string, Set<string>>()
  const free = (block: Resource) => {
    const kind = addressOf({ ...block, labels: block.labels.slice(0, -1) })
    const names = taken.get(kind) ?? namesOf(module, block)
    taken.set(kind, names)
    return freeName(block.name, '_next', names)
  }
  const found = Array.from(byBlock, ([block, to]) => {
    const changes = to.map(({ at }) => ({ ...at, text: name }))
    const copies = block === null ? null : copiesOf(block, changes, secrets, module, free)
    const [{ path, line }] = to as [Reference]
    const called = block === null ? 'a part that could not be read' : addressOf(block)
    const isMute = block !== null && /^(moved|import|removed)$/.test(block.type)
    return { block, copies, left: copies === null && !isMute ? [`${called} (${path}:${line})`] : [] }
  })
  const copied = found.filter(({ copies }) => copies !== null)
  return {
    splices: [
      ...copied.flatMap(({ copies }) => copies ?? []),
      ...Array.from(secrets, ([secret, label]) => repeated(secret, label, renamed(secret) ?? [])),
    ],
    isOutput: copied.some(({ block }) => block?.type === 'output'),
    left: found.flatMap(({ left }) => left),
  }
}

/** The block once more for the second key; null where that is more than another name. */
function copiesOf(
  block: Resource,
  changes: readonly Change[],
  secrets: Map<Resource, string>,
  module: Module,
  free: (block: Resource) => string,
): Splice[] | null {
  if (!isRepeatable(block)) return null
  if (block.type === 'output') return [repeated(block, free(block), changes)]
  if (block.type !== 'resource') return null
  if (block.labels[0] === 'aws_ssm_parameter') {
    const name = renamed(block)
    return name === null || name.length === 0 ? null : [repeated(block, free(block), [...changes, ...name])]
  }
  if (block.labels[0] !== 'aws_secretsmanager_secret_version') return null
  const secret = secretOf(block, module)
  if (secret === null || !isRepeatable(secret) || renamed(secret) === null) return null
  const next = secrets.get(secret) ?? free(secret)
  secrets.set(secret, next)
  const toSecret = referencesTo(module, secret)
    .filter(({ block: from }) => from === block)
    .map(({ at }) => ({ ...at, text: next }))
  return [repeated(block, free(block), [...changes, ...toSecret])]
}

function secretOf({ attributes }: Resource, { blocks }: Module): Resource | null {
  const [named, ...others] = resourcesIn(attributes.get('secret_id'))
  if (others.length > 0 || !named?.startsWith('aws_secretsmanager_secret.')) return null
  return blocks.find(({ type, labels }) => type === 'resource' && labels.join('.') === named) ?? null
}

/** The `name` that no two may share, told apart; none where AWS makes it up, null where it is no plain text. */
function renamed({ text, attributes, ranges, place }: Resource): Change[] | null {
  const name = attributes.get('name')
  if (name === undefined) return []
  const range = ranges.get('name')?.value
  if (place !== undefined || range === undefined) return null
  const written = text.slice(range.start, range.end)
  if (!/^"[^\n]*[\w}/-]"$/.test(written) || (name.kind !== 'literal' && name.kind !== 'template')) return null
  return [toldApart(text, range.end - 1, '-next')]
}
