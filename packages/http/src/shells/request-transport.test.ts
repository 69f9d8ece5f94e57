import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { proxyTrouble, requestTransport } from '../node.ts'

/** What a browser sends with a form, over a proxy that puts its own target in place of Host. */
const fromElsewhere = { origin: 'https://console.example.com', 'sec-fetch-site': 'same-origin' }

describe('requestTransport', () => {
  const server = createServer((incoming, response) => {
    const options = {
      trustProxy: incoming.url === '/trusted',
      origins: incoming.url === '/named' ? ['https://console.example.com'] : undefined,
    }
    const trouble = proxyTrouble(incoming, options)
    response.end([requestTransport(incoming, options), trouble].filter(Boolean).join(' '))
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
    ['/', { 'x-forwarded-proto': 'http' }, 'insecure'],
    ['/', { host: 'console.example.com', 'x-forwarded-proto': 'https' }, 'insecure not_trusted'],
    ['/', { host: 'console.example.com', forwarded: 'proto=https' }, 'insecure not_trusted'],
    ['/', { host: 'console.example.com', forwarded: 'proto=https, for=a' }, 'insecure'],
    ['/', { host: 'console.example.com', 'x-forwarded-proto': 'https, http' }, 'insecure'],
    ['/', fromElsewhere, 'insecure host_lost'],
    ['/named', fromElsewhere, 'loopback'],
    ['/', { ...fromElsewhere, 'sec-fetch-site': 'cross-site' }, 'loopback'],
    ['/', { ...fromElsewhere, origin: 'http://localhost:3000' }, 'loopback'],
    ['/', { ...fromElsewhere, origin: 'null' }, 'loopback'],
    ['/trusted', { host: 'console.example.com' }, 'insecure silent'],
    ['/trusted', { host: 'console.example.com', forwarded: 'for=a' }, 'insecure silent'],
    ['/trusted', { host: 'console.example.com', 'x-forwarded-proto': 'https' }, 'tls'],
    [
      '/trusted',
      { host: 'console.example.com', 'x-forwarded-proto': 'http' },
      'insecure says_http',
    ],
    [
      '/trusted',
      { host: 'console.example.com', 'x-forwarded-proto': 'https, http' },
      'insecure says_http',
    ],
  ])('judges %s with %o as the handler does: %s', async (path, headers, expected) => {
    expect(await judged(path, headers)).toBe(expected)
  })
})
