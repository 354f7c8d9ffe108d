import type { KeyResult } from '../../domain/audit-result.ts'
import { shortDigest } from '../../domain/digest.ts'
import { hmacOf, type NumberRecord, numberKeys, type Pseudonyms, pseudonymsOf } from '../pseudonyms.ts'
import type { ExistingIssue, PlanRequest } from './request.ts'
import type { KeyName } from './state.ts'

/** What an issue's hidden texts call an account, a user and a key; the same from night to night. */
export interface Identity {
  /** Empty where names are hidden without a secret, and so is the user. */
  account(id: string): string
  user(of: Pick<KeyResult, 'account' | 'userArn'>): string
  /** null without an access key ID: the key is then told by user and creation. */
  key(key: KeyResult): string | null
  /** What people read. */
  name(key: KeyResult): KeyName
  /** The marker's name for the account or user that an issue is about. */
  scope(account: string, userArn: string | null): string
  /** What stands for names, where they are hidden. */
  readonly pseudonyms: Pseudonyms | null
}

/** In the clear where the issue shows names anyway, under the secret where there is one, else by number. */
export function identityFor(
  { hidden, secret, result }: Pick<PlanRequest, 'hidden' | 'secret' | 'result'>,
  numbers: ReadonlyMap<string, number>,
): Identity {
  const pseudonyms = hidden === null ? null : pseudonymsOf(result, secret, numbers)
  const isNumbered = hidden !== null && secret === null
  const named = (kind: 'account' | 'user', name: string): string => {
    if (hidden === null) return name
    return secret === null ? '' : hmacOf(secret, kind, name)
  }
  return {
    account: id => named('account', id),
    user: ({ userArn }) => named('user', userArn),
    key({ id, accessKeyId }) {
      if (pseudonyms === null) return accessKeyId
      if (isNumbered) return pseudonyms.key(id).name
      return accessKeyId === null ? null : pseudonyms.key(id).id
    },
    name: ({ id, root, user, accessKeyId }) =>
      pseudonyms === null
        ? { user, key: accessKeyId ?? '' }
        : { user: root ? user : '', key: pseudonyms.key(id).name },
    scope(account, userArn) {
      // Without a secret there is one issue for all.
      if (isNumbered) return 'all'
      return secret === null ? shortDigest(userArn ?? account) : hmacOf(secret, 'scope', userArn ?? account)
    },
    pseudonyms,
  }
}

/** Tells whether a state was written under this secret. */
export function secretCheck(secret: string): string {
  return hmacOf(secret, 'secret', 'check').slice(0, 8)
}

/** Tonight's numbers of keys, those that these issues have given among them. */
export function issueNumbers(
  { result }: Pick<PlanRequest, 'result'>,
  issues: readonly ExistingIssue[],
): ReadonlyMap<string, number> {
  const records = issues.map(recordOf)
  return numberKeys(result.keys, {
    last: Math.max(0, ...records.map(({ last }) => last)),
    keys: records.flatMap(({ keys }) => keys),
  })
}

function recordOf({ body, parsed: { state } }: ExistingIssue): NumberRecord {
  if (state?.lastNumber !== undefined) {
    return {
      last: state.lastNumber,
      keys: state.keys.flatMap(({ id, createdAt }) => ({ number: numberOf(id), createdAt })),
    }
  }
  // A number that was told once is no other key's, whatever became of the state.
  const told = [...body.matchAll(/\bkey (\d{1,6})\b/g)].map(([, number]) => Number(number))
  return { last: Math.max(0, ...told), keys: [] }
}

/** `key 3` → 3; 0 for another text. */
export function numberOf(id: string | null): number {
  return Number(/^key (\d{1,9})$/.exec(id ?? '')?.[1] ?? 0)
}
