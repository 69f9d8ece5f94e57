import type { FaultDirection, RecordedChunk } from './fault-proxy.ts'

/** How a stream of bytes is made of messages. */
export interface Framing {
  /** Bytes that tell how long a message is. No message is shorter. */
  readonly header: number
  /** Length of the message with its header, in bytes. */
  length(header: Buffer): number
}

/**
 * TLS records (RFC 8446, section 5.1). LDAP messages are taken too, because StartTLS begins with
 * one.
 */
export const tlsRecords: Framing = {
  header: 6,
  length: (header) => {
    if (header[0] !== 0x30) return 5 + header.readUInt16BE(3)
    const short = header.readUInt8(1)
    // The long form of BER: so many bytes of length.
    return short < 0x80 ? 2 + short : 2 + (short & 0x7f) + header.readUIntBE(2, short & 0x7f)
  },
}

/** Messages of PostgreSQL after the start of a connection: a letter, and a length. */
export const postgresMessages: Framing = {
  header: 5,
  length: (header) => 1 + header.readUInt32BE(1),
}

/** Packets of MariaDB and MySQL. */
export const mysqlPackets: Framing = {
  header: 4,
  length: (header) => 4 + header.readUIntLE(0, 3),
}

/** Bytes of one direction in a recording, over all connections. */
export function bytesIn(chunks: readonly RecordedChunk[], direction: FaultDirection): number {
  return chunks.reduce((sum, one) => sum + (one.direction === direction ? one.bytes.length : 0), 0)
}

/**
 * The numbers of the last bytes of all messages of one direction, from 1, counted over all
 * connections as `cutAtByte` of a proxy counts. The recording has to begin between messages.
 */
export function messageEnds(
  chunks: readonly RecordedChunk[],
  direction: FaultDirection,
  { header, length }: Framing,
): readonly number[] {
  const ends: number[] = []
  const begun = new Map<number, Buffer>()
  let before = 0
  for (const { connection, direction: way, bytes } of chunks) {
    if (way !== direction) continue
    const earlier = begun.get(connection) ?? Buffer.alloc(0)
    let rest = Buffer.concat([earlier, bytes])
    let position = before - earlier.length
    while (rest.length >= header && rest.length >= length(rest)) {
      position += length(rest)
      ends.push(position)
      rest = rest.subarray(length(rest))
    }
    begun.set(connection, rest)
    before += bytes.length
  }
  return ends
}
