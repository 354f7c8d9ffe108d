import { createHash } from 'node:crypto'

/** In hexadecimal, 64 digits. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}

/** Sixteen hexadecimal digits of SHA-256: tells apart what nobody forges. */
export function shortDigest(text: string): string {
  return sha256(text).slice(0, 16)
}
