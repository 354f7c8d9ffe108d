import { describe, expect, test } from '@jest/globals'
import { readRun, reasonNotToWrite } from '../../src/host/run.ts'

const ENV = {
  GITHUB_EVENT_NAME: 'push',
  GITHUB_EVENT_PATH: '/event.json',
  GITHUB_REF: 'refs/heads/main',
  GITHUB_REPOSITORY: 'octo-org/octo-repo',
  GITHUB_RUN_ID: '42',
  GITHUB_SERVER_URL: 'https://ghe.example.com',
  GITHUB_WORKFLOW_REF: 'octo-org/octo-repo/.github/workflows/nightly.yml@refs/heads/a@b',
}

function run(env: NodeJS.ProcessEnv, event: unknown) {
  return readRun({ ...ENV, ...env }, () => JSON.stringify(event))
}

const REPOSITORY = { default_branch: 'main', visibility: 'private', private: true }

const PULL_REQUEST = {
  number: 7,
  base: { sha: 'base', repo: { full_name: 'octo-org/octo-repo' } },
  head: { sha: 'head', repo: { full_name: 'octo-org/octo-repo' } },
}

describe('a run', () => {
  test('names its page and its workflow file', () => {
    const read = run({}, {})
    expect(read.url).toBe('https://ghe.example.com/octo-org/octo-repo/actions/runs/42')
    expect(read.workflowPath).toBe('.github/workflows/nightly.yml')
    expect(read.actionVersion).toMatch(/^\d+\.\d+\.\d+/)
  })

  test('has no page outside GitHub Actions', () => {
    expect(readRun({}, () => '')).toMatchObject({ url: null, workflowPath: null, onDefaultBranch: null })
  })

  test.each([
    ['a branch pushed to', 'push', 'refs/heads/main', { repository: REPOSITORY }, true],
    ['another branch', 'workflow_dispatch', 'refs/heads/topic', { repository: REPOSITORY }, false],
    ['a tag named like the branch', 'push', 'refs/tags/main', { repository: REPOSITORY }, false],
    ['a schedule without repository', 'schedule', 'refs/heads/main', { schedule: '0 3 * * *' }, true],
    ['a payload that does not tell', 'push', 'refs/heads/main', {}, null],
  ])('knows the default branch: %s', (_, eventName, ref, event, expected) => {
    expect(run({ GITHUB_EVENT_NAME: eventName, GITHUB_REF: ref }, event).onDefaultBranch).toBe(expected)
  })

  test.each([
    [{ visibility: 'internal', private: true }, 'internal'],
    [{ visibility: 'private', private: true }, 'private'],
    [{ private: true }, null],
    [{ private: false }, 'public'],
    [{ visibility: 'secret' }, null],
  ])('reads the visibility of %j as %s', (repository, expected) => {
    expect(run({}, { repository }).visibility).toBe(expected)
  })

  test.each([
    [
      'missing',
      () => {
        throw new Error('ENOENT')
      },
    ],
    ['empty', () => ''],
    ['cut off', () => '{"repository":{"visib'],
    ['no object', () => 'null'],
  ])('survives an event file that is %s', (_, readFile) => {
    expect(readRun(ENV, readFile)).toMatchObject({ visibility: null, onDefaultBranch: null, change: null })
  })
})

describe('the change that started a run', () => {
  test.each([
    ['the same repository', PULL_REQUEST, false],
    ['a fork', { ...PULL_REQUEST, head: { sha: 'head', repo: { full_name: 'else/fork' } } }, true],
    ['a fork deleted since', { ...PULL_REQUEST, head: { sha: 'head', repo: null } }, true],
  ])('is a pull request from %s', (_, pull_request, fromFork) => {
    expect(run({ GITHUB_EVENT_NAME: 'pull_request' }, { pull_request }).change).toEqual({
      kind: 'pull-request',
      number: 7,
      baseSha: 'base',
      headSha: 'head',
      fromFork,
    })
  })

  test('is a merge group', () => {
    const event = { merge_group: { base_sha: 'base', head_sha: 'head' } }
    expect(run({ GITHUB_EVENT_NAME: 'merge_group' }, event).change).toEqual({
      kind: 'merge-group',
      baseSha: 'base',
      headSha: 'head',
    })
  })

  test('is none on a push', () => {
    expect(run({}, { pull_request: PULL_REQUEST }).change).toBeNull()
  })
})

describe('writing', () => {
  test.each([
    ['schedule', true, null],
    ['workflow_dispatch', true, null],
    ['pull_request', true, 'this run belongs to a pull request'],
    ['pull_request_target', true, 'this run belongs to a pull request'],
    ['merge_group', true, 'this run belongs to a merge group'],
    ['push', false, 'this run is not on the default branch'],
    ['push', null, 'the event does not say whether this run is on the default branch'],
  ])('on %s, default branch %s: %s', (eventName, onDefaultBranch, reason) => {
    expect(reasonNotToWrite({ eventName, onDefaultBranch })).toBe(reason)
  })
})
