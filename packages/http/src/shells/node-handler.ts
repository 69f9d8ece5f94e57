import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Operator } from '@force-reset/core'
import type { OptionRule } from '@force-reset/core/store'
import { aFunction, optional } from '@force-reset/core/store'
import type { HandlerConfig } from '../handler/handler-options.ts'
import { reportError } from '../handler/report-error.ts'
import { requestHandler } from '../handler/request-handler.ts'
import { deliver } from './node-deliver.ts'
import { nodeRequest } from './node-request.ts'

/** RFC 9110, section 15.5.5. */
const httpNotFound = 404

/** Configuration of {@link nodeHandler}. */
export type NodeHandlerConfig<
  O extends Operator,
  Req extends IncomingMessage = IncomingMessage,
> = HandlerConfig<O> & {
  /**
   * The operator who is signed in; `undefined` or `null` for nobody. Called once for each request,
   * after the guards and before anything else.
   */
  authenticate(request: Req): O | null | undefined | Promise<O | null | undefined>
  /**
   * Your own id of a request, for the audit trail: at most 128 characters. Default: `X-Request-Id`,
   * or the id of the trace in `traceparent`, which are claims of the client.
   */
  requestId?(request: Req): string | undefined
}

type OwnOptions = Exclude<keyof NodeHandlerConfig<Operator>, keyof HandlerConfig<Operator>>

const ownRules = {
  authenticate: aFunction,
  requestId: optional(aFunction),
} satisfies Readonly<Record<OwnOptions, OptionRule>>

/**
 * The handler for Node's own server and what is built on it: Express, Koa, Fastify, Connect.
 *
 * This handler keeps the promise about memory. The response that holds a password is wiped once the
 * operating system has taken the response, or once the client went away.
 *
 * @returns A listener. A request that is not for the handler goes to `next`. Without a `next` it
 *   gets 404.
 * @throws {ForceResetError} `ERR_INVALID_CONFIG` for options that cannot work.
 * @example
 * const handler = nodeHandler({
 *   store,
 *   authenticate: (request) => operatorOf(request.headers.cookie),
 *   authorize: ({ operator }) => operator.roles.includes('helpdesk'),
 *   audit: (event) => auditTrail.append(event),
 *   basePath: '/admin/api',
 * })
 * createServer({ cert, key }, handler).listen(443)
 */
export function nodeHandler<O extends Operator, Req extends IncomingMessage = IncomingMessage>(
  config: NodeHandlerConfig<O, Req>,
): (request: Req, response: ServerResponse, next?: () => unknown) => void {
  const { respond, notFound, missed } = requestHandler(config, ownRules)
  return (request, response, next) => {
    const asked = nodeRequest(config, request, response)
    const responding = respond(asked)
    if (responding === undefined && next !== undefined) {
      // Nobody else may know the address either. Only then it was meant for this handler.
      response.once('finish', () => response.statusCode === httpNotFound && missed(asked.path))
      next()
      return
    }
    Promise.resolve(responding ?? notFound(asked.path))
      .then((ready) => deliver(ready, request, response))
      .catch((error: unknown) => {
        // The host has responded already, or has closed the connection.
        reportError(config, 'delivery', error)
        response.destroy()
      })
  }
}
