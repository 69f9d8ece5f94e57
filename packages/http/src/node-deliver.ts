import { Buffer } from 'node:buffer'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Answer } from './answer.ts'
import { onClose } from './on-close.ts'

/** RFC 9110, section 15.5.14. */
const contentTooLarge = 413

/** Sends an answer. One that holds a password is wiped as soon as nobody needs its bytes any more. */
export function deliver(answer: Answer, request: IncomingMessage, response: ServerResponse): void {
  const { status, headers, body, undelivered } = answer
  if (undelivered) {
    onClose(request, response, ({ whole }) => {
      body.fill(0)
      if (!whole) undelivered()
    })
  }
  // The rest of a body that is too large is not read, so the connection cannot be used again. HTTP/2 ends the stream alone, and knows no such header.
  const closes = status === contentTooLarge && request.httpVersionMajor === 1
  response.writeHead(status, closes ? { ...headers, Connection: 'close' } : headers)
  if (undelivered) handOver(body, response)
  else response.end(request.method === 'HEAD' ? undefined : body)
}

/**
 * What is written together is joined into one buffer before TLS encrypts it, and that copy of the password is out of reach. So the header goes first, and
 * what holds the password only when the first byte has left too: an answer may have waited behind another one on its connection.
 *
 * Both are Buffers on the same memory: middleware that wraps the response, as sessions do, copies other arrays into memory that nobody wipes.
 */
function handOver({ buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>, response: ServerResponse): void {
  const bytes = Buffer.from(buffer, byteOffset, byteLength)
  response.flushHeaders()
  response.write(bytes.subarray(0, 1), (error) => {
    if (!error) response.end(bytes.subarray(1))
  })
}
