import { execFileSync } from 'node:child_process'
import { expect, test } from '@jest/globals'
import { shellCommand } from '../../../src/publish/describe/shell.ts'
import { command } from '../build.ts'
import { HOSTILE_TEXTS } from '../rendered.ts'

const PRINTABLE = HOSTILE_TEXTS.filter(text => !/[\u0000\ud800]/.test(text))

test.each([...PRINTABLE, "it's", '$(id)', '-', '', '!!'])(
  'a shell hands %j to the program as it is',
  argument => {
    const script = shellCommand(command(['printf', '%s|', argument, 'end']))
    expect(execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' })).toBe(`${argument}|end|`)
  },
)

test.each(['x\necho injected', 'x\r\necho injected', 'x\u2028echo injected', '\u0000', "'\n`echo injected`"])(
  'a comment %j never leaves its line',
  comment => {
    const script = shellCommand(command(['printf', 'done'], comment))
    expect(script.split('\n')).toHaveLength(2)
    expect(execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' })).toBe('done')
  },
)
