import type { IncomingMessage, ServerResponse } from 'node:http'

/**
 * The functions to call when a connection closes. A connection has one listener for all of them,
 * because many requests of one connection may wait at the same time.
 */
const waiting = new WeakMap<object, Set<() => void>>()

/**
 * Calls `then` once when the response is over: it was sent, or it cannot be sent any more.
 *
 * The events do not tell the two apart. Node 22 emits `finish` also for a response that its client
 * cut off, and `writableFinished` is true then.
 *
 * A response that waits behind another one on its connection gets no event when the client goes
 * away. The connection's own `close` stands in for that event.
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
  // The host has responded by itself when the response is closed and the connection is open.
  if (socket.destroyed || response.destroyed || response.closed) end()
}
