import { expect, test } from '@jest/globals'
import { unreadOf } from '../../src/domain/unread.ts'

const READ = { source: 'git', stoppedBy: null, skippedCount: 0, unread: [] } as const
const DOUBT = { doubt: 'its declarations are missing' }

test('nothing was left unread of a git checkout that was read to its end, and of repositories without doubt', () => {
  expect(unreadOf(READ, [{ doubt: null }])).toEqual([])
})

test.each([
  [
    'no checkout, of which nothing else can be said',
    { source: 'none', skippedCount: 2 },
    [{ kind: 'no-checkout' }],
  ],
  ['a directory that git does not know', { source: 'directory' }, [{ kind: 'no-git' }]],
  ['a bound that ended the scan', { stoppedBy: '10 files' }, [{ kind: 'stopped', by: '10 files' }]],
  [
    'files, those that declare nothing among them',
    { skippedCount: 2, unread: ['a.tf'] },
    [{ kind: 'files', count: 2, mayDeclare: ['a.tf'] }],
  ],
] as const)('left unread: %s', (_, scan, unread) => {
  expect(unreadOf({ ...READ, ...scan }, [])).toEqual(unread)
})

test('each gap is told, the gravest first, and other repositories after this one', () => {
  const scan = { source: 'directory', stoppedBy: 'time', skippedCount: 1, unread: [] } as const
  const kinds = unreadOf(scan, [DOUBT, { doubt: null }]).map(({ kind }) => kind)
  expect(kinds).toEqual(['no-git', 'stopped', 'files', 'others'])
  expect(unreadOf(READ, [DOUBT, DOUBT])).toEqual([{ kind: 'others', count: 2 }])
})
