import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Operator } from '@force-reset/core'
import { checkOptions } from '../handler/check-options.ts'
import type { HandlerConfig } from '../handler/handler-options.ts'
import { routeNotFound } from '../handler/refusals.ts'
import { reportError } from '../handler/report-error.ts'
import { requestHandler } from '../handler/request-handler.ts'
import { deliver } from './node-deliver.ts'
import { nodeExchange } from './node-exchange.ts'

/** Configuration of {@link nodeHandler}. */
export type NodeHandlerConfig<
  O extends Operator,
  Req extends IncomingMessage = IncomingMessage,
> = HandlerConfig<O> & {
  /**
   * Whoever is signed in; `undefined` or `null` for nobody. Called once for each request, after the
   * guards and before anything else.
   */
  authenticate(request: Req): O | null | undefined | Promise<O | null | undefined>
}

/**
 * The handler for Node's own server and what is built on it: Express, Koa, Fastify, Connect.
 *
 * It keeps the promise about memory: the answer that holds a password is wiped when it has been
 * handed to the operating system, or when the client went away.
 *
 * @returns A listener. What is not for it goes to `next`, or is answered with 404 where there is
 *   none.
 * @throws {ForceResetError} `ERR_INVALID_CONFIG` for options that cannot work.
 * @example
 * app.use(nodeHandler({ store, authorize, audit, authenticate: (request) =>
 * request.session.operator, basePath: '/admin/api' }))
 */
export function nodeHandler<O extends Operator, Req extends IncomingMessage = IncomingMessage>(
  config: NodeHandlerConfig<O, Req>,
): (request: Req, response: ServerResponse, next?: () => unknown) => void {
  checkOptions(config)
  const handle = requestHandler(config)
  return (request, response, next) => {
    const answering = handle(nodeExchange(config, request, response))
    if (answering === undefined && next !== undefined) {
      next()
      return
    }
    Promise.resolve(answering ?? routeNotFound())
      .then((answer) => deliver(answer, request, response))
      .catch((error: unknown) => {
        // The host has answered already, or has closed the connection.
        reportError(config, 'delivery', error)
        response.destroy()
      })
  }
}
