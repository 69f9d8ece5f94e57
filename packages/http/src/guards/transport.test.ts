import { describe, expect, it } from 'vitest'
import { allowInsecureTransport } from '../handler/handler-options.ts'
import { withBothShells } from '../test/both-shells.fixture.ts'
import type { Connection } from '../wire/handler-request.ts'
import { wireListSchema, wireViewSchema } from '../wire/wire.ts'
import type { Transport } from './transport.ts'
import { transportOf } from './transport.ts'

const elsewhere = { host: 'console.example.com' }

withBothShells('the way of a request', (shell) => {
  it.each<[string, Readonly<Record<string, string>>, number]>([
    ['loopback by address', {}, 200],
    ['loopback by name', { host: 'localhost:3000' }, 200],
    ['another name, as a page that has bound it to this machine would send it', elsewhere, 403],
    ['a proxy on this machine for a client elsewhere', { 'x-forwarded-for': '203.0.113.9' }, 403],
    [
      'a proxy on this machine for a name elsewhere',
      { 'x-forwarded-host': 'console.example.com' },
      403,
    ],
    [
      'a proxy on this machine for a client on it',
      { 'x-forwarded-for': '127.0.0.1', 'x-forwarded-host': 'localhost' },
      200,
    ],
    ['a proxy that nobody trusts', { ...elsewhere, 'x-forwarded-proto': 'https' }, 403],
    ['a proxy on this machine that came over http', { 'x-forwarded-proto': 'http' }, 403],
    [
      'a proxy on this machine that came over http, for a client on it',
      { 'x-forwarded-proto': 'http', 'x-forwarded-for': '127.0.0.1' },
      403,
    ],
    ['a proxy on this machine that came over http at first', { forwarded: 'proto=http' }, 403],
    ['a proxy on this machine that nobody can read', { forwarded: 'proto="https' }, 403],
    ['a proxy on this machine for a hidden client', { forwarded: 'for=_hidden' }, 403],
    ['a proxy on this machine for an unknown client', { 'x-forwarded-for': 'unknown' }, 403],
    ['a proxy on this machine for a real address elsewhere', { 'x-real-ip': '203.0.113.9' }, 403],
    ['a proxy on this machine that came over https', { 'x-forwarded-proto': 'https' }, 200],
    ['empty headers, as nginx removes them', { forwarded: '', 'x-forwarded-for': '' }, 200],
    [
      'a page elsewhere, whose host a proxy has lost',
      { origin: 'https://console.example.com', 'sec-fetch-site': 'same-origin' },
      403,
    ],
  ])('is judged without TLS: %s', async (_, headers, status) => {
    await using subject = await shell.start()
    expect((await subject.send({ path: '/users', headers })).status).toBe(status)
  })

  it.each<[string, Readonly<Record<string, string>>, number]>([
    ['a name elsewhere', elsewhere, 200],
    ['a proxy that had TLS too', { ...elsewhere, 'x-forwarded-proto': 'https, https' }, 200],
    ['a proxy that had no TLS', { ...elsewhere, 'x-forwarded-proto': 'https, http' }, 403],
    ['a proxy that nobody can read', { ...elsewhere, forwarded: 'proto="https' }, 403],
    ['a proxy that does not speak of it', { ...elsewhere, forwarded: 'for=203.0.113.9' }, 200],
    ['an empty header', { ...elsewhere, forwarded: '' }, 200],
    ['an empty element', { ...elsewhere, forwarded: ', proto=https,' }, 200],
  ])('is judged with TLS: %s', async (_, headers, status) => {
    await using subject = await shell.start({ tls: true })
    expect((await subject.send({ path: '/users', headers })).status).toBe(status)
  })

  it.each<[string, Readonly<Record<string, string>>, number]>([
    ['says https', { ...elsewhere, 'x-forwarded-proto': 'https' }, 200],
    [
      'says https in the way of RFC 7239',
      { ...elsewhere, forwarded: 'for=203.0.113.9;proto=https;host=console.example.com' },
      200,
    ],
    [
      'removes the other header',
      { ...elsewhere, 'x-forwarded-proto': 'https', forwarded: '' },
      200,
    ],
    [
      'says https behind one that says nothing',
      { ...elsewhere, forwarded: 'for=203.0.113.9, for=10.0.0.2;proto=https' },
      200,
    ],
    [
      'says nothing behind a client that says https',
      { ...elsewhere, forwarded: 'proto=https, for=203.0.113.9' },
      403,
    ],
    ['says http', { ...elsewhere, 'x-forwarded-proto': 'http' }, 403],
    ['says http to this machine by its own name', { 'x-forwarded-proto': 'http' }, 403],
    [
      'contradicts itself',
      { ...elsewhere, 'x-forwarded-proto': 'https', forwarded: 'proto=http' },
      403,
    ],
    ['says nothing', elsewhere, 403],
  ])('is judged by a trusted proxy that %s', async (_, headers, status) => {
    await using subject = await shell.start({ trustProxy: true })
    expect((await subject.send({ path: '/users', headers })).status).toBe(status)
  })

  it.each<[string, Readonly<Record<string, string>>]>([
    [
      'Apache, as the guide has it',
      {
        'x-forwarded-proto': 'https',
        'x-forwarded-for': '203.0.113.9',
        'x-forwarded-host': 'console.example.com:8443',
        'x-forwarded-server': 'console.example.com',
      },
    ],
    [
      'Apache without ProxyPreserveHost',
      {
        host: '127.0.0.1:3000',
        'x-forwarded-proto': 'https',
        'x-forwarded-for': '203.0.113.9',
        'x-forwarded-host': 'console.example.com:8443',
        'x-forwarded-server': 'console.example.com',
      },
    ],
    [
      'HAProxy, as the guide has it',
      { 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.9' },
    ],
    [
      'HAProxy, by option forwarded',
      { forwarded: 'proto=https;host="console.example.com:8443";for=203.0.113.9' },
    ],
  ])('is judged by the headers of %s, on a port of its own', async (_, headers) => {
    await using subject = await shell.start({ trustProxy: true })
    const reply = await subject.reset(
      '1',
      {},
      {
        host: 'console.example.com:8443',
        origin: 'https://console.example.com:8443',
        'sec-fetch-site': 'same-origin',
        ...headers,
      },
    )
    expect(reply.status).toBe(200)
    expect(subject.errors).toEqual([])
  })

  it('is answered unencrypted only by the symbol option, and then every page is told', async () => {
    await using subject = await shell.start({ [allowInsecureTransport]: true })
    const list = await subject.send({ path: '/users', headers: elsewhere })
    expect(wireListSchema.parse(list.json()).insecureTransport).toBe(true)
    const view = await subject.send({ path: '/users/1', headers: elsewhere })
    expect(wireViewSchema.parse(view.json()).insecureTransport).toBe(true)
    expect(
      (await subject.reset('1', {}, { ...elsewhere, origin: 'http://console.example.com' })).status,
    ).toBe(200)
    const local = await subject.send({ path: '/users' })
    expect(wireListSchema.parse(local.json()).insecureTransport).toBeUndefined()
  })

  it('is not opened by an option of the same name as text', async () => {
    for (const option of ['allowInsecureTransport', 'Symbol(allowInsecureTransport)'])
      await expect(shell.start(JSON.parse(`{${JSON.stringify(option)}:true}`))).rejects.toThrow(
        `${option} is no option`,
      )
  })
})

describe('transportOf', () => {
  type Way = Partial<Omit<Connection, 'header'>> & {
    readonly headers?: Readonly<Record<string, string>>
    readonly trustProxy?: boolean
    readonly origins?: readonly string[]
  }
  const judge = ({ headers = {}, trustProxy = false, origins = [], ...way }: Way): Transport =>
    transportOf(
      {
        host: 'localhost:3000',
        encrypted: false,
        peerAddress: '127.0.0.1',
        header: (name) => headers[name],
        ...way,
      },
      { trustProxy, origins: new Set(origins) },
    )
  const local = 'http://localhost:3000'
  const host = 'a.example'
  const plain = 'http://a.example'
  const overTls = { 'x-forwarded-proto': 'https' }
  const unencrypted = { 'x-forwarded-proto': 'http' }
  const forHost = { 'x-forwarded-host': 'a.example, b.example' }
  const page = { origin: 'https://a.example', 'sec-fetch-site': 'same-origin' }

  it.for<readonly [string, Way, Transport['kind'], string | undefined, Transport['trouble']?]>([
    ['on this machine', {}, 'loopback', local],
    ['on this machine, behind a trusted proxy', { trustProxy: true }, 'loopback', local],
    ['over TLS', { host, encrypted: true }, 'tls', 'https://a.example'],
    ['over TLS, without a host', { host: undefined, encrypted: true }, 'tls', undefined],
    ['over TLS, with a host that is none', { host: 'a b', encrypted: true }, 'tls', undefined],
    ['without a host', { host: undefined }, 'insecure', undefined],
    ['from nobody knows where', { peerAddress: undefined }, 'insecure', local],
    ['from elsewhere', { peerAddress: '203.0.113.9' }, 'insecure', local],
    ['for a host elsewhere', { host }, 'insecure', plain],
    [
      'over TLS, from a proxy without',
      { host, encrypted: true, headers: unencrypted },
      'insecure',
      plain,
    ],
    [
      'from a trusted proxy over TLS',
      { trustProxy: true, headers: { ...overTls, ...forHost } },
      'tls',
      'https://a.example',
    ],
    [
      'from a trusted proxy that keeps the host',
      { trustProxy: true, host, headers: overTls },
      'tls',
      'https://a.example',
    ],
    [
      'from a trusted proxy that says nothing of TLS',
      { trustProxy: true, headers: forHost },
      'insecure',
      plain,
      'silent',
    ],
    [
      'from a trusted proxy without TLS',
      { trustProxy: true, host, headers: unencrypted },
      'insecure',
      plain,
      'says_http',
    ],
    [
      'from a trusted proxy without TLS at first',
      { trustProxy: true, host, headers: { 'x-forwarded-proto': 'http, https' } },
      'insecure',
      plain,
      'says_http',
    ],
    ['from a proxy for another host', { headers: forHost }, 'insecure', local],
    [
      'from a proxy for another host at last',
      { headers: { 'x-forwarded-host': 'localhost, a.example' } },
      'insecure',
      local,
    ],
    [
      'from a proxy for another client at last',
      { headers: { 'x-forwarded-for': '127.0.0.1, 203.0.113.9' } },
      'insecure',
      local,
    ],
    [
      'from a proxy on this machine that nobody trusts',
      { host, headers: overTls },
      'insecure',
      plain,
      'not_trusted',
    ],
    [
      'from a proxy nearby that nobody trusts',
      { host, peerAddress: '10.0.0.7', headers: overTls },
      'insecure',
      plain,
      'not_trusted',
    ],
    [
      'from an unknown proxy that nobody trusts',
      { host, peerAddress: undefined, headers: overTls },
      'insecure',
      plain,
      'not_trusted',
    ],
    [
      'from far away, with a claim that nobody trusts',
      { host, peerAddress: '203.0.113.9', headers: overTls },
      'insecure',
      plain,
    ],
    [
      'from a proxy that came without TLS at first',
      { host, headers: { 'x-forwarded-proto': 'http, https' } },
      'insecure',
      plain,
    ],
    ['from a page elsewhere', { headers: page }, 'insecure', local, 'host_lost'],
    [
      'from a page elsewhere, behind a trusted proxy',
      { trustProxy: true, headers: page },
      'insecure',
      local,
      'host_lost',
    ],
    [
      'from a page elsewhere that is named',
      { headers: page, origins: ['https://a.example'] },
      'loopback',
      local,
    ],
    ['from a page of no host', { headers: { ...page, origin: 'null' } }, 'loopback', local],
    ['from a page of a file', { headers: { ...page, origin: 'file://' } }, 'loopback', local],
    [
      'from a page on this machine',
      { headers: { ...page, origin: 'http://localhost:1' } },
      'loopback',
      local,
    ],
    [
      'from a page elsewhere for which no browser vouches',
      { headers: { origin: page.origin } },
      'loopback',
      local,
    ],
  ])('judges a request %s', ([, way, kind, origin, trouble]) => {
    expect(judge(way)).toEqual({ kind, origin, trouble })
  })
})
