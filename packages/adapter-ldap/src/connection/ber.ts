/**
 * Something that came is not well-formed, or holds more than an answer may. The error stays inside
 * this package.
 */
export class BadMessage extends Error {
  readonly code: BadMessageCode

  constructor(code: BadMessageCode) {
    super(`The server sent a message that is refused: ${code}.`)
    this.name = 'BadMessage'
    this.code = code
  }
}

/** Why a message is refused. The code travels as a safe cause. */
export type BadMessageCode =
  /** A length that is indefinite, too long, or beyond the end of the element around it. */
  | 'ERR_LDAP_LENGTH'
  /** An element that is not the one that stands there in LDAP. */
  | 'ERR_LDAP_TAG'
  /** An integer of no byte, of more than four bytes, or out of its range. */
  | 'ERR_LDAP_INTEGER'
  /** An answer that does not belong to its request, or to none. */
  | 'ERR_LDAP_UNEXPECTED'
  /** A message, an entry or an answer that is larger than what is taken. */
  | 'ERR_LDAP_TOO_LARGE'

/** Tags of BER (X.690, section 8.1.2) that LDAP uses everywhere. */
export const tags = Object.freeze({
  boolean: 0x01,
  integer: 0x02,
  octetString: 0x04,
  enumerated: 0x0a,
  sequence: 0x30,
  set: 0x31,
})

/** Low bits of a tag that goes on in the next byte. LDAP has no such tag. */
const longTag = 0x1f
/** Set in the first byte of a length that goes on in the next bytes. */
const longLength = 0x80
/** Bytes of a length, after its first one. Four hold more than any message that is taken. */
const mostLengthBytes = 4
/** LDAP's integers are within 31 bits (RFC 4511, section 4.1.1). */
const mostIntegerBytes = 4

/**
 * Reads the elements that stand side by side in some bytes, first to last. No element reaches
 * beyond these bytes, so none is longer than the element that holds it. Nothing recurses, and
 * nothing is copied.
 *
 * A class, because a list has tens of thousands of elements, and functions of their own for each
 * make reading five times as slow.
 */
export class Elements {
  readonly #bytes: Buffer
  readonly #end: number
  #offset: number

  constructor(bytes: Buffer, start = 0, end = bytes.length) {
    this.#bytes = bytes
    this.#offset = start
    this.#end = end
  }

  /** Whether nothing follows. */
  get done(): boolean {
    return this.#offset === this.#end
  }

  /** Whether the next element has this tag. */
  nextIs(tag: number): boolean {
    return this.#offset < this.#end && this.#bytes[this.#offset] === tag
  }

  /**
   * The content of the next element, which has to have this tag. It is a view.
   *
   * @throws {BadMessage}
   */
  next(tag: number): Buffer {
    const start = this.#contentOf(tag)
    return this.#bytes.subarray(start, this.#offset)
  }

  /**
   * The elements in the next element, which has to have this tag.
   *
   * @throws {BadMessage}
   */
  inside(tag: number): Elements {
    const start = this.#contentOf(tag)
    return new Elements(this.#bytes, start, this.#offset)
  }

  /**
   * Passes over the rest. A receiver ignores elements that it does not know at the end of a
   * sequence (RFC 4511, section 4). Their lengths have to be right all the same.
   *
   * @throws {BadMessage}
   */
  skipRest(): void {
    while (this.#offset < this.#end) this.#pass()
  }

  #contentOf(tag: number): number {
    if (!this.nextIs(tag)) throw new BadMessage('ERR_LDAP_TAG')
    return this.#pass()
  }

  /** Passes over the next element and returns where its content begins. */
  #pass(): number {
    if (((this.#bytes[this.#offset] ?? longTag) & longTag) === longTag)
      throw new BadMessage('ERR_LDAP_TAG')
    const header = headerIn(this.#bytes, this.#offset, this.#end)
    if (header === undefined || header.end > this.#end) throw new BadMessage('ERR_LDAP_LENGTH')
    this.#offset = header.end
    return header.start
  }
}

/** Where the content of an element begins and ends. */
interface Header {
  readonly start: number
  readonly end: number
}

/**
 * The header of the element at `offset`; `undefined` while bytes of its tag or of its length are
 * missing before `limit`.
 *
 * @throws {BadMessage} for a length that is indefinite, or of more than four bytes.
 * @example
 * const header = headerIn(received, 0, received.length)
 */
export function headerIn(bytes: Buffer, offset: number, limit: number): Header | undefined {
  const start = offset + 2
  const first = bytes[offset + 1]
  if (first === undefined || start > limit) return undefined
  if (first < longLength) return { start, end: start + first }
  const count = first - longLength
  if (count === 0 || count > mostLengthBytes) throw new BadMessage('ERR_LDAP_LENGTH')
  if (start + count > limit) return undefined
  return { start: start + count, end: start + count + bytes.readUIntBE(start, count) }
}

/**
 * The integer in the content of an element. LDAP has no negative ones in what a server sends.
 *
 * @throws {BadMessage}
 * @example
 * const messageId = naturalNumber(fields.next(tags.integer))
 */
export function naturalNumber(content: Buffer): number {
  if (content.length === 0 || content.length > mostIntegerBytes)
    throw new BadMessage('ERR_LDAP_INTEGER')
  const value = content.readIntBE(0, content.length)
  if (value < 0) throw new BadMessage('ERR_LDAP_INTEGER')
  return value
}
