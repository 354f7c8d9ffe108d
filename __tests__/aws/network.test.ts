import { createServer, type Server } from 'node:http'
import { connect } from 'node:net'
import { expect, test } from '@jest/globals'
import { account, world } from '../../sandbox/world.ts'
import { afterTest, failOne, gatherOne, serve } from '../gather/run.ts'

/** A forward proxy that records what it is asked for. */
async function startProxy() {
  const asked: string[] = []
  const server: Server = createServer((_, response) => response.writeHead(502).end())
  server.on('connect', ({ url = '' }, client) => {
    asked.push(url)
    const [host, port] = url.split(':')
    if (host !== '127.0.0.1') return client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
    const upstream = connect(Number(port), host, () => client.write('HTTP/1.1 200 OK\r\n\r\n'))
    upstream.pipe(client).pipe(upstream)
    for (const socket of [client, upstream]) socket.on('error', () => {})
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  afterTest(() => {
    server.closeAllConnections()
    server.close()
  })
  return { asked, url: `http://127.0.0.1:${(server.address() as { port: number }).port}` }
}

test('HTTPS_PROXY carries the requests to AWS', async () => {
  const proxy = await startProxy()
  await serve(world({ accounts: [account()] }), {
    HTTPS_PROXY: proxy.url,
    NO_PROXY: '127.0.0.1',
    AWS_ENDPOINT_URL_STS: 'https://sts.us-east-1.amazonaws.com',
  })
  const { failure } = await failOne()
  expect(new Set(proxy.asked)).toEqual(new Set(['sts.us-east-1.amazonaws.com:443']))
  expect(failure.detail).toContain('Failed to establish tunnel')
})

test('NO_PROXY keeps requests from the proxy', async () => {
  const proxy = await startProxy()
  await serve(world({ accounts: [account()] }), {
    HTTPS_PROXY: proxy.url,
    HTTP_PROXY: proxy.url,
    NO_PROXY: '127.0.0.1',
  })
  await gatherOne()
  expect(proxy.asked).toEqual([])
})

test('FIPS and dual-stack endpoints follow the SDK’s variables', async () => {
  const proxy = await startProxy()
  await serve(world({ accounts: [account()] }), {
    HTTPS_PROXY: proxy.url,
    NO_PROXY: '127.0.0.1',
    AWS_ENDPOINT_URL: '',
    AWS_USE_FIPS_ENDPOINT: 'true',
    AWS_MAX_ATTEMPTS: '1',
  })
  await failOne()
  expect(new Set(proxy.asked)).toEqual(new Set(['sts-fips.us-east-1.amazonaws.com:443']))
})
