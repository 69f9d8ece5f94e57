import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Connection, HandlerRequest } from '../wire/handler-request.ts'
import { readNodeBody } from './node-body.ts'
import { onClose } from './on-close.ts'

/** What a request needs of the configuration. */
interface RequestOptions<O, Req> {
  readonly basePath?: string | undefined
  authenticate(request: Req): O | null | undefined | Promise<O | null | undefined>
  requestId?(request: Req): string | undefined
}

/** A request of Node as the handler takes it. */
export function nodeRequest<O, Req extends IncomingMessage>(
  options: RequestOptions<O, Req>,
  request: Req,
  response: ServerResponse,
): HandlerRequest<O> {
  const { path, query } = targetOf(request, options.basePath)
  const connection = nodeConnection(request)
  const gone = new AbortController()
  onClose(request, response, () => gone.abort())
  return {
    method: request.method ?? '',
    path,
    query,
    ...connection,
    requestId: () => options.requestId?.(request),
    signal: gone.signal,
    readBody: (limitBytes) => readNodeBody(request, limitBytes),
    authenticate: () => options.authenticate(request),
  }
}

/** The way that a request of Node came. */
export function nodeConnection({ headers, socket }: IncomingMessage): Connection {
  return {
    // HTTP/2 has `:authority` instead (RFC 9113, section 8.3.1).
    host: headers.host ?? textOf(headers[':authority']),
    encrypted: Reflect.get(socket, 'encrypted') === true,
    peerAddress: socket.remoteAddress,
    header: (name) => textOf(headers[name]),
  }
}

function textOf(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'object' ? value.join(', ') : value
}

/**
 * Path and query. Express cuts the path where it mounted the handler off `url`, and keeps the whole
 * in `originalUrl`. A `basePath` is compared with the whole; without one, or with an empty one, the
 * cut path is taken.
 */
function targetOf(
  request: IncomingMessage,
  basePath: string | undefined,
): { readonly path: string; readonly query: string } {
  const original: unknown = Reflect.get(request, 'originalUrl')
  const url = basePath && typeof original === 'string' ? original : (request.url ?? '')
  // A proxy's client may send the whole address (RFC 9112, section 3.2.2).
  const target = url.replace(/^https?:\/\/[^/?]*/i, '')
  const at = target.indexOf('?')
  return at < 0
    ? { path: target, query: '' }
    : { path: target.slice(0, at), query: target.slice(at + 1) }
}
