import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { isExpired, isMalformed } from './errors.ts'
import type { AwsCredentials, Session } from './session.ts'

/** What every AWS client of a run is made with; `close` ends the connections that they share. */
export interface Aws {
  readonly client: {
    readonly customUserAgent: [string, string][]
    readonly retryMode: 'adaptive'
    readonly maxAttempts?: number
    readonly requestHandler: object
  }
  close(): void
}

/** Connections honour HTTPS_PROXY, HTTP_PROXY and NO_PROXY; endpoints are the SDK's, its FIPS and dual-stack variables included. */
export function openAws(actionVersion: string, env = process.env): Aws {
  const agentOptions = { keepAlive: true, maxSockets: MAX_SOCKETS, proxyEnv: env }
  const httpAgent = new HttpAgent(agentOptions)
  const httpsAgent = new HttpsAgent(agentOptions)
  return {
    client: {
      customUserAgent: [['aws-access-key-rotation-audit', actionVersion]],
      retryMode: 'adaptive',
      // The SDK's own variable goes before our default.
      ...(env['AWS_MAX_ATTEMPTS'] ? {} : { maxAttempts: MAX_ATTEMPTS }),
      requestHandler: {
        httpAgent,
        httpsAgent,
        connectionTimeout: CONNECT_MS,
        requestTimeout: ANSWER_MS,
        throwOnRequestTimeout: true,
        socketTimeout: SILENCE_MS,
        // Waiting for a socket is no fault: the SDK's warning would only clutter the log.
        socketAcquisitionWarningTimeout: 2 ** 31 - 1,
      },
    },
    close() {
      httpAgent.destroy()
      httpsAgent.destroy()
    },
  }
}

/** What `connect` needs of each of the SDK's clients. */
interface SdkClient {
  readonly config: { credentials(options?: { readonly forceRefresh?: boolean }): Promise<AwsCredentials> }
  readonly middlewareStack: {
    add(
      middleware: <Args, Answer>(next: (args: Args) => Promise<Answer>) => (args: Args) => Promise<Answer>,
      options: { readonly step: 'initialize' },
    ): void
  }
}

/**
 * A client of the session in the region. A call whose credentials had expired is made once more with new ones, and so
 * is a call whose answer could not be read.
 */
export function connect<Client extends SdkClient>(
  SdkClient: new (settings: ClientSettings) => Client,
  { client: settings }: Aws,
  session: Session,
  region: string,
): Client {
  const client = new SdkClient({ ...settings, region, credentials: () => session.credentials() })
  client.middlewareStack.add(
    next => async args => {
      const used = await client.config.credentials()
      try {
        return await next(args)
      } catch (error) {
        if (isExpired(error)) {
          await session.credentials(used)
          // The client keeps credentials, too.
          await client.config.credentials({ forceRefresh: true })
        } else if (!isMalformed(error)) throw error
        return next(args)
      }
    },
    { step: 'initialize' },
  )
  return client
}

type ClientSettings = Aws['client'] & {
  readonly region: string
  readonly credentials: () => Promise<AwsCredentials>
}

const MAX_SOCKETS = 256
export const MAX_ATTEMPTS = 7
export const CONNECT_MS = 5_000
export const ANSWER_MS = 15_000
export const SILENCE_MS = 10_000
