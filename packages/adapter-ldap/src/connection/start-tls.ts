import type { Socket } from 'node:net'
import { BerReader, ExtendedRequest } from 'ldapts'
import { TransportError } from './transport-error.ts'

/** RFC 4511, section 4.14.1. */
const startTlsOid = '1.3.6.1.4.1.1466.20037'
/** Tags of a message and of the answer to an extended operation. */
const ldapMessage = 0x30
const extendedResponse = 0x78
const success = 0
/** An answer is some tens of bytes; nothing that sends more is a directory. */
const greatestAnswer = 65_536

/**
 * Asks the server to start TLS and resolves when it agrees; the TLS handshake is the caller's.
 *
 * Bytes in clear behind the answer are refused: they would be read as if TLS had protected them.
 *
 * @throws {TransportError} `no_start_tls`, or `protocol` for an answer that is none.
 * @example
 * await requestStartTls(socket)
 */
export async function requestStartTls(socket: Socket): Promise<void> {
  socket.write(new ExtendedRequest({ messageId: 1, oid: startTlsOid }).write())
  const answer = await firstMessage(socket)
  const reader = new BerReader(answer)
  reader.readSequence()
  const messageId = reader.readInt()
  const operation = reader.readSequence()
  const result = reader.readEnumeration()
  if (messageId !== 1 || operation !== extendedResponse) throw new TransportError('protocol')
  if (result !== success)
    throw new TransportError('no_start_tls', { ldapResult: result ?? undefined })
}

async function firstMessage(socket: Socket): Promise<Buffer> {
  let received: Buffer = Buffer.alloc(0)
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void): void => {
      socket.off('data', take)
      socket.off('close', lose)
      socket.pause()
      finish()
    }
    const lose = (): void => settle(() => reject(new TransportError('unreachable')))
    const take = (chunk: Buffer): void => {
      received = Buffer.concat([received, chunk])
      const missing = bytesMissing(received)
      if (missing === 0) settle(() => resolve(received))
      else if (missing < 0 || received.length > greatestAnswer)
        settle(() => reject(new TransportError('protocol')))
    }
    socket.on('data', take)
    socket.on('close', lose)
  })
}

/**
 * How many bytes of the first message are still to come. `-1` when there is more than that message,
 * or something else.
 */
function bytesMissing(received: Buffer): number {
  const reader = new BerReader(received)
  try {
    if (reader.readSequence(ldapMessage) === null) return 1
  } catch {
    return -1
  }
  return Math.max(-1, reader.offset + reader.length - received.length)
}
