/** `npm run demo -- FILE`, by which newcomers meet it, over a report in every form in which people save it. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { READ, REFUSED, REPORT } from '../gather/saved-forms.ts'

const directory = mkdtempSync(join(tmpdir(), 'demo-'))
afterAll(() => rmSync(directory, { recursive: true }))

function demo(content: string | Buffer, ...asOf: readonly string[]): string {
  const path = join(directory, 'report.txt')
  writeFileSync(path, content)
  const { stdout, stderr } = spawnSync('node', ['scripts/node24.js', 'sandbox/demo.ts', path, ...asOf], {
    encoding: 'utf8',
  })
  expect(stderr).toBe('')
  return stdout
}

describe('the demo', () => {
  test.each(Object.entries(READ))('over a report %s gives its verdict', (_, save) => {
    const said = demo(save(REPORT), '2026-11-24T02:00:00Z')
    expect(said).toMatch(/^Error: 1 of 2 active access keys is over 90 days/m)
  })

  test.each(REFUSED)('over a file that is %s says so', (_, content, message) => {
    const said = demo(content)
    expect(said).toContain(message)
    expect(said).not.toContain('active access keys')
  })

  test.each([
    ['as AWS sends it', 'does not say when it was generated: its newest date is 2026-11-01T10:00:00Z, '],
    ["as the CLI's JSON", 'was generated at 2026-11-24T02:00:00Z, '],
  ])('over an old report %s says its age first, and evaluates it as of then', (form, age) => {
    const said = demo(READ[form]?.(REPORT) ?? '')
    expect(said.split('\n', 1)[0]).toContain(age)
    expect(said).toMatch(/^Error: 1 of 2 active access keys is over 90 days/m)
    expect(demo(READ[form]?.(REPORT) ?? '', 'now')).not.toContain(age)
  })
})
