import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { guidBytes, guidText } from './guid.ts'

describe('a GUID', () => {
  it('is written in one way only, and read back to the same bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (array) => {
        const bytes = Buffer.from(array)
        const text = guidText(bytes) ?? ''
        expect(guidBytes(text)?.equals(bytes)).toBe(true)
        for (const other of [
          text.toUpperCase(),
          `{${text}}`,
          ` ${text}`,
          `${text}\n`,
          text.replaceAll('-', ''),
        ])
          if (other !== text) expect(guidBytes(other)).toBeUndefined()
      }),
    )
  })

  it('is written as Windows writes it: the first three parts with the low byte first', () => {
    expect(guidText(Buffer.from('33221100554477668899aabbccddeeff', 'hex'))).toBe(
      '00112233-4455-6677-8899-aabbccddeeff',
    )
  })

  it('is not read from anything else', () => {
    fc.assert(fc.property(fc.string(), (text) => void expect(guidBytes(text)).toBeUndefined()))
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 15 }),
        (array) => void expect(guidText(Buffer.from(array))).toBeUndefined(),
      ),
    )
  })
})
