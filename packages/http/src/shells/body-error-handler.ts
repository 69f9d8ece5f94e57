import type { IncomingMessage, ServerResponse } from 'node:http'
import { bodyTooLarge, malformedBody, notJson } from '../handler/refusals.ts'
import type { HandlerResponse } from '../wire/handler-response.ts'
import { deliver } from './node-deliver.ts'

/**
 * Error middleware of Express and Connect, for an application whose body parser comes before
 * `nodeHandler`. What the parser refuses never reaches the handler. This middleware responds to
 * that with the same problems as the handler. Every other error goes to `next`.
 *
 * @example
 * app.use(express.json())
 * app.use('/admin/api', nodeHandler(config), bodyErrorHandler())
 */
export function bodyErrorHandler(): (
  error: unknown,
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => unknown,
) => void {
  return (error, request, response, next) => {
    const refusal = refusalOf(Object(error))
    if (refusal === undefined || response.headersSent) next(error)
    else deliver(refusal, request, response)
  }
}

/** The types of errors of `body-parser`, which Express brings. */
function refusalOf({
  type,
  limit,
}: {
  readonly type?: unknown
  readonly limit?: unknown
}): HandlerResponse | undefined {
  switch (type) {
    case 'entity.parse.failed':
      return malformedBody()
    case 'entity.too.large':
      return bodyTooLarge(Number(limit))
    case 'charset.unsupported':
    case 'encoding.unsupported':
      return notJson()
    default:
      return undefined
  }
}
