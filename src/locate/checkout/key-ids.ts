import type { KeyIdMention } from '../../domain/declarations.ts'
import { lineCounter } from '../text/lines.ts'

/** The access key IDs that a text file mentions, each once a line; AWS's documented examples are none. */
export function readKeyIds(path: string, text: string): KeyIdMention[] {
  const lineOf = lineCounter(text)
  const mentions = new Map<string, KeyIdMention>()
  for (const { 0: accessKeyId, index } of text.matchAll(ACCESS_KEY_ID)) {
    const line = lineOf(index)
    if (accessKeyId.endsWith('EXAMPLE')) continue
    const besideSecret = hasSecret(
      text.slice(Math.max(0, index - NEARBY), index + accessKeyId.length + NEARBY),
    )
    mentions.set(`${line} ${accessKeyId}`, { path, line, accessKeyId, besideSecret })
  }
  return [...mentions.values()]
}

/** How many characters before and after its ID a secret is looked for: some lines, in most files. */
const NEARBY = 300

/** A secret access key is 40 characters of base64; digests are of hexadecimal digits alone, paths hardly ever of digits, too. */
function hasSecret(text: string): boolean {
  return [...text.matchAll(SECRET_FORM)].some(
    ([word]) => /[a-z]/.test(word) && /[A-Z]/.test(word) && /\d/.test(word) && !word.includes('EXAMPLE'),
  )
}

const SECRET_FORM = /(?<![A-Za-z0-9/+])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/g

/** What every access key ID begins with. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html */
export const KEY_ID_PREFIX = 'AKIA'

const ACCESS_KEY_ID = /(?<![A-Za-z0-9])AKIA[A-Z2-7]{16}(?![A-Za-z0-9])/g
