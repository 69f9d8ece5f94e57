import { describe, expect, it } from 'vitest'
import { ber, messageOf, resultOf } from '../fixtures/fake-socket.ts'
import { messageStream } from './message-stream.ts'

const done = resultOf(0x65, 0)
const many = 100_000
const message = messageOf(1, done)
const bytes = Buffer.concat(Array.from({ length: many }, () => message))

/** Counts the bytes that `work` copies from one buffer to another. */
function copiedBytes(work: () => void): number {
  const { copy } = Buffer.prototype
  let copied = 0
  Buffer.prototype.copy = function (...parameters: Parameters<typeof copy>): number {
    const size = copy.apply(this, parameters)
    copied += size
    return size
  }
  try {
    work()
  } finally {
    Buffer.prototype.copy = copy
  }
  return copied
}

describe('messageStream', () => {
  it('cuts a hundred thousand messages out of one read, each copied once', () => {
    let found = 0
    const copied = copiedBytes(() => {
      for (const each of messageStream(1_000).messages(bytes)) if (each.equals(message)) found += 1
    })
    expect(found).toBe(many)
    expect(copied).toBeLessThanOrEqual(2 * bytes.length)
  })

  it('joins a message that comes one byte at a time, and copies nothing again and again', () => {
    const large = messageOf(1, ber(0x64, Buffer.alloc(100_000)))
    const stream = messageStream(1_000_000)
    const found: Buffer[] = []
    const copied = copiedBytes(() => {
      for (const byte of large) found.push(...stream.messages(Buffer.from([byte])))
    })
    expect(found).toEqual([large])
    expect(stream.empty).toBe(true)
    expect(copied).toBeLessThanOrEqual(2 * large.length)
  })

  it.each([1, 2, 3, 5, 13, 14, 15, 1_000])(
    'finds the same messages in reads of %s bytes',
    (size) => {
      const stream = messageStream(1_000)
      const found: Buffer[] = []
      const some = bytes.subarray(0, 50 * message.length)
      for (let offset = 0; offset < some.length; offset += size)
        found.push(...stream.messages(some.subarray(offset, offset + size)))
      expect(Buffer.concat(found).equals(some)).toBe(true)
      expect(found).toHaveLength(50)
      expect(stream.empty).toBe(true)
    },
  )

  it.each([
    ['is no sequence', '48', 'ERR_LDAP_TAG'],
    ['has an indefinite length', '3080', 'ERR_LDAP_LENGTH'],
    ['has a length of five bytes', '3085', 'ERR_LDAP_LENGTH'],
    ['says that it is larger than what is taken', '308400ffffff', 'ERR_LDAP_TOO_LARGE'],
    ['says that it has four gigabytes', '3084ffffffff', 'ERR_LDAP_TOO_LARGE'],
  ])('refuses what %s at the byte that shows it', (_, hex, code) => {
    const stream = messageStream(1_000)
    const head = Buffer.from(hex, 'hex')
    expect([...stream.messages(head.subarray(0, -1))]).toEqual([])
    expect(() => [...stream.messages(head.subarray(-1))]).toThrow(expect.objectContaining({ code }))
  })
})
