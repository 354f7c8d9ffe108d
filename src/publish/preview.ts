/** What a configuration changes against the base commit's, over the same evidence. */
import { type ConfigChange, compareConfigs } from '../config/compare-configs.ts'
import type { Config } from '../config/config.ts'
import type { AuditResult, KeyResult } from '../domain/audit-result.ts'
import { countOf, joinTexts } from '../domain/text.ts'
import { keysCovered, unverifiedCovered } from '../evaluate/exemptions.ts'
import { COVERED } from './describe/exemption-warnings.ts'
import type { Preview, PreviewedChange, PreviewedKey } from './report.ts'

/** A configuration and what the evidence comes to under it. */
export interface Evaluated {
  readonly config: Config
  readonly result: AuditResult
}

export function previewOf(base: Evaluated, now: Evaluated): Preview {
  const before = new Map(base.result.keys.map(key => [key.id, key]))
  const keys = now.result.keys.flatMap((key): PreviewedKey[] => {
    const old = before.get(key.id)
    const effect = old === undefined ? null : effectOn(old, key)
    return effect === null ? [] : [{ key: key.id, effect, until: old?.exemption?.expires ?? null }]
  })
  const path = now.config.path ?? ''
  return {
    changes: compareConfigs(base.config, now.config).map(change => ({
      field: change.field,
      before: change.before,
      after: change.after,
      location: typeof change.rule?.line === 'number' ? { path, line: change.rule.line } : null,
      ...effectOf(change, base, now),
    })),
    keys: EFFECTS.flatMap(each => keys.filter(({ effect }) => effect === each)),
  }
}

const EFFECTS = ['exempted', 'returned', 'moved'] as const satisfies PreviewedKey['effect'][]

function effectOn(old: KeyResult, key: KeyResult): PreviewedKey['effect'] | null {
  if (isFinding(old) && key.state === 'exempt') return 'exempted'
  if (old.state === 'exempt' && isFinding(key)) return 'returned'
  const moved = old.exemption && key.exemption && old.exemption.expires !== key.exemption.expires
  return moved ? 'moved' : null
}

function isFinding({ state }: KeyResult): boolean {
  return state === 'stale' || state === 'expiring'
}

type Effect = Pick<PreviewedChange, 'effect' | 'keys'>

function effectOf({ field, after, rule }: ConfigChange, before: Evaluated, now: Evaluated): Effect {
  const there = after === null ? before : now
  if (field === 'exemptions' && rule !== null) return exemptionEffect(rule.index, there, there === now)
  if (field === 'accept-unverified' && rule !== null) return acceptanceEffect(rule.index, there)
  return { effect: FIELD_EFFECTS[field]?.(before, now) ?? '', keys: [] }
}

const FIELD_EFFECTS: Readonly<Record<string, (before: Evaluated, now: Evaluated) => string>> = {
  'owners.tag': ownersEffect,
  'owners.users': ownersEffect,
  'remediation.made-by-hand': (...both) =>
    `what code says is told otherwise of ${countOf(differing(...both, 'declared'), 'key')}`,
  infrastructure: () => 'this check looks at what either version names',
}

function ownersEffect(before: Evaluated, now: Evaluated): string {
  return `${countOf(differing(before, now, 'owner'), 'key has', 'keys have')} another owner`
}

function exemptionEffect(rule: number, { config, result }: Evaluated, isThere: boolean): Effect {
  const covered = keysCovered(config, rule, result.keys)
  const keys = covered.map(({ id }) => id)
  const covers = isThere ? 'covers' : 'covered'
  if (covered.length === 0) return { effect: `${covers} no key of this evidence`, keys }
  const findings = covered.filter(key => isFinding(key) || key.state === 'exempt').length
  const { reach = 'some', status } = result.exemptions[rule] ?? {}
  const reaching = COVERED[reach]
  const sentence = [
    `${covers} ${countOf(covered.length, 'key')}, ${findings === 0 ? 'none' : findings} of them stale or expiring`,
    reaching && `that is ${reaching}`,
    status === 'expired' ? 'but has expired' : '',
  ]
  return { effect: joinTexts(sentence, ', '), keys }
}

function acceptanceEffect(rule: number, { config, result }: Evaluated): Effect {
  const count = unverifiedCovered(config, rule, result.unverified).length
  const reaching = COVERED[result.acceptances[rule]?.reach ?? 'some']
  const covers = `covers ${count} of ${countOf(result.unverified.length, 'unverified user')}`
  return { effect: joinTexts([covers, reaching && `its pattern covers ${reaching}`], ', '), keys: [] }
}

/** How many keys are told another thing of. */
function differing(before: Evaluated, now: Evaluated, told: 'owner' | 'declared'): number {
  const old = new Map(before.result.keys.map(key => [key.id, JSON.stringify(key[told])]))
  return now.result.keys.filter(({ id, [told]: is }) => old.has(id) && old.get(id) !== JSON.stringify(is))
    .length
}
