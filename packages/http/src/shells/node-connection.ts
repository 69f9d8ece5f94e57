import type { IncomingMessage } from 'node:http'
import { isLoopbackAddress } from '../guards/loopback.ts'
import type { Connection } from '../wire/exchange.ts'

/** The way that a request of Node came. */
export function nodeConnection({ headers, socket }: IncomingMessage): Connection {
  return {
    // HTTP/2 has `:authority` instead (RFC 9113, section 8.3.1).
    host: headers.host ?? oneOf(headers[':authority']),
    encrypted: Reflect.get(socket, 'encrypted') === true,
    fromLoopback:
      socket.remoteAddress === undefined ? undefined : isLoopbackAddress(socket.remoteAddress),
    header: (name) => oneOf(headers[name]),
  }
}

function oneOf(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'object' ? value.join(', ') : value
}
