import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'

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

const MAX_SOCKETS = 256
export const MAX_ATTEMPTS = 7
export const CONNECT_MS = 5_000
export const ANSWER_MS = 15_000
export const SILENCE_MS = 10_000
