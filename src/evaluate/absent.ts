import type { AbsentDeclaration, AccountResult, KeyResult } from '../domain/audit-result.ts'
import { ACCOUNT_ID, type Declarations, locationOf } from '../domain/declarations.ts'

/**
 * Declarations of keys whose user has none in any account of the audit: code that is yet to be applied, or that AWS has
 * lost. Nothing is concluded unless the whole of every account is known.
 */
export function absentDeclarations(
  { keys: declarations }: Declarations,
  accounts: readonly AccountResult[],
  keys: readonly KeyResult[],
  isWhole: boolean,
): AbsentDeclaration[] {
  if (!isWhole || accounts.some(isPart)) return []
  const users = new Set(
    keys
      .flatMap(({ user, account }) => [user, user.replaceAll(account, ACCOUNT_ID)])
      .map(name => name.toLowerCase()),
  )
  return declarations
    .filter(({ userName }) => !users.has(userName.toLowerCase()))
    .map(at => ({ ...locationOf(at), tool: at.tool, address: at.address, user: at.userName }))
}

function isPart(account: AccountResult): boolean {
  return account.status === 'failed' || account.evidence.shard !== null
}
