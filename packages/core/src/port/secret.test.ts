import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Secret } from './secret.ts'
import { foreignLabel, keysOf } from './secret.ts'

const bytes = randomBytes(32)
const other = randomBytes(40)

/** A value that types would refuse. */
const untyped = (secret: unknown) => secret as Secret

describe('a secret', () => {
  it.each([
    ['bytes', bytes],
    ['hexadecimal', bytes.toString('hex')],
    ['hexadecimal in capitals', bytes.toString('hex').toUpperCase()],
    ['base64url', bytes.toString('base64url')],
  ])('is one key with the label default as %s', (_, secret) => {
    const keys = keysOf(secret)
    expect(keys).toHaveLength(1)
    expect(keys[0].label).toBe('default')
    expect(bytes.equals(keys[0].bytes)).toBe(true)
  })

  it('may be a list of labelled keys in any form, of which the first makes', () => {
    const keys = keysOf([
      { label: '2026-02', key: other },
      { label: 'default', key: bytes.toString('hex') },
    ])
    expect(keys.map(({ label }) => label)).toEqual(['2026-02', 'default'])
    expect(keys.map((key) => Buffer.from(key.bytes))).toEqual([other, bytes])
  })

  it('is copied, so that a caller may wipe its own bytes', () => {
    const mine = Uint8Array.from(bytes)
    const [key] = keysOf(mine)
    mine.fill(0)
    expect(bytes.equals(key.bytes)).toBe(true)
  })

  it('that nobody gave is random, and its label says so', () => {
    const [key] = keysOf(undefined)
    expect(key.label).toMatch(/^no-secret-[0-9a-f]{8}$/)
    expect(key.bytes).toHaveLength(32)
    expect(keysOf(undefined)[0]).toBe(key)
  })

  it.each([
    ['31 bytes', new Uint8Array(31), 'is 31 bytes'],
    ['text of 32 characters', 'a-canary-of-thirty-two-character', 'is text of 32 characters'],
    ['hexadecimal of 31 bytes', 'ab'.repeat(31), 'is text of 62 characters'],
    ['half a digit too much', 'a'.repeat(65), 'is text of 65 characters'],
    ['base64url of 31 bytes', 'canary'.padEnd(42, 'z'), 'is text of 42 characters'],
    ['a length that base64url has not', 'canary'.padEnd(45, 'z'), 'is text of 45 characters'],
    ['a sentence', 'a canary in forty-eight characters, and no code', 'is text of 47 characters'],
    ['no text', '', 'is text of 0 characters'],
    ['a number', 7, 'is a value of type number'],
    ['an object', { label: 'a', key: bytes }, 'is a value of type object'],
    ['null', null, 'is null'],
  ])('is refused as %s, in words that say what is wanted', (_, secret, said) => {
    expect(() => keysOf(untyped(secret))).toThrow(
      expect.objectContaining({
        code: 'ERR_INVALID_CONFIG',
        message: expect.stringMatching(/hexadecimal \(64 digits\) or base64url \(43 characters\)/),
      }),
    )
    expect(() => keysOf(untyped(secret))).toThrow(said)
    expect(() => keysOf(untyped(secret))).not.toThrow('canary')
  })

  it.each([
    ['an empty list', [], /^mine must not be an empty list$/],
    ['a list of bytes', [...bytes], /^mine\[0\]\.label must be .* \(a value of type undefined\)$/],
    ['a key without a label', [{ key: bytes }], /^mine\[0\]\.label must be 1 to 32 letters/],
    ['a label of 33 characters', [{ label: 'x'.repeat(33), key: bytes }], /33 characters\)$/],
    ['a label with a dot', [{ label: 'canary.a', key: bytes }], /\[0\]\.label must be/],
    ['a label of a process', [{ label: 'no-secret-1', key: bytes }], /not begin with "no-secret"/],
    [
      'a short key in a list',
      [
        { label: 'a', key: bytes },
        { label: 'b', key: 'canary' },
      ],
      /\[1\]\.key/,
    ],
    [
      'one label twice',
      [
        { label: 'a', key: bytes },
        { label: 'a', key: other },
      ],
      /one label$/,
    ],
    ['a hole', [undefined], /^mine\[0\]\.label/],
  ])('is refused as %s, by name and without a value', (_, secret, said) => {
    expect(() => keysOf(untyped(secret), 'mine')).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_CONFIG', message: expect.stringMatching(said) }),
    )
    expect(() => keysOf(untyped(secret), 'mine')).not.toThrow('canary')
  })
})

describe('a foreign label', () => {
  const keys = [{ label: 'a' }, { label: 'b' }]

  it.each(['c.x', 'no-secret-1234abcd.x', 'A.x'])('is that of a key we lack: %s', (text) => {
    expect(foreignLabel(text, keys)).toBe(text.split('.')[0])
  })

  it.each(['a.x', 'b.', 'c', '.x', '', `${'c'.repeat(33)}.x`, 'c d.x', 'c\n.x', 'é.x', '-c.x'])(
    'is not seen in %j',
    (text) => {
      expect(foreignLabel(text, keys)).toBeUndefined()
    },
  )
})
