import { join } from 'shlex'
import type { Command } from '../../domain/audit-result.ts'
import { oneLine } from '../../domain/text.ts'

/** The command as a POSIX shell takes it, quoted, its comment on a line above. A comment never leaves its line. */
export function shellCommand(command: Command): string {
  const comment = command.comment === null ? '' : `# ${oneLine(command.comment)}\n`
  return `${comment}${shellLine(command)}`
}

/** The command alone. */
export function shellLine({ argv }: Command): string {
  return join(argv)
}
