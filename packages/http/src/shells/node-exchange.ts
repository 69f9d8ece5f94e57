import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Operator } from '@force-reset/core'
import type { Exchange } from '../wire/exchange.ts'
import { readNodeBody } from './node-body.ts'
import { nodeConnection } from './node-connection.ts'
import type { NodeHandlerConfig } from './node-handler.ts'
import { onClose } from './on-close.ts'

/** A request of Node as the handler's core wants it. */
export function nodeExchange<O extends Operator, Req extends IncomingMessage>(
  config: NodeHandlerConfig<O, Req>,
  request: Req,
  response: ServerResponse,
): Exchange<O> {
  const { path, query } = targetOf(request, config)
  const gone = new AbortController()
  onClose(request, response, () => gone.abort())
  return {
    method: request.method ?? '',
    path,
    query,
    ...nodeConnection(request),
    signal: gone.signal,
    readBody: (limitBytes) => readNodeBody(request, limitBytes),
    authenticate: () => config.authenticate(request),
  }
}

/**
 * Path and query. Express cuts the path it was mounted at off
 * `url` and keeps the whole in `originalUrl`, which is what a `basePath` is compared with; without
 * one, its own cutting is taken for it.
 */
function targetOf(
  request: IncomingMessage,
  { basePath }: { readonly basePath?: string | undefined },
): { path: string; query: string } {
  const original: unknown = Reflect.get(request, 'originalUrl')
  const url =
    basePath !== undefined && typeof original === 'string' ? original : (request.url ?? '')
  // A proxy's client may send the whole address (RFC 9112, section 3.2.2).
  const target = url.replace(/^https?:\/\/[^/?]*/i, '')
  const at = target.indexOf('?')
  return at < 0
    ? { path: target, query: '' }
    : { path: target.slice(0, at), query: target.slice(at + 1) }
}
