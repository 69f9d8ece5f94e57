import type { IncomingMessage, ServerResponse } from 'node:http'

/** What to do when a connection closes. One listener for all, because many requests of one connection may wait at the same time. */
const waiting = new WeakMap<object, Set<() => void>>()

/**
 * Calls `then` once when the answer has been handed over (`whole`) or cannot be any more.
 *
 * `finish` comes when everything was given to the operating system. When the client goes away only `close` comes, and for an answer that waits behind
 * another one on its connection not even that: then the connection's own `close` has to do.
 */
export function onClose(request: IncomingMessage, response: ServerResponse, then: (outcome: { readonly whole: boolean }) => void): void {
  const { socket } = request
  const ends = waiting.get(socket) ?? new Set()
  const end = (): void => {
    response.off('finish', end)
    response.off('close', end)
    ends.delete(end)
    then({ whole: response.writableFinished })
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
  if (socket.destroyed || response.destroyed) end()
}
