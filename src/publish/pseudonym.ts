import { createHmac, scryptSync } from 'node:crypto'

/**
 * A digest that stands for a text about an account where names are hidden: the same in every run, and slow to find
 * by guessing.
 */
export function pseudonym(account: string, text: string): Buffer {
  const secret = secrets.get(account) ?? stretch(account)
  secrets.set(account, secret)
  return createHmac('sha256', secret).update(text).digest()
}

// A function of the account alone, and slow on purpose.
const secrets = new Map<string, Buffer>()

// An account ID has twelve digits: a fast hash of it is undone by trying them all.
function stretch(account: string): Buffer {
  return scryptSync(account, 'aws-access-key-rotation-audit', 32, { N: 4096, r: 8, p: 1 })
}
