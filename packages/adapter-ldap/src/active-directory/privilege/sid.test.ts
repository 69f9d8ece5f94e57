import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isPrivilegedSid, sidText } from './sid.ts'

const part = fc.nat(0xffff_ffff)
/** Last parts of the privileged identifiers of a domain. */
const rids = [498, 500, 501, 502, 512, 516, 517, 518, 519, 520, 521, 522, 526, 527, 553, 571]

function sidBytes(authority: number, parts: readonly number[]): Buffer {
  const bytes = Buffer.alloc(8 + 4 * parts.length)
  bytes[0] = 1
  bytes[1] = parts.length
  bytes.writeUIntBE(authority, 2, 6)
  for (const [index, one] of parts.entries()) bytes.writeUInt32LE(one, 8 + 4 * index)
  return bytes
}

describe('a security identifier', () => {
  it('is read with every part, and not from bytes that are too many or too few', () => {
    fc.assert(
      fc.property(fc.nat(0xffff_ffff), fc.array(part, { maxLength: 15 }), (authority, parts) => {
        const bytes = sidBytes(authority, parts)
        expect(sidText(bytes)).toBe(['S-1', authority, ...parts].join('-'))
        expect(sidText(bytes.subarray(0, -1))).toBeUndefined()
        expect(sidText(Buffer.concat([bytes, Buffer.from([0])]))).toBeUndefined()
      }),
    )
  })

  it('is privileged by its last part in a domain, and in no other place', () => {
    fc.assert(
      fc.property(part, part, part, fc.oneof(fc.nat(1_200), part), (a, b, c, rid) => {
        const privileged = rids.includes(rid)
        expect(isPrivilegedSid(`S-1-5-21-${a}-${b}-${c}-${rid}`)).toBe(privileged)
        expect(isPrivilegedSid(`S-1-5-21-${a}-${b}-${c}-512`)).toBe(true)
        expect(isPrivilegedSid(`S-1-5-21-${a}-${b}-${c}-512-${rid}`)).toBe(false)
        expect(isPrivilegedSid(`S-1-5-21-${a}-${b}-${c}-513`)).toBe(false)
      }),
    )
    expect(isPrivilegedSid('S-1-5-32-544')).toBe(true)
    expect(isPrivilegedSid('S-1-5-32-545')).toBe(false)
    expect(isPrivilegedSid('S-1-5-32-5440')).toBe(false)
  })
})
