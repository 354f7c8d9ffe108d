import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import {
  addSummary,
  endGroup,
  error,
  getInput,
  info,
  notice,
  setOutput,
  setSecret,
  warning,
} from '../../src/host/toolkit.ts'

const before = { ...process.env }
const write = process.stdout.write
let directory = ''
let said = ''

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'toolkit-'))
  said = ''
  process.stdout.write = ((text: string) => {
    said += text
    return true
  }) as typeof write
})
afterEach(() => {
  process.stdout.write = write
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
  Object.assign(process.env, before)
  rmSync(directory, { recursive: true })
})

describe('a workflow command', () => {
  test.each([
    ['of several lines stays one line', () => error('a\r\nb 100%'), '::error::a%0D%0Ab 100%25\n'],
    [
      'cannot be given a further property by a title',
      () => warning('m', { title: 'a,b:c\n::error::x', file: 'a.tf', startLine: 3 }),
      '::warning title=a%2Cb%3Ac%0A%3A%3Aerror%3A%3Ax,file=a.tf,line=3::m\n',
    ],
    ['says only what is known', () => notice('m', { title: '' }), '::notice::m\n'],
    ['without a message is whole', () => endGroup(), '::endgroup::\n'],
    ['keeps a secret', () => setSecret('s%'), '::add-mask::s%25\n'],
    ['is not a line of the log', () => info('plain: 100%'), 'plain: 100%\n'],
  ])('%s', (_, speak, expected) => {
    speak()
    expect(said.replaceAll('\r\n', '\n')).toBe(expected)
  })
})

test('an input is read without the blanks around it, and is empty where it is not given', () => {
  process.env['INPUT_MAX-AGE-DAYS'] = ' 90\n'
  expect([getInput('max-age-days'), getInput('warn-days')]).toEqual(['90', ''])
})

test('an output of several lines cannot end itself', () => {
  const file = join(directory, 'output')
  process.env['GITHUB_OUTPUT'] = file
  setOutput('urls', 'a\nb')
  setOutput('count', 3)
  expect(readFileSync(file, 'utf8')).toMatch(
    /^urls<<(ghadelimiter_[-\w]+)\r?\na\nb\r?\n\1\r?\ncount<<(ghadelimiter_[-\w]+)\r?\n3\r?\n\2\r?\n$/,
  )
})

test('a runner without outputs or summaries is left alone', () => {
  delete process.env['GITHUB_OUTPUT']
  delete process.env['GITHUB_STEP_SUMMARY']
  setOutput('result', 'pass')
  addSummary('# Summary')
  expect(said).toBe('')
})
