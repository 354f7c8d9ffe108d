import type { KeyResult, Program } from '../../domain/audit-result.ts'
import { listOf } from '../../domain/text.ts'
import { dayOf } from '../../domain/time.ts'
import { programLabel } from './describe-key.ts'
import { nameCell, textCell } from './key-columns.ts'
import { blocks, bullets, joined, type Markdown, md, raw } from './markdown.ts'

/**
 * Who CloudTrail saw using the key, newest first, and what that does not tell; nothing where it was not asked.
 * It changes from night to night: not for issues.
 */
export function usageBlock({ usage }: KeyResult): Markdown {
  if (usage === null) return raw('')
  const { programs, regions, truncated } = usage
  const where = `in ${listOf(regions)}`
  const unseen =
    'Only management events are recorded: use of S3 objects, DynamoDB items or Lambda functions is not among them, so silence here is not idleness.'
  if (programs.length === 0) return md`CloudTrail has no event of this key ${where} in 90 days. ${unseen}`
  return blocks([
    md`Seen by CloudTrail ${where}${truncated ? ', the newest of more' : ''}:`,
    bullets(programs.map(programItem)),
    unseen,
  ])
}

function programItem({ addresses, actions, lastSeen, ...program }: Program): Markdown {
  const from = addresses.length === 0 ? '' : md`from ${joined(addresses.map(nameCell), ', ')}`
  return joined(
    [
      joined([nameCell(programLabel(program)), from], ' '),
      joined(actions.map(textCell), ', '),
      `last on ${dayOf(lastSeen)}`,
    ],
    '; ',
  )
}
