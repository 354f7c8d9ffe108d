/** The two protocols that the SDK's clients speak here: AWS Query with XML answers (STS, IAM) and JSON 1.1 (the others). */

import { randomUUID } from 'node:crypto'
import type { Answer } from '../answer.ts'
import type { Service } from '../world.ts'

/** Thrown by an operation; becomes the service's error answer. */
export class AwsError extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

const NAMESPACES: Partial<Record<Service, string>> = {
  sts: 'https://sts.amazonaws.com/doc/2011-06-15/',
  iam: 'https://iam.amazonaws.com/doc/2010-05-08/',
}

/** A value of an answer: text, or what is nested in it. `raw` builds it. */
export interface Xml {
  readonly xml: string
}

/** An element for each entry; null ones are left out. */
export function elements(entries: Record<string, string | number | boolean | Xml | null>): Xml {
  let xml = ''
  for (const [name, value] of Object.entries(entries)) {
    if (value !== null)
      xml += `<${name}>${typeof value === 'object' ? value.xml : escapeXml(String(value))}</${name}>`
  }
  return { xml }
}

/** `<member>` for each. */
export function members(values: readonly (Xml | string)[]): Xml {
  return { xml: values.map(member => elements({ member }).xml).join('') }
}

export function queryAnswer(service: 'sts' | 'iam', action: string, result: Xml | null): Answer {
  const inner = result === null ? '' : `<${action}Result>${result.xml}</${action}Result>`
  return xmlAnswer(
    200,
    `<${action}Response xmlns="${NAMESPACES[service]}">${inner}<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></${action}Response>`,
  )
}

export function jsonAnswer(status: number, body: unknown): Answer {
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() },
    body: JSON.stringify(body),
  }
}

export function awsError(service: Service, status: number, code: string, message: string): Answer {
  if (service === 'organizations' || service === 'cloudtrail') {
    return jsonAnswer(status, { __type: code, message })
  }
  const error = elements({ Type: status < 500 ? 'Sender' : 'Receiver', Code: code, Message: message })
  return xmlAnswer(
    status,
    `<ErrorResponse xmlns="${NAMESPACES[service]}"><Error>${error.xml}</Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`,
  )
}

function xmlAnswer(status: number, body: string): Answer {
  return { status, headers: { 'content-type': 'text/xml' }, body }
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"\r\n]/g, character => `&#${character.charCodeAt(0)};`)
}
