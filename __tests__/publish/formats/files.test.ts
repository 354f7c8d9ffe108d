import { createHash } from 'node:crypto'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { UserError } from '../../../src/domain/errors.ts'
import type { Evidence } from '../../../src/domain/evidence.ts'
import {
  outputDirectory,
  writeEvidence,
  writeFiles,
  writeResult,
} from '../../../src/publish/formats/files.ts'
import { withFailures } from '../../../src/publish/report.ts'
import { audited, key, notAudited, report, result } from '../build.ts'
import { violations } from '../validate.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'files-'))
})
afterEach(() => {
  rmSync(directory, { recursive: true })
})

const REPORT = report({ result: result([key()]) })
const FAILED = report({ result: result([key()], { accounts: [audited(), notAudited()] }) })

describe('the output directory', () => {
  test('is made, and holds every file whole', async () => {
    const output = join(directory, 'a', 'b')
    const { digests, problems } = await writeFiles(output, REPORT)
    expect(problems).toEqual([])
    expect(digests.has('findings.sarif')).toBe(true)
    expect(readdirSync(output).sort()).toEqual([
      'findings.ocsf.json',
      'findings.sarif',
      'keys.csv',
      'report.html',
      'result.json',
    ])
    for (const name of ['findings.ocsf.json', 'findings.sarif', 'result.json']) {
      JSON.parse(readFileSync(join(output, name), 'utf8'))
    }
  })

  test('holds no SARIF after a failed account, not even one of an earlier run', async () => {
    await writeFiles(directory, REPORT)
    const { digests, problems } = await writeFiles(directory, FAILED)
    expect([digests.has('findings.sarif'), problems]).toEqual([false, []])
    expect(readdirSync(directory).sort()).toEqual([
      'findings.ocsf.json',
      'keys.csv',
      'report.html',
      'result.json',
    ])
  })

  test('that cannot hold one file is an error naming it, and holds the others', async () => {
    mkdirSync(join(directory, 'keys.csv', 'x'), { recursive: true })
    const { digests, problems } = await writeFiles(directory, REPORT)
    expect(problems).toEqual([expect.any(UserError)])
    expect(problems[0]?.message).toMatch(
      /^keys\.csv could not be written to output-directory: a directory stands/,
    )
    expect(digests.has('findings.sarif')).toBe(true)
    expect(readdirSync(directory).sort()).toEqual([
      'findings.ocsf.json',
      'findings.sarif',
      'keys.csv',
      'report.html',
      'result.json',
    ])
  })

  test('has in report.html the SHA-256 of every other file, as it is at the end', async () => {
    const evidence = new Map([['evidence/123456789012.json', 'e'.repeat(64)]])
    const files = await writeFiles(directory, REPORT, evidence)
    await writeResult(
      directory,
      withFailures(REPORT, [new UserError('No issue was written', 'Try again.')]),
      files,
    )
    const page = readFileSync(join(directory, 'report.html'), 'utf8')
    for (const name of readdirSync(directory).filter(each => each !== 'report.html'))
      expect(page).toContain(digestOf(join(directory, name)))
    expect(page).toContain('e'.repeat(64))
  })

  test('that cannot hold report.html says in result.json that the step fails for it', async () => {
    mkdirSync(join(directory, 'report.html', 'x'), { recursive: true })
    const passing = report({ result: result([key({ ageDays: 3 })]) })
    expect((await writeFiles(directory, passing)).problems).toHaveLength(1)
    const written = JSON.parse(readFileSync(join(directory, 'result.json'), 'utf8'))
    expect(written.step).toEqual({ fails: true, reason: 'failures', keys: [] })
  })

  test('whose path runs through a file is an error for each file, and no SARIF is claimed', async () => {
    writeFileSync(join(directory, 'file'), '')
    for (const failing of [REPORT, FAILED]) {
      const { digests, problems } = await writeFiles(join(directory, 'file', 'x'), failing)
      expect(digests.has('findings.sarif')).toBe(false)
      expect(problems.length).toBeGreaterThanOrEqual(3)
      expect(problems.at(-2)?.message).toMatch(
        /^result\.json could not be written .*: a part of its path is a file/,
      )
    }
  })

  test('does not lead out by a link that lies in it', async () => {
    const outside = join(directory, 'outside')
    writeFileSync(outside, 'untouched')
    const output = join(directory, 'output')
    mkdirSync(output)
    symlinkSync(outside, join(output, 'keys.csv'))
    symlinkSync(outside, join(output, 'result.json.partial'))
    await writeFiles(output, REPORT)
    expect(readFileSync(outside, 'utf8')).toBe('untouched')
  })
})

describe('output-directory', () => {
  test('in the workspace does not leave it by a link, whichever part is one; elsewhere it may be named outright', () => {
    const workspace = join(directory, 'workspace')
    const outside = join(directory, 'outside')
    for (const path of [join(workspace, 'audit'), join(workspace, 'inner'), outside])
      mkdirSync(path, { recursive: true })
    symlinkSync(outside, join(workspace, 'link'))
    symlinkSync(join(directory, 'nowhere'), join(workspace, 'dangling'))
    symlinkSync(outside, join(workspace, 'audit', 'evidence'))
    symlinkSync(join(workspace, 'inner'), join(workspace, 'harmless'))
    for (const path of ['link', 'link/new/deep', 'dangling', 'dangling/new', 'audit', './harmless/../link'])
      expect(() => outputDirectory(workspace, path)).toThrow(/a link that leads out of the checkout/)
    expect(outputDirectory(workspace, 'harmless/new')).toBe(join(workspace, 'harmless', 'new'))
    expect(outputDirectory(workspace, 'new/deep')).toBe(join(workspace, 'new', 'deep'))
    writeFileSync(join(workspace, 'file'), '')
    expect(outputDirectory(workspace, 'file')).toBe(join(workspace, 'file'))
    expect(outputDirectory(workspace, outside)).toBe(outside)
    expect(outputDirectory(workspace, '../outside')).toBe(outside)
  })
})

describe('evidence', () => {
  const evidence: Evidence = {
    kind: 'evidence',
    version: 1,
    account: { id: '123456789012', partition: 'aws', name: null, alias: 'prod-main' },
    role: null,
    gatheredAt: '2026-11-24T00:00:00Z',
    report: { content: 'dXNlcg==', sha256: 'a'.repeat(64), generatedAt: null },
    observations: [{ kind: 'user-gone', user: 'bob', at: '2026-11-24T00:00:00Z', deletedAt: null }],
    refusals: [],
    shard: { index: 1, count: 2, accountsDigest: 'b'.repeat(64), accountCount: 3, leftOut: [] },
  }

  test('is written under its account, as it is and valid against its published schema', () => {
    writeEvidence(directory, evidence)
    const written = JSON.parse(readFileSync(join(directory, 'evidence', '123456789012.json'), 'utf8'))
    expect(written).toEqual(evidence)
    expect(violations('schemas/evidence.v1.json', written)).toEqual([])
  })

  test('of a failed account is written likewise', () => {
    const { account, failure } = notAudited()
    const failed = {
      kind: 'failed-account',
      version: 1,
      account,
      role: null,
      at: '2026-11-24T00:00:00Z',
      failure,
    } as const
    writeEvidence(directory, failed)
    const written = JSON.parse(readFileSync(join(directory, 'evidence', `${account.id}.json`), 'utf8'))
    expect(violations('schemas/evidence.v1.json', written)).toEqual([])
  })

  test.each(['../../x', '', '12345678901', '/etc/passwd'])(
    'of the account %j never leaves the directory',
    id => {
      const given = { ...evidence, account: { ...evidence.account, id } }
      expect(() => writeEvidence(directory, given)).toThrow(UserError)
      expect(readdirSync(directory)).toEqual([])
    },
  )

  test('that cannot be written is an error whose message names no account', () => {
    writeFileSync(join(directory, 'evidence'), '')
    const writing = () => writeEvidence(directory, evidence)
    expect(writing).toThrow(UserError)
    expect(writing).toThrow(expect.objectContaining({ detail: 'evidence/123456789012.json' }))
    expect(writing).not.toThrow('123456789012')
  })
})

function digestOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}
