import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { takePassword } from './password-bytes.ts'

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)
const decode = (bytes: Uint8Array | undefined): string | undefined =>
  bytes && new TextDecoder().decode(bytes)
const printable = fc.string({
  unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
  minLength: 1,
})

describe('takePassword', () => {
  it('takes exactly the password out of any response, and leaves the rest readable', () => {
    fc.assert(
      fc.property(printable, fc.jsonValue(), fc.jsonValue(), (temporaryPassword, user, receipt) => {
        const body = encode(
          JSON.stringify({ user, temporaryPassword, receipt }, null, temporaryPassword.length % 3),
        )
        const taken = takePassword(body)
        expect(decode(taken?.password)).toBe(temporaryPassword)
        expect(taken?.rest).toMatchObject(JSON.parse(JSON.stringify({ user, receipt })))
      }),
    )
  })

  it('wipes the body, also when there is nothing to take', () => {
    for (const text of [
      '{"temporaryPassword":"canary-7hq4"}',
      '{"other":"canary-7hq4"}',
      'canary-7hq4',
    ]) {
      const body = encode(text)
      takePassword(body)
      expect(body.every((byte) => byte === 0)).toBe(true)
    }
  })

  it('leaves no trace of the password in the rest', () => {
    const taken = takePassword(encode('{"temporaryPassword":"canary-7hq4","resetId":"r"}'))
    expect(JSON.stringify(taken?.rest)).not.toContain('canary')
    expect(decode(taken?.password)).toBe('canary-7hq4')
  })

  it('is not led astray by a name that looks like the key', () => {
    const user = { displayName: '"temporaryPassword":"wrong"', temporaryPassword: 'wrong' }
    const taken = takePassword(encode(JSON.stringify({ user, temporaryPassword: 'right' })))
    expect(decode(taken?.password)).toBe('right')
  })

  it('reads escaped characters', () => {
    expect(
      decode(takePassword(encode(String.raw`{"temporaryPassword":"\u0061\"\\\/b"}`))?.password),
    ).toBe('a"\\/b')
  })

  it.each([
    ['text that is not JSON', 'no'],
    ['a response without a password', '{"resetId":"r"}'],
    ['an empty password', '{"temporaryPassword":""}'],
    ['a password that is not text', '{"temporaryPassword":7}'],
    ['characters that cannot be printed', '{"temporaryPassword":"a\\nb"}'],
    ['characters beyond ASCII', '{"temporaryPassword":"pässword"}'],
    ['an escape that is cut short', '{"temporaryPassword":"a\\u00'],
    ['a body that ends in the middle', '{"temporaryPassword":"abcd'],
    ['a list', '["temporaryPassword","abcd"]'],
  ])('refuses %s', (_, text) => {
    expect(takePassword(encode(text))).toBeUndefined()
  })
})
