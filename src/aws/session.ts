import type { Partition } from '../domain/evidence.ts'
import { isExpired, isMalformed } from './errors.ts'

/** Credentials for one account, renewed as long as the run lasts. */
export interface Session {
  readonly accountId: string
  readonly partition: Partition
  /** The role's ARN; null: the SDK's default credential chain. */
  readonly role: string | null
  readonly credentials: Credentials
}

/** Temporary or long-lived credentials, as the SDK's clients take them. */
export interface Identity {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  readonly expiration?: Date
}

export interface Credentials {
  /** Current credentials: the last ones while they hold, else new ones. */
  current(): Promise<Identity>
  /** The last ones were refused as expired. */
  forget(): void
}

/** Keeps what `obtain` gives until a minute before it expires; one request at a time. */
export function keepCredentials(obtain: () => Promise<Identity>): Credentials {
  let held: Promise<Identity> | null = null
  return {
    async current() {
      const last = held
      if (last) {
        const { expiration } = await last
        if (expiration === undefined || expiration.getTime() - Date.now() > RENEW_BEFORE_MS) return last
        // Somebody else has begun to renew them meanwhile.
        if (held && held !== last) return held
      }
      const renewed = obtain()
      held = renewed
      renewed.catch(() => {
        if (held === renewed) held = null
      })
      return renewed
    },
    forget() {
      held = null
    },
  }
}

/** Makes calls with a client of this session: once more where the answer could not be read, or, with new credentials, where they had expired. */
export function renewing<Client>(
  session: Session,
  connect: (credentials: () => Promise<Identity>) => Client,
): <T>(call: (client: Client) => Promise<T>) => Promise<T> {
  const make = () => connect(() => session.credentials.current())
  let client = make()
  return async call => {
    const used = client
    try {
      return await call(used)
    } catch (error) {
      const expired = isExpired(error)
      if (!expired && !isMalformed(error)) throw error
      if (expired && client === used) {
        session.credentials.forget()
        client = make()
      }
      return call(client)
    }
  }
}

const RENEW_BEFORE_MS = 60_000
