import type { IncomingMessage, ServerResponse } from 'node:http'

/**
 * What to do when a connection closes. One listener for all, because many requests of one
 * connection may wait at the same time.
 */
const waiting = new WeakMap<object, Set<() => void>>()

/**
 * Calls `then` once when the response is over: it was sent, or it cannot be sent any more.
 *
 * The events do not tell which. Node 22 emits `finish` for a response that its client cut off, too,
 * and `writableFinished` is true then.
 *
 * A response that waits behind another one on its connection gets no event when the client goes
 * away. Then the connection's own `close` has to do.
 */
export function onClose(
  request: IncomingMessage,
  response: ServerResponse,
  then: () => void,
): void {
  const { socket } = request
  const ends = waiting.get(socket) ?? new Set()
  const end = (): void => {
    response.off('finish', end)
    response.off('close', end)
    ends.delete(end)
    then()
  }
  response.once('finish', end)
  response.once('close', end)
  ends.add(end)
  if (!waiting.has(socket)) {
    waiting.set(socket, ends)
    socket.once('close', () => {
      for (const each of ends) each()
    })
  }
  // A closed response with an open connection is one that the host has answered by itself.
  if (socket.destroyed || response.destroyed || response.closed) end()
}
