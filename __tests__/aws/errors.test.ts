import { describe, expect, test } from '@jest/globals'
import { failureOf, readAwsError } from '../../src/aws/errors.ts'

const error = (parts: object) => Object.assign(new Error(), parts)

describe('a failure', () => {
  test.each([
    ['a proxy that refuses', { code: 'ERR_PROXY_TUNNEL' }, 'HTTPS_PROXY'],
    ['a name that cannot be resolved', { code: 'ENOTFOUND' }, 'DNS'],
    ['a certificate that is not trusted', { code: 'SELF_SIGNED_CERT_IN_CHAIN' }, 'NODE_EXTRA_CA_CERTS'],
    ['silence', { name: 'TimeoutError' }, 'Run the audit again'],
    ['a missing permission', { name: 'AccessDeniedException' }, 'iam:GenerateCredentialReport'],
    ['throttling', { name: 'ThrottlingException' }, 'max-concurrency'],
    [
      'broken off bodies',
      { code: 'ECONNRESET', message: 'aborted\n  Deserialization error: to see the raw response, …' },
      'Run the audit again',
    ],
    ['anything else', { name: 'Strange' }, 'Run the audit again'],
  ])('by %s has a remedy', (_, parts, remedy) => {
    const failure = failureOf(error(parts), 'fetching the credential report')
    expect(failure.summary).toMatch(/while fetching the credential report/)
    expect(failure.remedy).toContain(remedy)
  })

  test.each([null, undefined, 'text', 7, {}])('of no error at all is still one: %p', thrown => {
    expect(failureOf(thrown, 'looking').summary).toBe('AWS failed while looking.')
  })
})

describe('AWS’s words', () => {
  test('are kept by their code on the wire, bounded', () => {
    const said = readAwsError(error({ name: 'Shape', Code: 'OnTheWire', message: 'x'.repeat(5000) }))
    expect(said.code).toBe('OnTheWire')
    expect(said.message).toHaveLength(1001)
  })

  test('carry no password of a proxy', () => {
    const message = 'Failed to establish tunnel via http://user:secret@gate.example:8080: HTTP/1.1 407'
    expect(readAwsError(error({ code: 'ERR_PROXY_TUNNEL', message })).message).toBe(
      'Failed to establish tunnel via http://gate.example:8080: HTTP/1.1 407',
    )
  })

  test('that nobody can read are called so', () => {
    const message = 'Unexpected token <\n  Deserialization error: to see the raw response, inspect …'
    expect(readAwsError(error({ name: 'SyntaxError', message, $metadata: { httpStatusCode: 500 } }))).toEqual(
      {
        code: 'MalformedAnswer',
        message: 'The answer (HTTP 500) could not be read.',
      },
    )
  })
})
