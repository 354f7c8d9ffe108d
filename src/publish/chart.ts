import type { AuditResult } from '../audit-result.ts'
import { DAY_MS } from '../time.ts'
import { codeBlock, type Markdown, raw } from './markdown.ts'
import { countOf, formatCount } from './text.ts'

/**
 * Active keys by age, as a Mermaid bar chart; nothing without a key of known age. Each bar's label carries its
 * count, so that one key shows beside ten thousand; the limit is a line of its own among the bars, so that it
 * shows without colour. Numbers alone go in, no name.
 */
export function ageChart({ keys, policy, asOf }: AuditResult): Markdown {
  const ages = keys.flatMap(({ state, createdAt }) =>
    state === 'inactive' || createdAt === null ? [] : [(Date.parse(asOf) - Date.parse(createdAt)) / DAY_MS],
  )
  if (ages.length === 0) return raw('')
  const { maxAgeDays } = policy
  const bars = ageBars(ages, maxAgeDays)
  const within = bars.filter(bar => !bar.stale)
  const beyond = bars.filter(bar => bar.stale)
  const rows = [...within, null, ...beyond]
  const labels = rows.map(bar =>
    bar === null ? `limit ${countOf(maxAgeDays, 'day')}` : `${bar.label}: ${formatCount(bar.count)}`,
  )
  const most = Math.max(...bars.map(bar => bar.count))
  return codeBlock(
    [
      '---',
      'config:',
      '  xyChart:',
      '    width: 720',
      '    height: 300',
      '    yAxis: { showLabel: false, showTick: false, showAxisLine: false }',
      '  themeVariables:',
      '    xyChart: { plotColorPalette: "#2f81f7,#d1632d" }',
      '---',
      'xychart-beta horizontal',
      `  title "Active access keys by age in days"`,
      `  x-axis [${labels.map(label => `"${label}"`).join(', ')}]`,
      `  y-axis 0 --> ${most}`,
      `  bar [${rows.map(bar => (bar === null || bar.stale ? 0 : bar.count)).join(', ')}]`,
      `  bar [${rows.map(bar => (bar?.stale ? bar.count : 0)).join(', ')}]`,
    ].join('\n'),
    'mermaid',
  )
}

interface Bar {
  readonly label: string
  readonly stale: boolean
  readonly count: number
}

/** Thirds of the limit, then twice the limit, a year (or four times the limit), and the rest. */
function ageBars(ages: readonly number[], maxAgeDays: number): readonly Bar[] {
  const year = maxAgeDays * 2 < 365 ? 365 : maxAgeDays * 4
  const edges = [Math.ceil(maxAgeDays / 3), Math.ceil((maxAgeDays * 2) / 3), maxAgeDays, maxAgeDays * 2, year]
  const ends = [...new Set(edges), Number.POSITIVE_INFINITY]
  return ends.map((end, index) => {
    const start = index === 0 ? -1 : (ends[index - 1] ?? -1)
    return {
      label: end === Number.POSITIVE_INFINITY ? `over ${formatCount(start)}` : `${start + 1}–${end}`,
      stale: start >= maxAgeDays,
      count: ages.filter(age => (index === 0 || age > start) && age <= end).length,
    }
  })
}
