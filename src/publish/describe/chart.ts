import type { AuditResult } from '../../domain/audit-result.ts'
import { formatCount } from '../../domain/text.ts'
import { ageOf, DAY_MS } from '../../domain/time.ts'
import type { TrendPoint } from '../report.ts'
import { codeBlock, type Markdown, raw } from './markdown.ts'

/**
 * Active keys by age as a Mermaid bar chart; nothing without a key of known age. Each bar's label carries its count, so that
 * one key shows beside ten thousand; the limit is a line of its own among the bars, so that it shows without colour. Numbers alone go in, no name.
 */
export function ageChart(result: AuditResult): Markdown {
  const rows = ageBars(result)
  if (rows.length === 0) return raw('')
  const labels = rows.map(bar =>
    bar === null
      ? `limit: ${formatCount(result.policy.maxAgeDays)}`
      : `${bar.label}: ${formatCount(bar.count)}`,
  )
  const most = Math.max(...rows.map(bar => bar?.count ?? 0))
  return codeBlock(
    [
      ...preamble(
        280,
        'xAxis: { labelPadding: 22 }',
        'yAxis: { showLabel: false, showTick: false, showAxisLine: false }',
      ),
      'xychart-beta horizontal',
      `  title "${AGES_TITLE}"`,
      `  x-axis [${labels.map(label => `"${label}"`).join(', ')}]`,
      `  y-axis 0 --> ${most}`,
      `  bar [${rows.map(bar => (bar === null || bar.stale ? 0 : bar.count)).join(', ')}]`,
      `  bar [${rows.map(bar => (bar?.stale ? bar.count : 0)).join(', ')}]`,
    ].join('\n'),
    'mermaid',
  )
}

export const AGES_TITLE = 'Active access keys by age in days'

export interface Bar {
  readonly label: string
  readonly stale: boolean
  readonly count: number
}

/** Active keys by age, exempt or not, youngest first, those without a date last; null is the limit. Empty without a key of known age. */
export function ageBars({ keys, policy, asOf }: AuditResult): readonly (Bar | null)[] {
  const now = new Date(asOf)
  const active = keys.filter(({ state }) => state !== 'inactive')
  const ages = active.flatMap(({ createdAt, usedBeforeCreated }) => {
    const since = usedBeforeCreated ?? createdAt
    return since === null ? [] : Math.ceil(ageOf(since, now) / DAY_MS)
  })
  if (ages.length === 0) return []
  const bars = barsOf(ages, policy.maxAgeDays)
  const undated = { label: 'no date', stale: true, count: active.length - ages.length }
  return [
    ...bars.filter(bar => !bar.stale),
    null,
    ...bars.filter(bar => bar.stale),
    ...(undated.count === 0 ? [] : [undated]),
  ]
}

/** Thirds of the limit, then twice the limit, a year (or four times the limit), and the rest. `ages`: days, rounded up. */
function barsOf(ages: readonly number[], maxAgeDays: number): readonly Bar[] {
  const year = maxAgeDays * 2 < 365 ? 365 : maxAgeDays * 4
  const edges = [Math.ceil(maxAgeDays / 3), Math.ceil((maxAgeDays * 2) / 3), maxAgeDays, maxAgeDays * 2, year]
  const ends = [...new Set(edges), Number.POSITIVE_INFINITY]
  return ends.map((end, index) => {
    const start = index === 0 ? -1 : (ends[index - 1] ?? -1)
    return {
      label: rangeLabel(start + 1, end),
      stale: start >= maxAgeDays,
      count: ages.filter(age => age > start && age <= end).length,
    }
  })
}

function rangeLabel(first: number, last: number): string {
  if (last === Number.POSITIVE_INFINITY) return `over ${formatCount(first - 1)}`
  return first === last ? formatCount(last) : `${formatCount(first)}–${formatCount(last)}`
}

const MOST_POINTS = 30

/** Stale keys over the last runs, as a Mermaid line chart. */
export function trendChart(points: readonly TrendPoint[]): Markdown {
  const shown = points.slice(-MOST_POINTS)
  // Only ever a day: what an issue kept is not trusted.
  const days = shown.map(({ day }) => `"${day.slice(5, 10).replace(/[^\d-]/g, '')}"`)
  return codeBlock(
    [
      ...preamble(200, 'yAxis: { showTitle: false }'),
      'xychart-beta',
      '  title "Stale keys"',
      `  x-axis [${days.join(', ')}]`,
      `  y-axis 0 --> ${Math.max(1, ...shown.map(({ stale }) => stale))}`,
      `  line [${shown.map(({ stale }) => stale).join(', ')}]`,
    ].join('\n'),
    'mermaid',
  )
}

/** A width that stays legible on a phone, and two colours that stand out from light and dark alike. */
function preamble(height: number, ...axes: readonly string[]): readonly string[] {
  return [
    '---',
    'config:',
    '  xyChart:',
    '    width: 440',
    `    height: ${height}`,
    ...axes.map(axis => `    ${axis}`),
    '  themeVariables:',
    '    xyChart: { backgroundColor: "transparent", plotColorPalette: "#2f81f7,#d1632d" }',
    '---',
  ]
}
