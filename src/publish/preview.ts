import type { KeyResult } from '../domain/audit-result.ts'
import { andMore, countOf, elapsed, listOf } from '../domain/text.ts'
import { keyColumns, locationLink, textCell } from './describe/key-columns.ts'
import {
  blocks,
  type Content,
  heading,
  joined,
  link,
  type Markdown,
  md,
  prose,
  raw,
  table,
} from './describe/markdown.ts'
import { stepVerdict } from './describe/verdict.ts'
import { changesBlock, type Evaluated, previewedChanges } from './preview-changes.ts'
import type { Preview, Report } from './report.ts'

/** What this configuration changes against the base commit's, over the same evidence. */
export function previewOf(base: Evaluated, changed: Evaluated): Preview {
  const before = new Map(base.result.keys.map(key => [key.id, key]))
  const pairs = changed.result.keys.flatMap(key => {
    const old = before.get(key.id)
    return old === undefined ? [] : [{ old, key }]
  })
  return {
    changes: previewedChanges(base, changed),
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

const MOST_KEYS = 100

/** The preview as a reviewer reads it; nothing where the configuration says the same. */
export function previewBlock(report: Report): Markdown {
  const { preview, result } = report
  if (preview === null) return raw('')
  const changing = preview.exempted.length + preview.returned.length + preview.moved.length
  if (changing + preview.changes.length === 0) return raw('')
  const keys = new Map(result.keys.map(key => [key.id, key]))
  const found = (ids: readonly string[]) => ids.flatMap(id => keys.get(id) ?? [])
  const rows = [
    ...found(preview.exempted).map(key => ({ key, effect: exemptionEffect(key, report) })),
    ...found(preview.returned).map(key => ({
      key,
      effect: prose('A finding again: no exemption covers it any more'),
    })),
    ...preview.moved.flatMap(({ key, from, until }) =>
      found([key]).map(one => ({ key: one, effect: prose(`Exempt until ${until}, before until ${from}`) })),
    ),
  ]
  const { account, key: accessKey, age } = keyColumns(report)
  const left = rows.length - MOST_KEYS
  return blocks([
    heading(2, changing === 0 ? NO_FINDING : previewSentence(preview, found(preview.exempted))),
    changing === 0
      ? ''
      : table(
          [accessKey, 'Effect', account, age],
          rows
            .slice(0, MOST_KEYS)
            .map(({ key, effect }) => [accessKey.cell(key), effect, account.cell(key), age.cell(key)]),
        ),
    left > 0 ? prose(`${andMore(left, 'key')}.`) : '',
    changesBlock(report),
    joined([prose(remaining(report)), evidenceAge(report)], ' '),
  ])
}

const NO_FINDING = 'This change of the configuration leaves every finding as it is'

function previewSentence({ exempted, returned, moved }: Preview, keys: readonly KeyResult[]): string {
  const days = keys.flatMap(key => key.exemption?.expires ?? []).sort()
  const [first] = days
  const last = days.at(-1)
  const until = first === undefined ? '' : first === last ? ` until ${last}` : ` until ${last} at the latest`
  const parts = [
    exempted.length === 0 ? '' : `exempts ${countOf(exempted.length, 'key')}${until}`,
    returned.length === 0
      ? ''
      : `makes ${countOf(returned.length, 'exempt key')} ${returned.length === 1 ? 'a finding' : 'findings'} again`,
    moved.length === 0 ? '' : `moves the last day of ${countOf(moved.length, 'exemption')}`,
  ]
  return `This change ${listOf(parts.filter(part => part !== ''))}`
}

function exemptionEffect({ exemption }: KeyResult, report: Report): Markdown {
  if (exemption === null) return raw('')
  const ticket = exemption.ticket === null ? '' : ` (${exemption.ticket})`
  const reason = exemption.reason === '' ? '' : textCell(`${exemption.reason}${ticket}`)
  return joined(
    [prose(`Exempt until ${exemption.expires}`), locationLink(exemption.location, report), reason],
    ': ',
  )
}

function remaining(report: Report): string {
  const { stale } = report.result.counts
  if (stale === 0) return 'No stale key remains.'
  const step = stepVerdict(report)
  return `${countOf(stale, 'stale key')} ${stale === 1 ? 'remains' : 'remain'}${step === '' ? '' : `; ${step}`}.`
}

function evidenceAge(report: Report): Content {
  const { accounts, asOf } = report.result
  const times = accounts
    .flatMap(one => (one.status === 'audited' ? (one.evidence.gatheredAt ?? []) : []))
    .sort()
  const [oldest] = times
  if (oldest === undefined) return ''
  return md`Evidence of ${earlierRun(report) ?? 'an earlier run'}, ${elapsed(oldest, asOf)} old.`
}

/** The run that gathered the evidence, linked, where it is not this one; null where that is not known. */
export function earlierRun({ result, run }: Pick<Report, 'result' | 'run'>): Content {
  const urls = result.accounts.flatMap(one => (one.status === 'audited' ? (one.evidence.runUrl ?? []) : []))
  const [url] = urls.filter(each => each !== run.url)
  return url === undefined ? null : link('an earlier run', url)
}

function isFinding(key: KeyResult): boolean {
  return key.state === 'stale' || key.state === 'expiring'
}
