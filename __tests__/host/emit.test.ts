import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { StepOutput } from '../../src/domain/step-output.ts'
import { emit } from '../../src/host/emit.ts'
import { annotationsOf } from '../../src/publish/github/annotations.ts'
import { logOf } from '../../src/publish/github/log.ts'
import { audited, key, notAudited, report, result, step } from '../publish/build.ts'
import { HOSTILE_TEXTS } from '../publish/rendered.ts'

const before = { ...process.env }
const write = process.stdout.write
let directory = ''
let said = ''

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'emit-'))
  for (const name of ['OUTPUT', 'STEP_SUMMARY']) {
    process.env[`GITHUB_${name}`] = join(directory, name)
    writeFileSync(join(directory, name), '')
  }
  said = ''
  process.stdout.write = ((text: string) => {
    said += text
    return true
  }) as typeof write
})
afterEach(() => {
  process.stdout.write = write
  process.exitCode = 0
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
  Object.assign(process.env, before)
  rmSync(directory, { recursive: true })
})

/** What the runner sees on standard output. */
async function printed(output: Partial<StepOutput>): Promise<string[]> {
  await emit({ fails: false, outputs: {}, log: [], summary: '', annotations: [], ...output })
  return said.split(/\r?\n/).slice(0, -1)
}

const error = { level: 'error', title: 't', message: 'm', location: null } as const

describe('a workflow command', () => {
  test.each([
    ['of several lines stays one line', { further: ['b 100%'] }, '::error title=t::m%0Ab 100%25'],
    [
      'cannot be given a further property by a title or a path',
      { title: 'a,b:c', location: { path: 'a,line=9.tf', line: 3 } },
      '::error title=a%2Cb%3Ac,file=a%2Cline=9.tf,line=3::m',
    ],
  ])('%s', async (_, given, expected) => {
    expect(await printed({ annotations: [{ ...error, ...given }] })).toEqual([expected])
  })

  test.each(HOSTILE_TEXTS)('is none of ours in %j, whatever of the audit says so', async text => {
    const failure = { summary: text, remedy: text, detail: `${text}\n${text}` }
    const all = report({
      result: result([key({ user: text, next: step({ title: text, reason: text.repeat(3000) }) })], {
        accounts: [
          audited({ name: text, notes: [{ kind: 'root-user', action: null, text }] }),
          notAudited({ name: text, failure }),
        ],
      }),
    })
    const lines = await printed({ log: logOf(all), annotations: annotationsOf(all), debug: [text] })
    for (const line of lines) {
      const [, command, properties = '', message = line] =
        /^::(group|endgroup|error|warning|debug)(?: (\S.*?))?::(.*)$/su.exec(line) ?? []
      expect([command ?? 'none', message]).toEqual([command ?? 'none', expect.not.stringMatching(/^\s*::/)])
      expect(line).not.toMatch(/##\[|[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e]/u)
      expect(properties.length).toBeLessThan(1000)
      expect(message.replace(/%\w\w/g, '-').length).toBeLessThanOrEqual(4096)
    }
  })
})

test('a group of the log holds its lines', async () => {
  const log = [
    { title: 'plain: 100%', lines: [] },
    { title: 'folded', lines: ['a'] },
  ]
  expect(await printed({ log })).toEqual(['plain: 100%', '::group::folded', '  a', '::endgroup::'])
})

test('an output of several lines cannot end itself', async () => {
  await printed({ outputs: { urls: 'a\nb', count: '3' } })
  expect(readFileSync(join(directory, 'OUTPUT'), 'utf8')).toMatch(
    /^urls<<(ghadelimiter_[-\w]+)\r?\na\nb\r?\n\1\r?\ncount<<(ghadelimiter_[-\w]+)\r?\n3\r?\n\2\r?\n$/,
  )
})

test('the summary goes to the job page, once, and the step fails where it is said so', async () => {
  await printed({ summary: '# Summary', fails: true })
  expect(readFileSync(join(directory, 'STEP_SUMMARY'), 'utf8')).toMatch(/^# Summary\r?\n$/)
  expect(process.exitCode).toBe(1)
})
