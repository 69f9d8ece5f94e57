import { expect, it } from 'vitest'
import { withBothShells } from '../test/both-shells.fixture.ts'
import { isCrossSite } from './cross-site.ts'

withBothShells('a request from', (shell) => {
  it.each<[string, (own: string) => Readonly<Record<string, string>>, number]>([
    ['a program', () => ({}), 200],
    ['a page of its own', (own) => ({ origin: own, 'sec-fetch-site': 'same-origin' }), 200],
    ['a page of its own, in a browser without fetch metadata', (own) => ({ origin: own }), 200],
    ['the address bar', () => ({ 'sec-fetch-site': 'none' }), 200],
    [
      'an origin that is named',
      () => ({ origin: 'https://named.example', 'sec-fetch-site': 'cross-site' }),
      200,
    ],
    [
      'another site',
      () => ({ origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }),
      403,
    ],
    ['another site that sends no origin', () => ({ 'sec-fetch-site': 'cross-site' }), 403],
    [
      'a neighbour',
      (own) => ({ origin: own.replace('127.0.0.1', 'localhost'), 'sec-fetch-site': 'same-site' }),
      403,
    ],
    ['another port', (own) => ({ origin: `${own}1` }), 403],
    [
      'a page of its own, where a proxy has lost the port',
      (own) => ({ origin: own.replace(/:\d+$/, ':8443'), 'sec-fetch-site': 'same-origin' }),
      200,
    ],
    [
      'a page of its own, where a proxy does not say https',
      (own) => ({ origin: own.replace('http:', 'https:'), 'sec-fetch-site': 'same-origin' }),
      200,
    ],
    [
      'a sandbox that the browser takes for the same',
      () => ({ origin: 'null', 'sec-fetch-site': 'same-origin' }),
      403,
    ],
    [
      'another host that the browser takes for the same',
      () => ({ origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' }),
      403,
    ],
    [
      'another port that the address bar opens',
      (own) => ({ origin: own.replace(/:\d+$/, ':8443'), 'sec-fetch-site': 'none' }),
      403,
    ],
    ['another scheme', (own) => ({ origin: own.replace('http:', 'https:') }), 403],
    ['a sandbox', () => ({ origin: 'null' }), 403],
    ['a name that begins like its own', (own) => ({ origin: `${own}.evil.example` }), 403],
    ['a subdomain of one that is named', () => ({ origin: 'https://a.named.example' }), 403],
    ['metadata that nobody knows', () => ({ 'sec-fetch-site': 'sideways' }), 403],
    ['an origin of no text', () => ({ origin: '' }), 403],
    ['two origins', (own) => ({ origin: `${own}, https://evil.example` }), 403],
  ])('%s', async (_, headers, status) => {
    await using subject = await shell.start({ origins: ['https://named.example'] })
    const own = `http://127.0.0.1:${subject.served.port}`
    expect((await subject.send({ path: '/users', headers: headers(own) })).status).toBe(status)
    expect((await subject.reset('1', {}, headers(own))).status).toBe(status)
    expect(subject.store.writes).toBe(status === 200 ? 1 : 0)
  })
})

it.each<[string, string | undefined, string | undefined, string | undefined, boolean]>([
  ['with no host and no origin', undefined, undefined, undefined, false],
  ['with no host, from an origin', undefined, 'https://a.example', 'same-origin', true],
  ['with no host, from a sandbox', undefined, 'null', 'same-origin', true],
  ['from a file, to a file', 'file:///', 'file://', 'same-origin', true],
  ['from the own host of another port', 'http://a.example', 'http://a.example:1', undefined, true],
  [
    'from the own host of another port, as the browser says',
    'http://a.example',
    'http://a.example:1',
    'same-origin',
    false,
  ],
  ['from a named origin', 'http://a.example', 'https://named.example', 'cross-site', false],
])('a request %s is judged without a server', (_, own, origin, site, expected) => {
  const headers = new Map([
    ['origin', origin],
    ['sec-fetch-site', site],
  ])
  const connection = { header: (name: string) => headers.get(name) }
  expect(isCrossSite(connection, own, new Set(['https://named.example']))).toBe(expected)
})
