import type { Operator } from '@force-reset/core'
import { ForceResetError } from '@force-reset/core'
import type { OptionRule } from '@force-reset/core/store'
import { aFunction, optional } from '@force-reset/core/store'
import type { HandlerConfig } from '../handler/handler-options.ts'
import { reportError } from '../handler/report-error.ts'
import { requestHandler } from '../handler/request-handler.ts'
import type { BodyRead, HandlerRequest } from '../wire/handler-request.ts'
import type { HandlerResponse } from '../wire/handler-response.ts'
import { onceBytes } from './once-bytes.ts'

/** Configuration of {@link fetchHandler}. */
export type FetchHandlerConfig<
  O extends Operator,
  Rest extends readonly unknown[] = [],
> = HandlerConfig<O> & {
  /**
   * The operator who is signed in; `undefined` or `null` for nobody. Called once for each request,
   * after the guards and before anything else.
   */
  authenticate(request: Request): O | null | undefined | Promise<O | null | undefined>
  /**
   * Your own id of a request, for the audit trail: at most 128 characters. Default: `X-Request-Id`,
   * or the id of the trace in `traceparent`, which are claims of the client.
   */
  requestId?(request: Request): string | undefined
  /**
   * The IP address at the other end of the connection, as the server itself saw the address. A
   * `Request` does not hold the address; the server has it in an argument beside the `Request`.
   * Never take a header for the address. Default: nobody knows the address, so that no request is
   * taken for one from this machine.
   */
  peerAddress?(
    request: Request,
    ...rest: Rest
  ): string | null | undefined | Promise<string | null | undefined>
}

type OwnOptions = Exclude<keyof FetchHandlerConfig<Operator>, keyof HandlerConfig<Operator>>

const ownRules = {
  authenticate: aFunction,
  peerAddress: optional(aFunction),
  requestId: optional(aFunction),
} satisfies Readonly<Record<OwnOptions, OptionRule>>

/**
 * The handler for servers that speak `Request` and `Response`: Hono, Next.js, Bun, Deno.
 *
 * Wiping is best effort here: nobody is told what the server does with the bytes of a response, and
 * when it has sent them. The shell that can keep the promise is `nodeHandler`.
 *
 * @returns A function of a `Request`. Its further arguments go to `peerAddress`.
 * @throws {ForceResetError} `ERR_INVALID_CONFIG` for options that cannot work.
 * @example
 * const handler = fetchHandler({
 *   store,
 *   authenticate: (request) => operatorOf(request.headers.get('cookie')),
 *   authorize: ({ operator }) => operator.roles.includes('helpdesk'),
 *   audit: (event) => auditTrail.append(event),
 *   peerAddress: (_request, c: Context) => getConnInfo(c).remote.address,
 *   basePath: '/admin/api',
 * })
 * app.all('/admin/api/*', (c) => handler(c.req.raw, c))
 */
export function fetchHandler<O extends Operator, Rest extends readonly unknown[] = []>(
  config: FetchHandlerConfig<O, Rest>,
): (request: Request, ...rest: Rest) => Promise<Response> {
  const { respond, notFound } = requestHandler(config, ownRules)
  return async (request, ...rest) => {
    const asked = fetchRequest(config, request, await peerAddressOf(config, request, rest))
    return fetchResponse((await respond(asked)) ?? notFound(asked.path), request)
  }
}

/** The address that the application tells. Without one, the request is not from this machine. */
async function peerAddressOf<O extends Operator, Rest extends readonly unknown[]>(
  config: FetchHandlerConfig<O, Rest>,
  request: Request,
  rest: Rest,
): Promise<string | undefined> {
  try {
    const address: unknown = await config.peerAddress?.(request, ...rest)
    if (typeof address === 'string' || address === undefined || address === null)
      return address ?? undefined
    throw new ForceResetError('ERR_INVALID_CONFIG', 'peerAddress must answer text, or undefined')
  } catch (error) {
    reportError(config, 'peer_address', error)
    return undefined
  }
}

/** A `Request` as the handler takes it. */
function fetchRequest<O extends Operator>(
  config: Pick<FetchHandlerConfig<O>, 'authenticate' | 'requestId'>,
  request: Request,
  peerAddress: string | undefined,
): HandlerRequest<O> {
  const { pathname, search, host, protocol } = new URL(request.url)
  const header = (name: string): string | undefined => request.headers.get(name) ?? undefined
  const connection = {
    host: header('host') ?? host,
    encrypted: protocol === 'https:',
    peerAddress,
    header,
  }
  return {
    ...connection,
    method: request.method,
    path: pathname,
    query: search.slice(1),
    requestId: () => config.requestId?.(request),
    signal: request.signal,
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
