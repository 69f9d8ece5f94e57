import { Buffer } from 'node:buffer'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { HandlerResponse } from '../wire/handler-response.ts'
import { onClose } from './on-close.ts'

/** RFC 9110, section 15.5.14. */
const contentTooLarge = 413

/**
 * Sends a response. A body that holds a password is wiped as soon as nobody needs its bytes any
 * more. `undelivered` is called unless all of the bytes were handed to the operating system.
 */
export function deliver(
  { status, headers, body, undelivered }: HandlerResponse,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  let handedOver = false
  if (undelivered) {
    onClose(request, response, () => {
      body.fill(0)
      if (!handedOver) undelivered()
    })
  }
  // The rest of a body that is too large is not read, so the connection cannot be used again.
  // HTTP/2 ends the stream alone, and knows no such header.
  const closes = status === contentTooLarge && request.httpVersionMajor === 1
  response.writeHead(status, closes ? { ...headers, Connection: 'close' } : headers)
  if (!undelivered) {
    response.end(request.method === 'HEAD' ? undefined : body)
    return
  }
  handOver(body, request, response, () => {
    handedOver = true
    response.end()
  })
}

/**
 * Writes bytes, and calls `then` when the operating system has taken all of them.
 *
 * Node joins parts that are written together into one buffer before TLS encrypts them, and that
 * copy of the password is out of reach. So the header goes first. The rest follows when the first
 * byte has left too: a response may have waited behind another one on its connection.
 *
 * Nothing is left for `end`: only the callback of a write tells about that write's own bytes.
 *
 * Both parts are Buffers on the same memory. Middleware that wraps the response, as sessions do,
 * copies other arrays into memory that nobody wipes.
 */
function handOver(
  { buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>,
  { socket }: IncomingMessage,
  response: ServerResponse,
  then: () => void,
): void {
  const bytes = Buffer.from(buffer, byteOffset, byteLength)
  // Node 26 calls back without an error for a stream of HTTP/2 that its client has cancelled.
  const ifTaken = (next: () => void) => (error: Error | null | undefined) => {
    if (!error && !socket.destroyed) next()
  }
  response.flushHeaders()
  const rest = ifTaken(() => response.write(bytes.subarray(1), ifTaken(then)))
  response.write(bytes.subarray(0, 1), rest)
}
