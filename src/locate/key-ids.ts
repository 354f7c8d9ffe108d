import type { KeyIdMention } from '../domain/declarations.ts'
import { lineCounter } from './lines.ts'

/** The access key IDs that a text file mentions, each once a line; AWS's documented examples are none. */
export function readKeyIds(path: string, text: string): KeyIdMention[] {
  const lineOf = lineCounter(text)
  const mentions = new Map<string, KeyIdMention>()
  for (const { 0: accessKeyId, index } of text.matchAll(ACCESS_KEY_ID)) {
    const line = lineOf(index)
    if (!accessKeyId.endsWith('EXAMPLE')) mentions.set(`${line} ${accessKeyId}`, { path, line, accessKeyId })
  }
  return [...mentions.values()]
}

/** What every access key ID begins with. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html */
export const KEY_ID_PREFIX = 'AKIA'

const ACCESS_KEY_ID = /(?<![A-Za-z0-9])AKIA[A-Z2-7]{16}(?![A-Za-z0-9])/g
