import { expect, test } from '@jest/globals'
import { type Aws, openAws } from '../../src/aws/client.ts'
import { openTrails } from '../../src/aws/cloudtrail.ts'
import type { Session } from '../../src/aws/session.ts'

const NO_CONNECTION =
  '@smithy/node-http-handler - the request socket did not establish a connection with the server within the configured timeout of 5000 ms.'

test.each([
  ['refuses the connection', { code: 'ECONNREFUSED' }],
  ['has no address', { code: 'ENOTFOUND' }],
  ['gives no connection in time', { name: 'TimeoutError', message: NO_CONNECTION }],
])('a region of CloudTrail that %s is asked for no other account of the run', async (_, fault) => {
  const { aws, regions } = failing(fault)
  const first = await lookUp(aws, '111122223333', 'us-east-1')
  const second = await lookUp(aws, '444455556666', 'us-east-1')
  expect(first).toMatchObject(fault)
  expect(second).toBe(first)
  expect(regions).toEqual(['us-east-1'])
  await lookUp(aws, '444455556666', 'eu-west-1')
  expect(regions).toEqual(['us-east-1', 'eu-west-1'])
})

test('what one run could not reach is asked in the next', async () => {
  for (const { aws, regions } of [failing({ code: 'ECONNREFUSED' }), failing({ code: 'ECONNREFUSED' })]) {
    await lookUp(aws, '111122223333', 'us-east-1')
    expect(regions).toHaveLength(1)
  }
})

test.each([
  ['breaks the connection off', { code: 'ECONNRESET' }],
  ['is slow to answer', { name: 'TimeoutError', message: 'no answer within 15000 ms' }],
  ['denies access', { name: 'AccessDeniedException' }],
])('a region of CloudTrail that %s is asked for the next account', async (_, fault) => {
  const { aws, regions } = failing(fault)
  await lookUp(aws, '111122223333', 'us-east-1')
  await lookUp(aws, '444455556666', 'us-east-1')
  expect(regions).toHaveLength(2)
})

/** A run whose every request fails so; `regions`: where they went. */
function failing(fault: object): { readonly aws: Aws; readonly regions: readonly string[] } {
  const regions: string[] = []
  const { client, close } = openAws('test', {})
  const requestHandler = {
    metadata: { handlerProtocol: 'http/1.1' },
    async handle({ hostname }: { readonly hostname: string }) {
      regions.push(hostname.split('.')[1] ?? '')
      throw Object.assign(new Error(), fault)
    },
  }
  return { aws: { client: { ...client, maxAttempts: 1, requestHandler }, close }, regions }
}

/** The error of a look-up. */
async function lookUp(aws: Aws, accountId: string, region: string): Promise<unknown> {
  const session: Session = {
    ...{ accountId, partition: 'aws', role: null, user: null, login: 'sts:AssumeRole' },
    credentials: async () => ({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' }),
  }
  const trail = await openTrails(aws, session, new AbortController().signal)(region)
  return trail.lookUp('EventName', 'UpdateAccessKey', 1).catch((error: unknown) => error)
}
