import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from '@jest/globals'
import { StepOutput } from '../../sandbox/commands.ts'
import { type RunOptions, runAction } from '../../sandbox/runner.ts'
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts'
import { advance, world } from '../../sandbox/world.ts'

const running: Sandbox[] = []
afterEach(async () => {
  for (const sandbox of running.splice(0)) await sandbox.close()
})

/** Runs `script` as an action with two inputs. */
async function run(script: string, options: Partial<RunOptions & { sandbox: Sandbox }> = {}) {
  const action = mkdtempSync(join(tmpdir(), 'action-'))
  writeFileSync(
    join(action, 'action.yml'),
    'name: x\ninputs:\n  max-age-days: { default: "90" }\n  github-token: { default: "${{ github.token }}" }\nruns: { using: node24, main: index.mjs }\n',
  )
  writeFileSync(join(action, 'index.mjs'), `import { appendFileSync as append } from 'node:fs'\n${script}`)
  const sandbox = options.sandbox ?? (await startSandbox(world()))
  running.push(sandbox)
  return runAction({ action, sandbox, ...options })
}

test('inputs arrive with defaults, hyphens and the token; nothing of this machine does', async () => {
  process.env['AWS_PROFILE'] = 'mine'
  const { stdout } = await run('console.log(JSON.stringify(process.env))', {
    inputs: { 'max-age-days': '30' },
  })
  delete process.env['AWS_PROFILE']
  const env = JSON.parse(stdout)
  expect(env).toMatchObject({
    'INPUT_MAX-AGE-DAYS': '30',
    'INPUT_GITHUB-TOKEN': world().github.token,
    GITHUB_REPOSITORY: 'octo-org/octo-repo',
  })
  expect(env).not.toHaveProperty('AWS_PROFILE')
  expect(env.HOME).not.toBe(process.env['HOME'])
})

test('outputs, environment, path, state, summary and exit code are read back', async () => {
  const result = await run(`
    append(process.env.GITHUB_OUTPUT, 'result<<E\\nfail\\nmore\\nE\\ncount=7\\n')
    append(process.env.GITHUB_ENV, 'A=b=c\\n')
    append(process.env.GITHUB_PATH, '/opt/bin\\n')
    append(process.env.GITHUB_STATE, 'x=y\\n')
    append(process.env.GITHUB_STEP_SUMMARY, '# hush')
    console.log('::add-mask::hush')
    console.error('hush now')
    process.exitCode = 3
  `)
  expect(result).toMatchObject({
    exitCode: 3,
    outputs: { result: 'fail\nmore', count: '7' },
    env: { A: 'b=c' },
    path: ['/opt/bin'],
    state: { x: 'y' },
    summary: '# ***',
    log: '*** now\n',
  })
})

test('a summary over 1 MiB is not shown and leaves an error, as on GitHub', async () => {
  const { summary, annotations } = await run(
    `append(process.env.GITHUB_STEP_SUMMARY, 'x'.repeat(1024 * 1024 + 1))`,
  )
  expect(summary).toBeNull()
  expect(annotations).toMatchObject([{ kind: 'error', message: expect.stringContaining('upload aborted') }])
})

test('the action’s clock is the world’s', async () => {
  const served = world()
  advance(served, 30)
  const { stdout } = await run('console.log(Date.now(), new Date().getTime(), new Date(0) instanceof Date)', {
    sandbox: await startSandbox(served),
  })
  const [now, made, isDate] = stdout.trim().split(' ')
  expect(Number(now) - Date.now()).toBeGreaterThan(29.9 * 86_400_000)
  expect(Number(made) - Date.now()).toBeGreaterThan(29.9 * 86_400_000)
  expect(isDate).toBe('true')
})

test('an action that hangs is ended, and its memory is measured where asked for', async () => {
  const hung = await run('setInterval(() => {}, 1000)', { timeoutMs: 500 })
  expect(hung.exitCode).toBe(124)
  const { peakMemoryBytes } = await run('', { measureMemory: true })
  expect(peakMemoryBytes).toBeGreaterThan(10_000_000)
})

describe('workflow commands', () => {
  test.each([
    [
      '::error file=iam/ci.tf,line=12,title=Old%3A key::412%0Adays',
      { file: 'iam/ci.tf', line: 12, title: 'Old: key', message: '412\ndays' },
    ],
    ['  ::error::after blanks', { message: 'after blanks' }],
    ['user x##[error]y in prod', { message: 'y in prod' }],
    ['a ##[ERROR file=a;line=2]b%5Dc', { file: 'a', line: 2, message: 'b]c' }],
  ])('%s raises an annotation', (line, expected) => {
    const output = new StepOutput([])
    output.line(line)
    expect(output.annotations).toMatchObject([{ kind: 'error', ...expected }])
  })

  test.each(['user ::error::y', '::unknown::x', 'x##[unknown]y##[error]z', '##(error)', '::error'])(
    '%s raises none',
    line => {
      const output = new StepOutput([])
      output.line(line)
      expect(output.annotations).toEqual([])
      expect(output.log).toBe(`${line}\n`)
    },
  )

  test('a carriage return alone ends a line, so that what follows can be a command', async () => {
    const { annotations } = await run(
      String.raw`process.stdout.write('name\r::warning::from a name\r\nrest')`,
    )
    expect(annotations).toMatchObject([{ kind: 'warning', message: 'from a name' }])
  })

  test('the first ten annotations of a kind are kept', () => {
    const output = new StepOutput([])
    for (let count = 1; count <= 12; count++) output.line(`::error::${count}`)
    output.line('::warning::still kept')
    expect(output.annotations).toHaveLength(11)
    expect(output.dropped.map(each => each.message)).toEqual(['11', '12'])
  })

  test('none is carried out between stop-commands and its token', () => {
    const output = new StepOutput([])
    for (const line of ['::stop-commands::T0ken', '::error::a', '::t0ken::', '::error::b']) output.line(line)
    expect(output.annotations.map(each => each.message)).toEqual(['b'])
  })
})
