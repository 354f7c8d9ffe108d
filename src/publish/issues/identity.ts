import { createHmac, scryptSync } from 'node:crypto'
import type { KeyResult } from '../../audit-result.ts'
import type { KeyName } from './state.ts'

/** What an issue's hidden texts call an account, a user and a key; the same from night to night. */
export interface Identity {
  account(id: string): string
  user(key: KeyResult): string
  /** null without an access key ID: the key is then told by user and creation. */
  key(key: KeyResult): string | null
  /** What people read; tonight's number of a key without ID would be another one tomorrow. */
  name(key: KeyResult, shown: KeyResult): KeyName
  /** The marker's name for the account or user that an issue is about, the same whether names are hidden or not. */
  scope(account: string, userArn: string | null): string
}

/** In the clear where the issue shows names anyway, else as hashes. */
export function identityFor(redacted: boolean): Identity {
  const secrets = new Map<string, Buffer>()
  const hash = (account: string, text: string): string => {
    const secret = secrets.get(account) ?? stretch(account)
    secrets.set(account, secret)
    return createHmac('sha256', secret).update(text).digest('base64url').slice(0, 16)
  }
  const named = redacted ? hash : (_: string, text: string) => text
  return {
    account: id => named(id, id),
    user: key => named(key.account, key.userArn),
    key: key => (key.accessKeyId === null ? null : named(key.account, key.accessKeyId)),
    name: (key, shown) => {
      if (!redacted) return { user: key.user, key: key.accessKeyId ?? '' }
      const name = key.accessKeyId === null ? hash(key.account, key.id).slice(0, 8) : shown.accessKeyId
      return { user: shown.user, key: name ?? '' }
    },
    scope: (account, userArn) => hash(account, `scope ${userArn ?? account}`),
  }
}

// An account ID has twelve digits: a fast hash of it is undone by trying them all.
function stretch(account: string): Buffer {
  return scryptSync(account, 'aws-access-key-rotation-audit', 32, { N: 4096, r: 8, p: 1 })
}
