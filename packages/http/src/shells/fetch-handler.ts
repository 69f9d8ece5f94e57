import type { Operator } from '@force-reset/core'
import { checkOptions } from '../handler/check-options.ts'
import type { HandlerConfig } from '../handler/handler-options.ts'
import { routeNotFound } from '../handler/refusals.ts'
import { requestHandler } from '../handler/request-handler.ts'
import type { BodyRead, HandlerRequest } from '../wire/handler-request.ts'
import { sourceOf } from '../wire/handler-request.ts'
import type { HandlerResponse } from '../wire/handler-response.ts'
import { onceBytes } from './once-bytes.ts'

/** Configuration of {@link fetchHandler}. */
export type FetchHandlerConfig<O extends Operator> = HandlerConfig<O> & {
  /**
   * The operator who is signed in; `undefined` or `null` for nobody. Called once for each request,
   * after the guards and before anything else.
   */
  authenticate(request: Request): O | null | undefined | Promise<O | null | undefined>
}

/**
 * The handler for servers that speak `Request` and `Response`: Hono, Next.js, Bun, Deno.
 *
 * Wiping is best effort here: nobody is told what the server does with the bytes of a response, and
 * when it has sent them. The shell that can keep the promise is `nodeHandler`.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG` for options that cannot work.
 * @example
 * const handler = fetchHandler({
 *   store,
 *   authenticate: (request) => operatorOf(request.headers.get('cookie')),
 *   authorize: ({ operator }) => operator.roles.includes('helpdesk'),
 *   audit: (event) => auditTrail.append(event),
 *   basePath: '/admin/api',
 * })
 * app.all('/admin/api/*', (c) => handler(c.req.raw))
 */
export function fetchHandler<O extends Operator>(
  config: FetchHandlerConfig<O>,
): (request: Request) => Promise<Response> {
  checkOptions(config)
  const handle = requestHandler(config)
  return async (request) =>
    fetchResponse((await handle(fetchRequest(config, request))) ?? routeNotFound(), request)
}

/** A `Request` as the handler takes it. The address of the client is not in a `Request`. */
function fetchRequest<O extends Operator>(
  config: FetchHandlerConfig<O>,
  request: Request,
): HandlerRequest<O> {
  const { pathname, search, host, protocol } = new URL(request.url)
  const header = (name: string): string | undefined => request.headers.get(name) ?? undefined
  return {
    method: request.method,
    path: pathname,
    query: search.slice(1),
    host: header('host') ?? host,
    encrypted: protocol === 'https:',
    fromLoopback: undefined,
    source: sourceOf({ header }),
    signal: request.signal,
    header,
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

function fetchResponse(
  { status, headers, body, undelivered }: HandlerResponse,
  { method }: Request,
): Response {
  if (method === 'HEAD') return new Response(null, { status, headers })
  return new Response(undelivered ? onceBytes(body, undelivered) : body, { status, headers })
}
