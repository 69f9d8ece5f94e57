import { expect, it } from 'vitest'
import { deniesOwnChange } from './access-rights.ts'

const listStart = 20

/** A descriptor whose access list says that it has so many entries, and holds these bytes. */
function descriptor(count: number, entries: Buffer): Buffer {
  const header = Buffer.alloc(listStart + 8)
  header.writeUInt32LE(listStart, 16)
  header.writeUInt16LE(count, listStart + 4)
  return Buffer.concat([header, entries])
}

/** Everyone is denied control access, and no right is named. */
const denied = Buffer.from('01001400 00010000 010100000000000100000000'.replaceAll(' ', ''), 'hex')

it('An access list that denies Everyone the change is seen', () => {
  expect(deniesOwnChange(descriptor(1, denied))).toBe(true)
})

it.each([0, 1, 7])('An entry that says it has %s bytes is not read again and again', (size) => {
  const broken = Buffer.alloc(100)
  broken.writeUInt16LE(size, 2)
  const { subarray } = Buffer.prototype
  let views = 0
  Buffer.prototype.subarray = function (...range: Parameters<typeof subarray>) {
    views += 1
    return subarray.apply(this, range)
  }
  try {
    expect(deniesOwnChange(descriptor(65_535, broken))).toBe(false)
  } finally {
    Buffer.prototype.subarray = subarray
  }
  expect(views).toBeLessThan(10)
})
