import type { KeyResult } from '../../domain/audit-result.ts'
import { pseudonym } from '../pseudonym.ts'
import type { KeyName } from './state.ts'

/** What an issue's hidden texts call an account, a user and a key; the same from night to night. */
export interface Identity {
  account(id: string): string
  user(of: Pick<KeyResult, 'account' | 'userArn'>): string
  /** null without an access key ID: the key is then told by user and creation. */
  key(key: KeyResult): string | null
  /** What people read. */
  name(key: KeyResult, shown: KeyResult): KeyName
  /** The marker's name for the account or user that an issue is about, the same whether names are hidden or not. */
  scope(account: string, userArn: string | null): string
}

/** In the clear where the issue shows names anyway, else as hashes. */
export function identityFor(redacted: boolean): Identity {
  const hash = (account: string, text: string): string =>
    pseudonym(account, text).toString('base64url').slice(0, 16)
  const named = redacted ? hash : (_: string, text: string) => text
  return {
    account: id => named(id, id),
    user: ({ account, userArn }) => named(account, userArn),
    key: key => (key.accessKeyId === null ? null : named(key.account, key.accessKeyId)),
    name: (key, shown) => ({
      user: redacted ? shown.user : key.user,
      key: (redacted ? shown.accessKeyId : key.accessKeyId) ?? '',
    }),
    scope: (account, userArn) => hash(account, `scope ${userArn ?? account}`),
  }
}
