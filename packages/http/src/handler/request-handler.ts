import type { ListQuery, Operator } from '@force-reset/core'
import { explainFailure, ForceResetError, listUsers, viewUser } from '@force-reset/core'
import { isCrossSite } from '../guards/cross-site.ts'
import type { RateLimits } from '../guards/rate-limits.ts'
import { rateLimits } from '../guards/rate-limits.ts'
import { transportOf } from '../guards/transport.ts'
import type { Answer } from '../wire/answer.ts'
import { jsonAnswer, textAnswer } from '../wire/answer.ts'
import { entityTagOf } from '../wire/entity-tag.ts'
import type { Exchange } from '../wire/exchange.ts'
import { failureProblem, parametersOf } from '../wire/failure-problem.ts'
import type { WireList, WirePreview, WireView } from '../wire/wire.ts'
import { wireUser } from '../wire/wire-user.ts'
import { defaultBodyLimitBytes } from './check-options.ts'
import type { HandlerConfig, UnexpectedError } from './handler-options.ts'
import { allowInsecureTransport } from './handler-options.ts'
import { readListQuery } from './list-query.ts'
import {
  crossSite,
  insecureTransport,
  internalError,
  malformedAddress,
  methodNotAllowed,
  unauthenticated,
} from './refusals.ts'
import { reportError } from './report-error.ts'
import { resetUser } from './reset-user.ts'
import type { Route } from './route.ts'
import { methodsOf, routeOf } from './route.ts'

/** What the steps of one handler share. */
export interface HandlerParts<O extends Operator> {
  readonly config: HandlerConfig<O>
  readonly limits: RateLimits<O>
  readonly origins: ReadonlySet<string>
  readonly bodyLimitBytes: number
  report(during: UnexpectedError['during'], error: unknown): void
}

/**
 * Answers requests; at once `undefined` for those that are not for this handler. The promise never
 * rejects.
 */
export type RequestHandler<O> = (exchange: Exchange<O>) => Promise<Answer> | undefined

/** The handler that both shells put their requests into. `config` has been checked. */
export function requestHandler<O extends Operator>(config: HandlerConfig<O>): RequestHandler<O> {
  const { basePath = '', bodyLimitBytes = defaultBodyLimitBytes } = config
  const parts: HandlerParts<O> = {
    config,
    limits: rateLimits(config, config.rateLimits),
    origins: new Set(config.origins),
    bodyLimitBytes,
    report: (during, error) => reportError(config, during, error),
  }
  return (exchange) => {
    const route = routeOf(basePath, exchange.path)
    return route && answerRoute(parts, route, exchange)
  }
}

/**
 * From the guards to the answer. An error that ends here is not ours, and nothing of it is
 * answered. The error came before anything was changed: after a write nothing rejects.
 */
async function answerRoute<O extends Operator>(
  parts: HandlerParts<O>,
  route: Route,
  exchange: Exchange<O>,
): Promise<Answer> {
  const { config, limits } = parts
  let during: UnexpectedError['during'] = 'request'
  try {
    const transport = transportOf(exchange, { trustProxy: config.trustProxy === true })
    const insecure = transport.kind === 'insecure' || undefined
    if (insecure && config[allowInsecureTransport] !== true) return insecureTransport()
    if (isCrossSite(exchange, transport.origin, parts.origins)) return crossSite()
    if (route.name === 'malformed') return malformedAddress()
    if (!methodsOf(route).includes(exchange.method)) return methodNotAllowed(route)
    if (route.name === 'openapi' || route.name === 'element') return await file(route.name)

    during = 'authenticate'
    const operator = await exchange.authenticate()
    if (!isSignedIn(operator)) return unauthenticated()

    during = 'rate_limits'
    const tooMany = await limits.countRequest(route.name === 'reset' ? 'resets' : 'reads', operator)
    if (tooMany) return tooMany

    during = 'request'
    switch (route.name) {
      case 'list':
        return await list(parts, { exchange, operator, insecure })
      case 'view':
        return await view(parts, { exchange, operator, insecure }, route.userId)
      case 'reset':
        return await resetUser(parts, { exchange, operator, userId: route.userId })
      default:
        return route satisfies never
    }
  } catch (error) {
    parts.report(during, error)
    return internalError()
  }
}

/**
 * What is the same for everybody, signed in or not. Imported when it is asked for: a console that
 * shows its own dialogs never loads the script.
 */
async function file(name: 'openapi' | 'element'): Promise<Answer> {
  if (name === 'openapi') {
    const { openApiText } = await import('../wire/openapi-text.ts')
    return textAnswer(200, { 'Content-Type': 'application/json' }, await openApiText())
  }
  const { elementText } = await import('./element-text.ts')
  return textAnswer(200, { 'Content-Type': 'text/javascript; charset=utf-8' }, await elementText())
}

interface SignedInRequest<O> {
  readonly exchange: Exchange<O>
  readonly operator: O
  readonly insecure: true | undefined
}

/**
 * Nobody unless it is an object; then its `id` has to be there, or the embedding application is
 * wrong, and not whoever asks.
 */
function isSignedIn<O extends Operator>(operator: O | null | undefined): operator is O {
  if (typeof operator !== 'object' || operator === null) return false
  if (typeof operator.id === 'string' && operator.id !== '') return true
  throw new ForceResetError(
    'ERR_INVALID_CONFIG',
    'authenticate must answer an object whose id is text, or undefined',
  )
}

async function list<O extends Operator>(
  { config }: HandlerParts<O>,
  { exchange, operator, insecure }: SignedInRequest<O>,
): Promise<Answer> {
  const read = readListQuery(exchange.query)
  if (!read.ok) {
    const { detail } = read
    return detail
      ? failureProblem({
          code: 'invalid_request',
          detail,
          message: explainFailure('invalid_request', detail),
        })
      : malformedAddress()
  }
  const query: ListQuery = read.query
  const page = await listUsers(config, { ...query, operator, signal: exchange.signal })
  if (!page.ok) return failureProblem(page)
  const body: WireList = {
    users: page.users.map(wireUser),
    nextCursor: page.nextCursor,
    truncated: page.truncated,
    insecureTransport: insecure,
  }
  return jsonAnswer(body)
}

async function view<O extends Operator>(
  { config }: HandlerParts<O>,
  { exchange, operator, insecure }: SignedInRequest<O>,
  userId: string,
): Promise<Answer> {
  const seen = await viewUser(config, { operator, userId, signal: exchange.signal })
  if (!seen.ok) return failureProblem(seen)
  const { user, reset } = seen
  const preview: WirePreview = reset.allowed
    ? { allowed: true, survives: reset.survives }
    : {
        allowed: false,
        code: reset.code,
        detail: reset.message,
        parameters: reset.detail && parametersOf(reset.detail),
      }
  const body: WireView = { user: wireUser(user), reset: preview, insecureTransport: insecure }
  const tag = entityTagOf(user.version)
  return jsonAnswer(body, tag === undefined ? {} : { ETag: tag })
}
