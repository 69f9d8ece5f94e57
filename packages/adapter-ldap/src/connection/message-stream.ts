import { BadMessage, headerIn, tags } from './ber.ts'

/** Cuts what a server sends into messages. */
export interface MessageStream {
  /**
   * The messages that are complete with these bytes, one by one.
   *
   * @throws {BadMessage} as soon as the beginning of a message is not one, or says that it is too
   *   large. Nothing after that can be trusted.
   */
  messages(received: Buffer): Iterable<Buffer>
  /** Whether no message has begun that is not complete. */
  readonly empty: boolean
}

/** A tag, and a length of at most five bytes. */
const longestHeader = 6

/**
 * Takes bytes as they come: one at a time, or many messages at once. Each byte is copied once or
 * twice, however the bytes are divided. A message has memory of its own, so an entry that is kept
 * keeps nothing else.
 *
 * @param greatestMessage - Most bytes of one message. Memory is set aside only within this bound.
 * @example
 * const stream = messageStream(greatestMessage)
 * for (const message of stream.messages(chunk)) take(message)
 */
export function messageStream(greatestMessage: number): MessageStream {
  const header = Buffer.alloc(longestHeader)
  let headerSize = 0
  let message: Buffer | undefined
  let filled = 0

  /** Takes one byte of the header, and makes room for the message when its length is known. */
  const begin = (byte: number): void => {
    header[headerSize] = byte
    headerSize += 1
    if (header[0] !== tags.sequence) throw new BadMessage('ERR_LDAP_TAG')
    const known = headerIn(header, 0, headerSize)
    if (known === undefined) return
    if (known.end > greatestMessage) throw new BadMessage('ERR_LDAP_TOO_LARGE')
    message = Buffer.allocUnsafeSlow(known.end)
    filled = header.copy(message, 0, 0, headerSize)
    headerSize = 0
  }

  return {
    get empty() {
      return message === undefined && headerSize === 0
    },
    *messages(received) {
      let offset = 0
      while (offset < received.length) {
        if (message === undefined) {
          begin(received.readUInt8(offset))
          offset += 1
        } else {
          const size = received.copy(message, filled, offset)
          offset += size
          filled += size
        }
        if (message !== undefined && filled === message.length) {
          const complete = message
          message = undefined
          yield complete
        }
      }
    },
  }
}
