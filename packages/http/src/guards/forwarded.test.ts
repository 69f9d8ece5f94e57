import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { forwardedClaims } from './forwarded.ts'

const claimsOf = (headers: Readonly<Record<string, string>>) =>
  forwardedClaims((name) => headers[name])
const nothing = { schemes: [], hosts: [], addresses: [] }

describe('forwardedClaims', () => {
  it.each([
    [{}, nothing],
    [{ 'x-forwarded-proto': 'HTTPS, http' }, { ...nothing, schemes: ['https', 'http'] }],
    [
      { 'x-forwarded-host': 'a.example, b.example:8080' },
      { ...nothing, hosts: ['a.example', 'b.example:8080'] },
    ],
    [
      { 'x-forwarded-for': '203.0.113.9, 127.0.0.1:4711, [::1]:80, ::1' },
      { ...nothing, addresses: ['203.0.113.9', '127.0.0.1', '::1', '::1'] },
    ],
    [
      { forwarded: 'for=192.0.2.60;proto=https;by=203.0.113.43;host=a.example' },
      { schemes: ['https'], hosts: ['a.example'], addresses: ['192.0.2.60'] },
    ],
    [
      { forwarded: 'For="[2001:db8::17]:4711"; Proto=HTTP, for=_hidden' },
      { schemes: ['http', ''], hosts: [], addresses: ['2001:db8::17', '_hidden'] },
    ],
  ])('reads %j', (headers, expected) => {
    expect(claimsOf(headers)).toEqual(expected)
  })

  it.each(['nonsense', '', ';', 'proto', 'proto=', 'for="a,proto=https"', 'proto="https;x"'])(
    'never takes %s for a claim of https',
    (forwarded) => {
      expect(claimsOf({ forwarded }).schemes.every((scheme) => scheme === 'https')).toBe(false)
    },
  )

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
