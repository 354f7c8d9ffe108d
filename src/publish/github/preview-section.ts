/** What a change of the configuration does, as a reviewer reads it. */
import type { KeyResult } from '../../domain/audit-result.ts'
import {
  andMore,
  countMore,
  countOf,
  elapsed,
  firstAndMore,
  joinTexts,
  listOf,
  shorten,
} from '../../domain/text.ts'
import { keyColumns, locationLink, nameCell, textCell } from '../describe/key-columns.ts'
import {
  blocks,
  type Content,
  code,
  heading,
  joined,
  link,
  type Markdown,
  md,
  prose,
  table,
} from '../describe/markdown.ts'
import { stepVerdict } from '../describe/verdict.ts'
import type { PreviewedKey, Report } from '../report.ts'

/** Of keys, and of changes. */
const MOST_ROWS = 100
const MOST_NAMED = 5
const LONGEST_TEXT = 300

/** Nothing where the configuration says the same. */
export function previewBlock(report: Report): Markdown | null {
  const { preview, result } = report
  if (preview === null || preview.keys.length + preview.changes.length === 0) return null
  const keys = new Map(result.keys.map(key => [key.id, key]))
  return blocks([
    heading(2, previewSentence(preview.keys, keys)),
    keysTable(preview.keys, keys, report),
    ...changesBlocks(report, keys),
    joined([prose(remaining(report)), evidenceAge(report)], ' '),
  ])
}

type KeysById = ReadonlyMap<string, KeyResult>

function keysTable(previewed: readonly PreviewedKey[], keys: KeysById, report: Report): Markdown {
  const rows = previewed.flatMap(one => {
    const key = keys.get(one.key)
    return key === undefined ? [] : [{ key, effect: effectCell(one, key, report) }]
  })
  const { account, key: accessKey, age } = keyColumns(report)
  const shown = rows.slice(0, MOST_ROWS)
  const cells = shown.map(({ key, effect }) => [
    accessKey.cell(key),
    effect,
    account.cell(key),
    age.cell(key),
  ])
  return blocks([table([accessKey, 'Effect', account, age], cells), moreThan(shown, rows, 'key')])
}

function moreThan(shown: readonly unknown[], all: readonly unknown[], what: string): Content {
  return shown.length === all.length ? null : `${andMore(all.length - shown.length, what)}.`
}

function previewSentence(previewed: readonly PreviewedKey[], keys: KeysById): string {
  if (previewed.length === 0) return 'This change of the configuration leaves every finding as it is'
  const of = (effect: PreviewedKey['effect']) => previewed.filter(one => one.effect === effect)
  const [exempted, returned, moved] = [of('exempted'), of('returned'), of('moved')]
  const days = exempted.flatMap(({ key }) => keys.get(key)?.exemption?.expires ?? []).sort()
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

function effectCell({ effect, until }: PreviewedKey, { exemption }: KeyResult, report: Report): Content {
  if (effect === 'returned') return 'A finding again: no exemption covers it any more'
  if (exemption === null) return null
  if (effect === 'moved') return `Exempt until ${exemption.expires}, before until ${until}`
  const ticket = exemption.ticket === null ? '' : ` (${exemption.ticket})`
  const reason = exemption.reason && textCell(`${exemption.reason}${ticket}`)
  return joined([`Exempt until ${exemption.expires}`, locationLink(exemption.location, report), reason], ': ')
}

/** A row for each field and rule that is another. */
function changesBlocks(report: Report, keys: KeysById): readonly Content[] {
  const changes = report.preview?.changes ?? []
  if (changes.length === 0) return []
  const shown = changes.slice(0, MOST_ROWS)
  const rows = shown.map((change): readonly Content[] => [
    joined([code(change.field), change.location && locationLink(change.location, report)], '<br>'),
    asWritten(change.before),
    asWritten(change.after),
    joined([textCell(change.effect), namesOf(change.keys, keys)], ': '),
  ])
  return [
    heading(3, 'What changes in the configuration'),
    table(['Field', 'Before', 'Now', 'Effect'], rows),
    moreThan(shown, changes, 'change'),
  ]
}

function asWritten(text: string | null): Content {
  return text === null ? null : textCell(shorten(text, LONGEST_TEXT))
}

function namesOf(ids: readonly string[], keys: KeysById): Content {
  const names = [...new Set(ids.flatMap(id => keys.get(id)?.user ?? []))]
  return joined(firstAndMore<Content>(names.map(nameCell), MOST_NAMED, countMore), ', ')
}

function remaining(report: Report): string {
  const { stale } = report.result.counts
  if (stale === 0) return 'No stale key remains.'
  const remain = countOf(stale, 'stale key remains', 'stale keys remain')
  return `${joinTexts([remain, stepVerdict(report)], '; ')}.`
}

function evidenceAge(report: Report): Content {
  const { accounts, asOf } = report.result
  const times = accounts
    .flatMap(one => (one.status === 'audited' ? (one.evidence.gatheredAt ?? []) : []))
    .sort()
  const [oldest] = times
  if (oldest === undefined) return null
  return md`Evidence of ${earlierRun(report) ?? 'an earlier run'}, ${elapsed(oldest, asOf)} old.`
}

/** The run that gathered the evidence, linked, where it is not this one; null where that is not known. */
export function earlierRun({ result, run }: Pick<Report, 'result' | 'run'>): Content {
  const urls = result.accounts.flatMap(one => (one.status === 'audited' ? (one.evidence.runUrl ?? []) : []))
  const [url] = urls.filter(each => each !== run.url)
  return url === undefined ? null : link('an earlier run', url)
}
