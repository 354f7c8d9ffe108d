/** The fields and rules that a change of the configuration file touches, and what each does to this evidence. */
import { type ConfigChange, compareConfigs } from '../config/compare-configs.ts'
import type { Config } from '../config/config.ts'
import type { AuditResult, KeyResult } from '../domain/audit-result.ts'
import { andMore, countMore, countOf, firstAndMore, joinTexts, shorten } from '../domain/text.ts'
import { keysCovered, unverifiedCovered } from '../evaluate/exemptions.ts'
import { reachInWords } from './describe/exemption-warnings.ts'
import { locationLink, nameCell, textCell } from './describe/key-columns.ts'
import {
  blocks,
  type Content,
  code,
  heading,
  joined,
  type Markdown,
  prose,
  raw,
  table,
} from './describe/markdown.ts'
import type { PreviewedChange, Report } from './report.ts'

/** A configuration and what the evidence comes to under it. */
export interface Evaluated {
  readonly config: Config
  readonly result: AuditResult
}

export function previewedChanges(before: Evaluated, now: Evaluated): readonly PreviewedChange[] {
  return compareConfigs(before.config, now.config).map(change => {
    const { field, before: old, after, rule } = change
    const path = now.config.path ?? ''
    return {
      field,
      before: old,
      after,
      location: typeof rule?.line === 'number' ? { path, line: rule.line } : null,
      ...effectOf(change, before, now),
    }
  })
}

type Effect = Pick<PreviewedChange, 'effect' | 'keys'>

function effectOf(change: ConfigChange, before: Evaluated, now: Evaluated): Effect {
  const { field, rule } = change
  const there = change.after === null ? before : now
  if (field === 'exemptions' && rule !== null) return exemptionEffect(rule.index, there, there === now)
  if (field === 'accept-unverified' && rule !== null) return acceptanceEffect(rule.index, there)
  const about = (effect: string): Effect => ({ effect, keys: [] })
  if (field === 'owners.tag' || field === 'owners.users')
    return about(
      `${countOf(
        differing(before, now, ({ owner }) => owner),
        'key has',
        'keys have',
      )} another owner`,
    )
  if (field === 'remediation.made-by-hand')
    return about(
      `what code says is told otherwise of ${countOf(
        differing(before, now, ({ declared }) => declared),
        'key',
      )}`,
    )
  return about(field === 'infrastructure' ? 'this check looks at what either version names' : '')
}

function exemptionEffect(rule: number, { config, result }: Evaluated, isThere: boolean): Effect {
  const covered = keysCovered(config, rule, result.keys)
  const keys = covered.map(({ id }) => id)
  if (covered.length === 0)
    return { effect: `${isThere ? 'covers' : 'covered'} no key of this evidence`, keys }
  const findings = covered.filter(({ state }) => DUE.has(state)).length
  const { reach = 'some', status } = result.exemptions[rule] ?? {}
  const reaching = reachInWords(reach)
  const sentence = [
    `${isThere ? 'covers' : 'covered'} ${countOf(covered.length, 'key')}, ${findings === 0 ? 'none' : findings} of them stale or expiring`,
    reaching === '' ? '' : `that is ${reaching}`,
    status === 'expired' ? 'but has expired' : '',
  ]
  return { effect: joinTexts(sentence, ', '), keys }
}

const DUE: ReadonlySet<KeyResult['state']> = new Set(['stale', 'expiring', 'exempt'])

function acceptanceEffect(rule: number, { config, result }: Evaluated): Effect {
  const count = unverifiedCovered(config, rule, result.unverified).length
  const reaching = reachInWords(result.acceptances[rule]?.reach ?? 'some')
  const sentence = [
    `covers ${count} of ${countOf(result.unverified.length, 'unverified user')}`,
    reaching === '' ? '' : `its pattern covers ${reaching}`,
  ]
  return { effect: joinTexts(sentence, ', '), keys: [] }
}

/** How many keys are told another thing of. */
function differing(before: Evaluated, now: Evaluated, toldOf: (key: KeyResult) => unknown): number {
  const old = new Map(before.result.keys.map(key => [key.id, JSON.stringify(toldOf(key))]))
  return now.result.keys.filter(key => old.has(key.id) && old.get(key.id) !== JSON.stringify(toldOf(key)))
    .length
}

const MOST_CHANGES = 100
const MOST_NAMED = 5
const LONGEST_TEXT = 300

/** A row for each change; nothing where there is none. */
export function changesBlock(report: Report): Markdown {
  const changes = report.preview?.changes ?? []
  if (changes.length === 0) return raw('')
  const keys = new Map(report.result.keys.map(key => [key.id, key]))
  const rows = changes
    .slice(0, MOST_CHANGES)
    .map((change): readonly Content[] => [
      joined([code(change.field), change.location && locationLink(change.location, report)], '<br>'),
      asWritten(change.before),
      asWritten(change.after),
      joined([textCell(change.effect), namesOf(change.keys, keys)], ': '),
    ])
  const left = changes.length - rows.length
  return blocks([
    heading(3, 'What changes in the configuration'),
    table(['Field', 'Before', 'Now', 'Effect'], rows),
    left === 0 ? '' : prose(`${andMore(left, 'change')}.`),
  ])
}

function asWritten(text: string | null): Content {
  return text === null ? '' : textCell(shorten(text, LONGEST_TEXT))
}

function namesOf(ids: readonly string[], keys: ReadonlyMap<string, KeyResult>): Content {
  const names = [...new Set(ids.flatMap(id => keys.get(id)?.user ?? []))]
  return joined(firstAndMore<Content>(names.map(nameCell), MOST_NAMED, countMore), ', ')
}
