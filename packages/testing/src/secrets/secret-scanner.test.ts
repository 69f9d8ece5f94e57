import { describe, expect, it } from 'vitest'
import { type SecretCounts, secretScanner, totalFound } from './secret-scanner.ts'

const none: SecretCounts = {
  utf8: 0,
  utf16le: 0,
  latin1: 0,
  json: 0,
  percent: 0,
  hex: 0,
  base64: 0,
  decimal: 0,
  fragments: 0,
}
const secret = 'k7mq-"x/2+Ä-tz9w'
const utf8 = Buffer.from(secret)

function countsIn(
  secretToFind: string | Uint8Array,
  ...chunks: readonly (string | Buffer)[]
): SecretCounts {
  const scanner = secretScanner(secretToFind)
  for (const chunk of chunks) scanner.feed(Buffer.from(chunk))
  scanner.gap()
  return scanner.found
}

describe('secretScanner', () => {
  it.each<[string, string | Buffer, Partial<SecretCounts>]>([
    ['UTF-8', secret, { utf8: 1 }],
    ['UTF-16', Buffer.from(secret, 'utf16le'), { utf16le: 1 }],
    ['Latin 1', Buffer.from(secret, 'latin1'), { latin1: 1, fragments: 1 }],
    ['JSON', JSON.stringify({ password: secret }), { json: 1, fragments: 1 }],
    ['percent encoding', `password=${encodeURIComponent(secret)}`, { percent: 1 }],
    ['hexadecimal', utf8.toString('hex'), { hex: 1 }],
    ['upper-case hexadecimal', utf8.toString('hex').toUpperCase(), { hex: 1 }],
    ['an inspected Buffer', `<Buffer ${utf8.toString('hex').match(/../g)?.join(' ')}>`, { hex: 1 }],
    ['base64', utf8.toString('base64'), { base64: 1 }],
    ['base64 after one byte', Buffer.from(`u${secret}`).toString('base64'), { base64: 1 }],
    [
      'base64 after two bytes and before others',
      Buffer.from(`a:${secret}...`).toString('base64'),
      { base64: 1 },
    ],
    ['base64url', Buffer.from(`\xff\xff:${secret}`, 'utf8').toString('base64url'), { base64: 1 }],
    ['an array of numbers', JSON.stringify([...utf8]), { decimal: 1 }],
    ['its first eight characters', secret.slice(0, 8), { fragments: 1 }],
    ['its last eight characters', secret.slice(-8), { fragments: 1 }],
    [
      'eight characters of it in UTF-16',
      Buffer.from(secret.slice(3, 11), 'utf16le'),
      { fragments: 1 },
    ],
  ])('finds a secret in %s', (_, text, expected) => {
    const found = countsIn(secret, 'before ', text, ' after')
    expect(found).toEqual({ ...none, ...expected })
  })

  it('finds every run of eight bytes and no run of seven', () => {
    const plain = 'abcdefghjkmnpqrstvwx'
    for (let length = 7; length <= plain.length; length += 1) {
      for (let start = 0; start + length <= plain.length; start += 1) {
        const found = countsIn(plain, `-${plain.slice(start, start + length)}-`)
        const expected = length < 8 ? {} : length < plain.length ? { fragments: 1 } : { utf8: 1 }
        expect(found).toEqual({ ...none, ...expected })
      }
    }
  })

  it('finds the same however the bytes are cut into pieces', () => {
    const text = Buffer.concat([
      Buffer.from(`xx${secret}yy${secret}${secret.slice(2, 12)}zz`),
      Buffer.from(`${utf8.toString('hex')}${utf8.toString('base64')}`),
      Buffer.from(`${secret} ${secret}`, 'utf16le'),
      Buffer.from(JSON.stringify([...utf8])),
    ])
    const whole = countsIn(secret, text)
    expect(whole).toEqual({
      ...none,
      utf8: 2,
      utf16le: 2,
      hex: 1,
      base64: 1,
      decimal: 1,
      fragments: 1,
    })
    for (let size = 1; size <= text.length; size += 1) {
      const chunks = Array.from({ length: Math.ceil(text.length / size) }, (_, index) =>
        text.subarray(index * size, (index + 1) * size),
      )
      expect(countsIn(secret, ...chunks)).toEqual(whole)
    }
  })

  it('does not join what a gap separates', () => {
    const scanner = secretScanner('abcdefghjkmn')
    scanner.feed(Buffer.from('abcdef'))
    scanner.gap()
    scanner.feed(Buffer.from('ghjkmn'))
    scanner.gap()
    expect(totalFound(scanner.found)).toBe(0)
  })

  it('finds nothing in other text, and copes with a secret that repeats itself', () => {
    expect(totalFound(countsIn(secret, 'k7mq-x-2-tz9w', Buffer.alloc(100_000)))).toBe(0)
    expect(countsIn('aaaaaaaaaaaa', 'baaaaaaaaaaaab').utf8).toBe(1)
  })

  it('takes bytes, and refuses a secret that would be found by chance', () => {
    expect(countsIn(new Uint8Array(utf8), secret).utf8).toBe(1)
    expect(() => secretScanner('seven77')).toThrow(/7 bytes/)
  })
})
