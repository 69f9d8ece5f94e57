import type { TLSSocket } from 'node:tls'

/**
 * A connection that sends messages as they are, and reads only the result of each response.
 */
export interface BareConnection {
  /** @throws {Error} for a result other than success. */
  ask(messageId: number, message: Buffer): Promise<void>
}

/**
 * The least work of a client for a response. So the measured time is that of the server and of TLS.
 */
export function bareConnection(socket: TLSSocket): BareConnection {
  const waiting = new Map<number, (result: number) => void>()
  let rest: Buffer = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    for (let message = bodyOf(rest); message !== undefined; message = bodyOf(rest)) {
      rest = rest.subarray(message.end)
      const { id, result } = answerIn(message.body)
      if (result === undefined) continue
      waiting.get(id)?.(result)
      waiting.delete(id)
    }
  })
  return {
    ask: (messageId, message) =>
      new Promise((resolve, reject) => {
        waiting.set(messageId, (result) =>
          result === 0 ? resolve() : reject(new Error(`The server answered ${result}.`)),
        )
        socket.write(message)
      }),
  }
}

/**
 * Tags of messages that do not end an operation: an entry and a reference found by a search (RFC
 * 4511, section 4.5.2).
 */
const notLast: ReadonlySet<number> = new Set([0x64, 0x73])

/**
 * The id of a message and the result that its operation begins with (RFC 4511, sections 4.1.1 and
 * 4.1.9). `undefined` where more messages follow.
 */
function answerIn(body: Buffer): { readonly id: number; readonly result: number | undefined } {
  const id = bodyOf(body)
  const operation = id && body.subarray(id.end)
  const result = operation && bodyOf(operation)?.body[2]
  return {
    id: id?.body.readUIntBE(0, id.body.length) ?? 0,
    result: notLast.has(operation?.[0] ?? 0) ? undefined : result,
  }
}

const longForm = 0x80

/**
 * The contents of the first element, and the offset of its end (X.690, section 8.1.3). `undefined`
 * until the whole element has arrived.
 */
function bodyOf(data: Buffer): { readonly body: Buffer; readonly end: number } | undefined {
  const first = data[1]
  if (first === undefined) return undefined
  const bytes = Math.max(first - longForm, 0)
  const start = 2 + bytes
  if (data.length < start) return undefined
  const end = start + (bytes === 0 ? first : data.readUIntBE(2, bytes))
  return data.length < end ? undefined : { body: data.subarray(start, end), end }
}
