/** What a service of the sandbox answers, and what it may know of a request. */

import type { Service } from './world.ts'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Buffer
}

export interface Call {
  readonly method: string
  /** With leading slash, without query. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** What a request is about, before it is answered. */
export interface Identified {
  readonly service: Service
  readonly action: string
  readonly params: Readonly<Record<string, unknown>>
  readonly account: string | null
  readonly region: string | null
}

export function header(call: Call, name: string): string {
  const value = call.headers[name]
  return Array.isArray(value) ? value.join(',') : (value ?? '')
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(body),
  }
}
