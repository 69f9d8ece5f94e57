import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { requestTransport } from '../node.ts'

describe('requestTransport', () => {
  const server = createServer((incoming, response) => {
    response.end(requestTransport(incoming, { trustProxy: incoming.url === '/trusted' }))
  })
  beforeAll(async () => {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  afterAll(() => server.close())

  /** What a request with these headers is taken for. */
  const judged = async (
    path: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<string> => {
    const { port } = server.address() as AddressInfo
    const outgoing = request({ host: '127.0.0.1', port, path, headers }).end()
    const [response] = await once(outgoing, 'response')
    return (await response.toArray()).join('')
  }

  it.each([
    ['/', {}, 'loopback'],
    ['/', { host: 'console.example.com' }, 'insecure'],
    ['/', { 'x-forwarded-for': '203.0.113.9' }, 'insecure'],
    ['/', { host: 'console.example.com', 'x-forwarded-proto': 'https' }, 'insecure'],
    ['/trusted', { host: 'console.example.com', 'x-forwarded-proto': 'https' }, 'tls'],
    ['/trusted', { host: 'console.example.com', 'x-forwarded-proto': 'http' }, 'insecure'],
  ])('judges %s with %o as the handler does: %s', async (path, headers, expected) => {
    expect(await judged(path, headers)).toBe(expected)
  })
})
