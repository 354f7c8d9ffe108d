import type { AuditResult, KeyResult } from '../audit-result.ts'
import type { Preview } from './report.ts'

/** What this configuration changes against the base commit's, over the same evidence. */
export function previewOf(base: AuditResult, changed: AuditResult): Preview {
  const before = new Map(base.keys.map(key => [key.id, key]))
  const pairs = changed.keys.flatMap(key => {
    const old = before.get(key.id)
    return old === undefined ? [] : [{ old, key }]
  })
  return {
    exempted: pairs
      .filter(({ old, key }) => isFinding(old) && key.state === 'exempt')
      .map(({ key }) => key.id),
    returned: pairs
      .filter(({ old, key }) => old.state === 'exempt' && isFinding(key))
      .map(({ key }) => key.id),
    moved: pairs.flatMap(({ old, key }) =>
      old.exemption !== null && key.exemption !== null && old.exemption.expires !== key.exemption.expires
        ? [{ key: key.id, from: old.exemption.expires, until: key.exemption.expires }]
        : [],
    ),
  }
}

/** Whether the configuration makes any difference to the findings. */
export function makesDifference({ exempted, returned, moved }: Preview): boolean {
  return exempted.length + returned.length + moved.length > 0
}

function isFinding(key: KeyResult): boolean {
  return key.state === 'stale' || key.state === 'expiring'
}
