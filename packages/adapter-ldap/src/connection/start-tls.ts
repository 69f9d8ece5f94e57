import type { Socket } from 'node:net'
import { ExtendedRequest } from 'ldapts'
import { BadMessage } from './ber.ts'
import { messageStream } from './message-stream.ts'
import { resultCodes } from './result-codes.ts'
import { responses, type ServerMessage, serverMessage } from './server-message.ts'
import { TransportError, unreadable } from './transport-error.ts'

/** RFC 4511, section 4.14.1. */
const startTlsOid = '1.3.6.1.4.1.1466.20037'
/** The first request of the connection. */
const startTlsId = 1
/** An answer is some tens of bytes; nothing that sends more is a directory. */
const greatestAnswer = 65_536

type Result = ServerMessage & { readonly kind: 'result' }

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
  socket.write(new ExtendedRequest({ messageId: startTlsId, oid: startTlsOid }).write())
  const answer = await startTlsResult(socket)
  if (answer.code !== resultCodes.success)
    throw new TransportError('no_start_tls', { ldapResult: answer.code })
}

async function startTlsResult(socket: Socket): Promise<Result> {
  const stream = messageStream(greatestAnswer)
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void): void => {
      socket.off('data', take)
      socket.off('close', lose)
      socket.pause()
      finish()
    }
    const lose = (): void => settle(() => reject(new TransportError('unreachable')))
    const take = (chunk: Buffer): void => {
      try {
        const [first, ...others] = stream.messages(chunk)
        if (first === undefined) return
        if (others.length > 0 || !stream.empty) throw new BadMessage('ERR_LDAP_UNEXPECTED')
        const result = resultIn(serverMessage(first))
        settle(() => resolve(result))
      } catch (error) {
        settle(() => reject(unreadable(error)))
      }
    }
    socket.on('data', take)
    socket.on('close', lose)
  })
}

function resultIn(message: ServerMessage): Result {
  if (
    message.kind !== 'result' ||
    message.messageId !== startTlsId ||
    message.response !== responses.extended
  )
    throw new BadMessage('ERR_LDAP_UNEXPECTED')
  return message
}
