import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { sqliteUsers } from '../fixtures/sqlite-users.ts'
import { secretBytes } from './secret.ts'

const bytes = randomBytes(32)

describe('a secret', () => {
  it.each([
    ['bytes', bytes],
    ['hexadecimal', bytes.toString('hex')],
    ['hexadecimal in capitals', bytes.toString('hex').toUpperCase()],
    ['base64url', bytes.toString('base64url')],
  ])('is the same as %s', (_, secret) => {
    expect(Buffer.from(secretBytes(secret)).equals(bytes)).toBe(true)
  })

  it('makes the same versions in each of its forms', async () => {
    const versions = new Set<string>()
    for (const secret of [bytes, bytes.toString('hex'), bytes.toString('base64url')])
      versions.add((await sqliteUsers({ secret }).find('1')).version)
    expect(versions.size).toBe(1)
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
    ['a list', [...bytes], 'is a value of type object'],
    ['null', null, 'is null'],
  ])('is refused as %s, in words that say what is wanted', (_, secret, said) => {
    expect(() => secretBytes(secret)).toThrow(
      expect.objectContaining({
        code: 'ERR_INVALID_CONFIG',
        message: expect.stringMatching(/hexadecimal \(64 digits\) or base64url \(43 characters\)/),
      }),
    )
    expect(() => secretBytes(secret)).toThrow(said)
    expect(() => secretBytes(secret)).not.toThrow('canary')
  })
})
