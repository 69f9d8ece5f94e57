import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { forwardedClaims, nearestAddress } from './forwarded.ts'

const claimsOf = (headers: Readonly<Record<string, string>>) =>
  forwardedClaims((name) => headers[name])
const nothing = { schemes: [], nearestScheme: undefined, hosts: [], addresses: [] }
const scheme = (...schemes: readonly string[]) => ({
  ...nothing,
  schemes,
  nearestScheme: schemes.at(-1),
})

describe('forwardedClaims', () => {
  it.each<[Readonly<Record<string, string>>, object]>([
    [{}, nothing],
    [{ 'x-forwarded-proto': 'HTTPS, http' }, scheme('https', 'http')],
    [
      { 'x-forwarded-host': 'a.example, b.example:8080' },
      { ...nothing, hosts: ['a.example', 'b.example:8080'] },
    ],
    [
      { 'x-forwarded-for': '203.0.113.9, 127.0.0.1:4711, [::1]:80, ::1' },
      { ...nothing, addresses: ['203.0.113.9', '127.0.0.1', '::1', '::1'] },
    ],
    [{ 'x-forwarded-for': 'a[::1], :80, [::1' }, { ...nothing, addresses: ['a[::1]', '', '[::1'] }],
    [{ 'x-real-ip': '203.0.113.9' }, { ...nothing, addresses: ['203.0.113.9'] }],
    [
      { forwarded: 'for=192.0.2.60;proto=https;by=203.0.113.43;host=a.example' },
      { ...scheme('https'), hosts: ['a.example'], addresses: ['192.0.2.60'] },
    ],
  ])('reads %j', (headers, expected) => {
    expect(claimsOf(headers)).toEqual(expected)
  })

  it.each<[string, Readonly<Record<string, string>>, object]>([
    [
      'nginx, as its own guide writes Forwarded',
      { forwarded: 'for="[2001:db8::17]";proto=https' },
      { ...scheme('https'), addresses: ['2001:db8::17'] },
    ],
    [
      'nginx, where somebody wrote Forwarded by hand',
      { forwarded: 'for=192.0.2.60:4711;host=a.example:8443;proto=https' },
      { ...scheme('https'), hosts: ['a.example:8443'], addresses: ['192.0.2.60'] },
    ],
    [
      'Apache, which appends to what the client sent',
      {
        'x-forwarded-for': '192.0.2.60, 10.0.0.2',
        'x-forwarded-host': 'a.example:8443, inner.example',
        'x-forwarded-server': 'inner.example',
        'x-forwarded-proto': 'https',
      },
      {
        ...scheme('https'),
        hosts: ['a.example:8443', 'inner.example'],
        addresses: ['192.0.2.60', '10.0.0.2'],
      },
    ],
    [
      'HAProxy, by option forwarded',
      { forwarded: 'proto=https;for=192.0.2.60;host="a.example:8443";by="[2001:db8::1]:8443"' },
      { ...scheme('https'), hosts: ['a.example:8443'], addresses: ['192.0.2.60'] },
    ],
    [
      'HAProxy, by option forwardfor and http-request set-header',
      { 'x-forwarded-for': '192.0.2.60', 'x-forwarded-proto': 'https' },
      { ...scheme('https'), addresses: ['192.0.2.60'] },
    ],
    [
      'two proxies, of which the inner one says nothing of the scheme',
      { forwarded: 'for=192.0.2.60;proto=https, for=10.0.0.2' },
      {
        ...nothing,
        schemes: ['https'],
        nearestScheme: undefined,
        addresses: ['192.0.2.60', '10.0.0.2'],
      },
    ],
  ])('reads what is written by %s', (_, headers, expected) => {
    expect(claimsOf(headers)).toEqual(expected)
  })

  it.each<[string, string, object]>([
    ['an empty header', '', nothing],
    ['empty elements', ' , ,', nothing],
    ['empty pairs', ';;', nothing],
    ['an empty element among others', 'proto=https, ,proto=http,', scheme('https', 'http')],
    ['an element without proto', 'by=_proxy', nothing],
    ['parameters of its own', 'secret=abc;proto=https', scheme('https')],
    ['a word alone', 'nonsense', scheme('')],
    ['spaces around all of it', ' proto=https ', scheme('https')],
    ['names in capitals', 'PROTO=HTTPS', scheme('https')],
    ['a quoted scheme', 'proto="https"', scheme('https')],
    ['a quoted pair', 'proto="ht\\tps"', scheme('https')],
    [
      'spaces around what separates',
      'proto=https ; by=a\t,\tproto=https',
      scheme('https', 'https'),
    ],
    ['a comma in quotes', 'for="a,proto=http"', { ...nothing, addresses: ['a,proto=http'] }],
    ['a semicolon in quotes', 'host="a;b"', { ...nothing, hosts: ['a;b'] }],
    ['an unknown client', 'for=unknown', { ...nothing, addresses: ['unknown'] }],
    ['a hidden client', 'for="_hidden:_port"', { ...nothing, addresses: ['_hidden'] }],
    ['one name twice', 'proto=https;proto=http', scheme('https', 'http')],
  ])('takes from Forwarded with %s what RFC 7239 says', (_, forwarded, expected) => {
    expect(claimsOf({ forwarded })).toEqual(expected)
  })

  it.each(['x-forwarded-proto', 'x-forwarded-host', 'x-forwarded-for', 'x-real-ip'])(
    'takes no claim from empty elements of %s',
    (name) => {
      expect(claimsOf({ [name]: '' })).toEqual(nothing)
      expect(claimsOf({ [name]: ' , ,' })).toEqual(nothing)
    },
  )

  it.each([
    'nonsense',
    'proto',
    'proto=',
    'proto = https',
    'proto=https nonsense',
    'proto=https proto=https',
    'proto="https',
    'proto="https;x"',
    'proto=https;for="a',
    '"proto"=https',
    'proto="https"x',
  ])('counts %s, which nobody can read, against a request', (forwarded) => {
    const { schemes } = claimsOf({ forwarded })
    expect(schemes.some((one) => one !== 'https')).toBe(true)
  })

  it('reads a header of any length in one pass', () => {
    const pieces = [' ', 'for=a;', ',; \t', '"', '\\'].map((piece) => piece.repeat(50_000))
    expect(claimsOf({ forwarded: pieces.join('') }).addresses).toHaveLength(50_000)
  })

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (forwarded, list) => {
        claimsOf({
          forwarded,
          'x-forwarded-proto': list,
          'x-forwarded-for': list,
          'x-forwarded-host': list,
        })
      }),
    )
  })
})

describe('nearestAddress', () => {
  it.each<[string, Readonly<Record<string, string>>]>([
    ['', {}],
    ['203.0.113.9', { 'x-forwarded-for': '192.0.2.60, 203.0.113.9:80' }],
    ['203.0.113.9', { 'x-forwarded-for': '203.0.113.9', 'x-real-ip': '192.0.2.60' }],
    ['203.0.113.9', { 'x-real-ip': '203.0.113.9' }],
    ['203.0.113.9', { 'x-real-ip': '192.0.2.60, 203.0.113.9', forwarded: 'for=192.0.2.60' }],
    ['203.0.113.9', { forwarded: 'for=a;for=b, for=c;for="203.0.113.9:80"' }],
    ['203.0.113.9', { forwarded: 'for=203.0.113.9, ;' }],
    ['', { forwarded: 'for=203.0.113.9, proto=https' }],
  ])('is "%s" for %o', (expected, headers) => {
    expect(nearestAddress((name) => headers[name])).toBe(expected)
  })
})
