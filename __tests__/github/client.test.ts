import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from '@jest/globals'
import { UserError } from '../../src/domain/errors.ts'
import { createGitHub, RETRIES } from '../../src/github/client.ts'
import { describeGitHubError, isLocked } from '../../src/github/errors.ts'

const HERE = { owner: 'octo-org', repo: 'octo-repo' }
const DOING = { what: 'create an issue in octo-org/octo-repo', permission: 'issues: write' }

const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

interface Reply {
  readonly status?: number
  readonly headers?: Record<string, string>
  readonly body?: string
  /** The connection breaks after so many characters. */
  readonly cutAt?: number
  /** Nothing is ever sent. */
  readonly silent?: boolean
  /** The connection breaks before anything is sent. */
  readonly reset?: boolean
}

/** A server that gives these replies in turn, the last one for ever, and counts its requests. */
async function serve(...replies: readonly Reply[]) {
  return serveWith({}, ...replies)
}

async function serveWith(options: { readonly deadline?: Date }, ...replies: readonly Reply[]) {
  const seen: string[] = []
  const server = createServer((request, response) => {
    const reply = replies[seen.length] ?? replies.at(-1) ?? {}
    const { status = 200, headers = {}, body = '[]', cutAt } = reply
    seen.push(`${request.method} ${request.url}`)
    if (reply.silent) return
    if (reply.reset) {
      request.socket.destroy()
      return
    }
    response.writeHead(status, {
      'content-type': 'application/json',
      'content-length': body.length,
      ...headers,
    })
    if (cutAt === undefined) response.end(body)
    else response.write(body.slice(0, cutAt), () => setImmediate(() => response.destroy()))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const log: string[] = []
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const github = await createGitHub('ghs_secret', { apiUrl: url, log: line => log.push(line), ...options })
  return { github, seen, log, list: () => github.paginate(github.rest.issues.listForRepo, HERE) }
}

const LIST = JSON.stringify([{ number: 1 }, { number: 2 }])

async function faultOf(promise: Promise<unknown>): Promise<UserError> {
  try {
    await promise
  } catch (error) {
    return describeGitHubError(error, DOING)
  }
  throw new Error('nothing was thrown')
}

// First, for the toolkit loads but once.
test('a broken event file keeps nobody from asking GitHub', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'event-'))
  const before = process.env['GITHUB_EVENT_PATH']
  process.env['GITHUB_EVENT_PATH'] = join(folder, 'event.json')
  closers.push(() => {
    delete process.env['GITHUB_EVENT_PATH']
    if (before !== undefined) process.env['GITHUB_EVENT_PATH'] = before
    rmSync(folder, { recursive: true })
  })
  writeFileSync(join(folder, 'event.json'), '{"repository":{"vis')
  const { list } = await serve({ body: LIST })
  expect(await list()).toHaveLength(2)
  expect(process.env['GITHUB_EVENT_PATH']).toBe(join(folder, 'event.json'))
})

test('no token is an error that names the input', async () => {
  await expect(createGitHub('')).rejects.toMatchObject({ remedy: expect.stringContaining('`github-token`') })
})

describe('a list', () => {
  test.each<[string, Reply]>([
    ['cut off in the middle', { body: LIST, cutAt: 10 }],
    ['cut off before its first character', { body: LIST, cutAt: 0 }],
    ['empty', { body: '' }],
    ['no JSON', { body: '<html>proxy</html>' }],
    ['refused as a conflict', { status: 409, body: '{"message":"Conflict"}' }],
    ['HTML with status 200', { body: '<html>proxy</html>', headers: { 'content-type': 'text/html' } }],
  ])('that arrives %s is asked for again, and never taken for an empty one', async (_, broken) => {
    const { list, seen } = await serve(broken, { body: LIST })
    expect(await list()).toHaveLength(2)
    expect(seen).toHaveLength(2)
  })

  test('that never arrives whole is an error', async () => {
    const { github } = await serve({ body: LIST, cutAt: 10 })
    const once = github.rest.issues.listForRepo({ ...HERE, request: { retries: 0 } })
    expect((await faultOf(once)).message).toMatch(/answer was cut off or faulty/)
  })
})

describe('a request that creates something', () => {
  test.each<[string, Reply]>([
    ['a server error', { status: 502, body: '{}' }],
    ['an answer cut off', { status: 201, body: '{"number":1}', cutAt: 5 }],
  ])('is not repeated after %s, which may hide a success', async (_, reply) => {
    const { github, seen } = await serve(reply)
    await expect(github.rest.issues.create({ ...HERE, title: 'x' })).rejects.toThrow()
    expect(seen).toHaveLength(1)
  })

  test('is repeated where its caller says so, but never after a refusal', async () => {
    const label = { ...HERE, name: 'x', request: { repeatable: true } }
    const lost = await serve({ status: 502, body: '{}' }, { status: 201, body: '{"id":1}' })
    await lost.github.rest.issues.createLabel(label)
    expect(lost.seen).toHaveLength(2)
    const refused = await serve({ status: 403, body: '{}' })
    await expect(refused.github.rest.issues.createLabel(label)).rejects.toThrow()
    expect(refused.seen).toHaveLength(1)
  })

  test('is repeated after a secondary rate limit, which refused it, when GitHub says so', async () => {
    const message = 'You have exceeded a secondary rate limit.'
    const { github, seen, log } = await serve(
      { status: 403, body: JSON.stringify({ message }), headers: { 'retry-after': '1' } },
      { status: 201, body: '{"number":1}' },
    )
    await github.rest.issues.create({ ...HERE, title: 'x' })
    expect(seen).toHaveLength(2)
    expect(log).toEqual(["GitHub's secondary rate limit is reached; waiting 1 s as GitHub asks"])
  })
})

/** The message without GitHub's own sentence, which ends it. */
function ownWords({ message }: Error): string {
  return message.replace(/ \(GitHub: “.*”\)$/s, '')
}

const IN_AN_HOUR = Math.floor(Date.now() / 1000) + 3600

describe('waiting', () => {
  test.each([
    [
      'secondary rate limit',
      { 'retry-after': '900' },
      'You have exceeded a secondary rate limit.',
      /secondary rate limit/,
    ],
    [
      'rate limit',
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(IN_AN_HOUR) },
      'API rate limit exceeded',
      /used up until \d{4}-\d\d-\d\d \d\d:\d\d UTC/,
    ],
  ])('for a %s has its bound', async (_, headers, message, expected) => {
    const { list, seen } = await serve({ status: 403, headers, body: JSON.stringify({ message }) })
    expect(ownWords(await faultOf(list()))).toMatch(expected)
    expect(seen).toHaveLength(1)
  })

  test('ends though the reset that GitHub names is always past', async () => {
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1700000000' }
    const { list, seen } = await serve({
      status: 403,
      headers,
      body: '{"message":"API rate limit exceeded"}',
    })
    await faultOf(list())
    expect(seen.length).toBeLessThan(20)
  })
})

describe('at the deadline', () => {
  const soon = () => new Date(Date.now() + 300)

  test.each<[string, Reply]>([
    ['that is never answered', { silent: true }],
    ['that would be tried again', { status: 502, body: '{}' }],
    ['whose body never ends', { body: LIST, headers: { 'content-length': '1000' } }],
    [
      'that GitHub asks to wait with',
      { status: 403, headers: { 'retry-after': '60' }, body: '{"message":"a secondary rate limit"}' },
    ],
  ])('a request %s has ended, and says why', async (_, reply) => {
    const { github, list, seen } = await serveWith({ deadline: soon() }, reply)
    const error = await faultOf(list())
    expect(error.message).toMatch(/`timeout-minutes` ended first$|a secondary rate limit/)
    const asked = seen.length
    await new Promise(resolve => setTimeout(resolve, 400))
    const next = await faultOf(github.rest.issues.create({ ...HERE, title: 'x' }))
    expect(next.remedy).toMatch(/^Nothing is lost: .* Raise `timeout-minutes`/)
    expect(seen).toHaveLength(asked)
  })
})

describe('after a request that nobody answered', () => {
  test('no other is tried, but for one that takes back what it may have done', async () => {
    const { github, list, seen } = await serve(
      { reset: true },
      { reset: true },
      { reset: true },
      { body: LIST },
    )
    await faultOf(list())
    expect(seen).toHaveLength(RETRIES + 1)
    expect((await faultOf(list())).message).toMatch(/could not be reached/)
    expect(seen).toHaveLength(RETRIES + 1)
    await github.rest.issues.listForRepo({ ...HERE, request: { lastWord: true } })
    expect(seen).toHaveLength(RETRIES + 2)
  })

  test('one that GitHub refused is followed by others', async () => {
    const { list, seen } = await serve({ status: 403, body: '{}' }, { body: LIST })
    await faultOf(list())
    expect(await list()).toHaveLength(2)
    expect(seen).toHaveLength(2)
  })
})

describe('an error', () => {
  test.each([
    [401, 'Bad credentials', {}, /does not accept the token/, /`github-token`/],
    [
      403,
      'Resource not accessible by integration',
      {},
      /lacks the permission/,
      /`issues: write` under `permissions:`/,
    ],
    [
      403,
      'Resource not accessible by integration',
      { 'x-accepted-github-permissions': 'pull_requests=read; contents=read' },
      /lacks the permission/,
      /`pull-requests: read`/,
    ],
    [
      403,
      'Resource not accessible by integration',
      { 'x-accepted-github-permissions': 'issues=read' },
      /lacks the permission/,
      /`issues: write`/,
    ],
    [
      403,
      'Resource not accessible by integration',
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(IN_AN_HOUR) },
      /lacks the permission/,
      /`issues: write`/,
    ],
    [403, 'Repository was archived so is read-only.', {}, /archived/, /`issue-repository`/],
    [
      403,
      'Although you appear to have the correct authorization credentials, the `octo-org` organization has an IP allow list enabled, and your IP address is not permitted to access this resource.',
      {},
      /IP allow list/,
      /runner/,
    ],
    [
      403,
      'Resource protected by organization SAML enforcement. You must grant your Personal Access token access to this organization.',
      { 'x-github-sso': 'required; url=https://github.com/orgs/octo-org/sso' },
      /SAML single sign-on/,
      /Configure SSO/,
    ],
    [
      403,
      '`octo-org` forbids access via a personal access token (classic). Please use a GitHub App, OAuth App, or a personal access token with fine-grained permissions.',
      {},
      /does not let tokens of this kind in/,
      /GitHub App/,
    ],
    [403, 'Unable to create comment because issue is locked.', {}, /locked/, /Unlock/],
    [403, 'Sorry. Your account was suspended.', {}, /has blocked/, /support/],
    [403, 'Something that nobody foresaw', {}, /refused it/, /^See what GitHub said.*`issues: write`/],
    [404, 'Not Found', {}, /not found, or the token has no access/, /`issues: write`/],
    [410, 'Issues has been disabled in this repository.', {}, /issues are disabled/, /Features/],
    [429, 'Too many requests', {}, /rate limit/, /next run/],
    [422, 'Validation Failed', {}, /invalid/, /inputs/],
  ])('%i %s says why and what to do', async (status, message, headers, why, what) => {
    const { list } = await serve({ status, headers, body: JSON.stringify({ message }) })
    const error = await faultOf(list())
    expect(error).toBeInstanceOf(UserError)
    expect(error.message).toMatch(/^Could not create an issue in octo-org\/octo-repo: /)
    expect(ownWords(error)).toMatch(why)
    expect(error.remedy).toMatch(what)
    // Fixed sentences of GitHub name nobody; the fields that it finds invalid may.
    expect(status === 422 ? error.detail : error.message).toContain(message)
  })

  test.each([
    ['Unable to create comment because issue is locked.', true],
    ['Resource not accessible by integration', false],
    ['Repository access blocked', false],
  ])('%s concerns one issue alone: %s', async (message, locked) => {
    const { list } = await serve({ status: 403, body: JSON.stringify({ message }) })
    expect(isLocked(await list().catch((error: unknown) => error))).toBe(locked)
  })

  test('without an answer says that GitHub could not be reached', async () => {
    const github = await createGitHub('ghs_secret', { apiUrl: 'http://127.0.0.1:1' })
    const error = await faultOf(github.rest.issues.listForRepo({ ...HERE, request: { retries: 0 } }))
    expect(error.message).toMatch(/could not be reached/)
    expect(JSON.stringify([error, error.cause])).not.toContain('ghs_secret')
  })

  test('of our own stays as it is', () => {
    const own = new UserError('a', 'b')
    expect(describeGitHubError(own, DOING)).toBe(own)
  })
})
