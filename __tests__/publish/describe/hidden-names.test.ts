import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { expect, test } from '@jest/globals'
import { BY_DATE, BY_SECRET } from '../../../src/publish/describe/hidden-names.ts'
import { hmacOf } from '../../../src/publish/pseudonyms.ts'
import { SECRET } from '../build.ts'

/** The command's output, over a CLI of two users with a key each. */
function outputOf(command: string): string {
  const bin = mkdtempSync(join(tmpdir(), 'bin-'))
  const cli = `#!/bin/sh
case "$*" in
  *list-users*) printf 'alice\\tbob\\n' ;;
  *AccessKeyId,UserName*) printf 'AKIA%s\\t%s\\n' "$4" "$4" ;;
  *) printf '2026-05-0%s\\t%s\\tAKIA%s\\n' "\${#4}" "$4" "$4" ;;
esac
`
  writeFileSync(join(bin, 'aws'), cli, { mode: 0o755 })
  const env = { ...process.env, PATH: [bin, process.env['PATH']].join(delimiter), REDACTION_SECRET: SECRET }
  return execFileSync('sh', ['-c', command], { env, encoding: 'utf8' })
}

test('the command finds a key by its name under the secret', () => {
  const name = (id: string) => hmacOf(SECRET, 'key', id).slice(0, 8)
  expect(outputOf(BY_SECRET)).toBe(`${name('AKIAalice')} alice AKIAalice\n${name('AKIAbob')} bob AKIAbob\n`)
})

test('the command finds a key by its creation date', () => {
  expect(outputOf(BY_DATE)).toBe('2026-05-03\tbob\tAKIAbob\n2026-05-05\talice\tAKIAalice\n')
})

test('the guide has the same commands', () => {
  const guide = readFileSync(new URL('../../../docs/recipes.md', import.meta.url), 'utf8')
  for (const command of [BY_DATE, BY_SECRET]) expect(guide).toContain(`\`\`\`sh\n${command}\n\`\`\``)
})
