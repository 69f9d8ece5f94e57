import { expect, it } from 'vitest'
import { allowInsecureTransport } from '../handler/handler-options.ts'
import { withBothShells } from '../test/both-shells.fixture.ts'
import { wireListSchema, wireViewSchema } from '../wire/wire.ts'

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
