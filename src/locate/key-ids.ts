import type { KeyIdMention } from '../domain/declarations.ts'

/** The access key IDs that a text file mentions, each once a line; AWS's documented examples are none. */
export function readKeyIds(path: string, text: string): KeyIdMention[] {
  const mentions = new Map<string, KeyIdMention>()
  let line = 1
  let counted = 0
  for (const { 0: accessKeyId, index } of text.matchAll(ACCESS_KEY_ID)) {
    for (
      let end = text.indexOf('\n', counted);
      end !== -1 && end < index;
      end = text.indexOf('\n', counted)
    ) {
      counted = end + 1
      line++
    }
    if (!accessKeyId.endsWith('EXAMPLE')) mentions.set(`${line} ${accessKeyId}`, { path, line, accessKeyId })
  }
  return [...mentions.values()]
}

/** What every access key ID begins with. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html */
export const KEY_ID_PREFIX = 'AKIA'

const ACCESS_KEY_ID = /(?<![A-Za-z0-9])AKIA[A-Z2-7]{16}(?![A-Za-z0-9])/g
