import type { Operator } from '@force-reset/core'
import { checkOptions } from '../handler/check-options.ts'
import type { HandlerConfig } from '../handler/handler-options.ts'
import { routeNotFound } from '../handler/refusals.ts'
import { requestHandler } from '../handler/request-handler.ts'
import type { Answer } from '../wire/answer.ts'
import type { BodyRead, Exchange } from '../wire/exchange.ts'
import { onceBytes } from './once-bytes.ts'

/** Configuration of {@link fetchHandler}. */
export type FetchHandlerConfig<O extends Operator> = HandlerConfig<O> & {
  /**
   * Whoever is signed in; `undefined` or `null` for nobody. Called once for each request, after the
   * guards and before anything else.
   */
  authenticate(request: Request): O | null | undefined | Promise<O | null | undefined>
}

/**
 * The handler for servers that speak `Request` and `Response`: Hono, Next.js, Bun, Deno.
 *
 * Wiping is best effort here: what the server does with the bytes of an answer, and when it is done
 * with them, is not told to anybody. The shell that can keep the promise is `nodeHandler`.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG` for options that cannot work.
 * @example
 * const handler = fetchHandler({ store, authorize, audit, authenticate: (request) =>
 * operatorOf(request), basePath: '/admin/api' }) app.all('/admin/api/*', (c) => handler(c.req.raw))
 */
export function fetchHandler<O extends Operator>(
  config: FetchHandlerConfig<O>,
): (request: Request) => Promise<Response> {
  checkOptions(config)
  const handle = requestHandler(config)
  return async (request) =>
    responseOf((await handle(exchangeOf(config, request))) ?? routeNotFound(), request)
}

function exchangeOf<O extends Operator>(
  config: FetchHandlerConfig<O>,
  request: Request,
): Exchange<O> {
  const { pathname, search, host, protocol } = new URL(request.url)
  return {
    method: request.method,
    path: pathname,
    query: search.slice(1),
    host: request.headers.get('host') ?? host,
    encrypted: protocol === 'https:',
    fromLoopback: undefined,
    signal: request.signal,
    header: (name) => request.headers.get(name) ?? undefined,
    readBody: (limitBytes) => readBody(request, limitBytes),
    authenticate: () => config.authenticate(request),
  }
}

async function readBody(request: Request, limitBytes: number): Promise<BodyRead> {
  if (request.bodyUsed) return { kind: 'consumed' }
  if (Number(request.headers.get('content-length') ?? 0) > limitBytes) return { kind: 'too_large' }
  if (request.body === null) return { kind: 'bytes', bytes: new Uint8Array() }
  const bytes = new Uint8Array(limitBytes)
  let length = 0
  try {
    // Leaving the loop cancels the rest.
    for await (const chunk of request.body) {
      if (length + chunk.length > limitBytes) return { kind: 'too_large' }
      bytes.set(chunk, length)
      length += chunk.length
    }
  } catch {
    return { kind: 'interrupted' }
  }
  return { kind: 'bytes', bytes: bytes.subarray(0, length) }
}

function responseOf({ status, headers, body, undelivered }: Answer, { method }: Request): Response {
  if (method === 'HEAD') return new Response(null, { status, headers })
  return new Response(undelivered ? onceBytes(body, undelivered) : body, { status, headers })
}
