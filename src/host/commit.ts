/**
 * The commit that is checked out at `workspace`, which is another than the run's where `ref` of actions/checkout asks for
 * one; null where no git directory there tells.
 */
export function checkedOutCommit(workspace: string, readFile: (path: string) => string): string | null {
  const lines = (path: string): readonly string[] => {
    try {
      return readFile(`${workspace}/.git/${path}`).split('\n')
    } catch {
      return []
    }
  }
  const [head = ''] = lines('HEAD')
  const ref = /^ref: (refs\/(?!.*\.\.).+)$/.exec(head)?.[1]
  if (ref === undefined) return commitOf(head)
  const packed = () =>
    lines('packed-refs')
      .find(line => line.endsWith(` ${ref}`))
      ?.split(' ')[0]
  return commitOf(lines(ref)[0] ?? packed())
}

function commitOf(text = ''): string | null {
  return /^(?:[\da-f]{40}|[\da-f]{64})$/.test(text) ? text : null
}
