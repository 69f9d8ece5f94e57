import type { Operator } from '@force-reset/core'
import { ForceResetError } from '@force-reset/core'
import type { OptionRule } from '@force-reset/core/store'
import { atOnce } from '@force-reset/core/store'
import { isCrossSite, saysSameOrigin } from '../guards/cross-site.ts'
import type { RequestTrace } from '../guards/request-trace.ts'
import { traceOf } from '../guards/request-trace.ts'
import { transportOf } from '../guards/transport.ts'
import type { HandlerRequest } from '../wire/handler-request.ts'
import type { HandlerResponse } from '../wire/handler-response.ts'
import { textResponse } from '../wire/handler-response.ts'
import { checkHandlerOptions } from './check-options.ts'
import type { HandlerConfig, UnexpectedError } from './handler-options.ts'
import { allowInsecureTransport } from './handler-options.ts'
import type { HandlerParts } from './handler-parts.ts'
import { handlerParts } from './handler-parts.ts'
import { check, list, view } from './read-users.ts'
import { recordLimit } from './record-limit.ts'
import {
  crossSite,
  insecureTransport,
  internalError,
  malformedAddress,
  methodNotAllowed,
  routeNotFound,
  unauthenticated,
} from './refusals.ts'
import { resetUser } from './reset-user.ts'
import type { Route } from './route.ts'
import { asksForIdentity, methodsOf, misfitOf, routeOf } from './route.ts'

/** What a shell needs of the handler behind both shells. */
export interface RequestHandler<O> {
  /**
   * Responds to a request; returns `undefined` at once for a request that is not for this handler.
   * The promise never rejects.
   */
  respond(request: HandlerRequest<O>): Promise<HandlerResponse> | undefined
  /** The response to a request that is for nobody. */
  notFound(path: string): HandlerResponse
  /**
   * Whether a path would be ours with another `basePath`: then `onError` is told once. For a
   * request that was for nobody.
   */
  missed(path: string): boolean
}

/**
 * The handler behind both shells.
 *
 * @param own - Rules of the shell's own options.
 * @throws {ForceResetError} `ERR_INVALID_CONFIG` for options that cannot work.
 */
export function requestHandler<O extends Operator>(
  config: HandlerConfig<O>,
  own: Readonly<Record<string, OptionRule>>,
): RequestHandler<O> {
  checkHandlerOptions(config, own)
  const { basePath = '' } = config
  const parts = handlerParts(config)
  // Core checks every object once. It knows the names of the shell's own options from here alone.
  checkHandlerOptions(parts.config, own)
  const missed = (path: string): boolean => {
    const misfit = misfitOf(basePath, path)
    if (misfit) parts.advise(misfit.advice, misfit.arriving)
    return misfit !== undefined
  }
  return {
    respond: (request) => {
      const route = routeOf(basePath, request.path)
      if (!route || (asksForIdentity(route) && config.verification === undefined)) return undefined
      return respondTo(parts, route, request)
    },
    notFound: (path) => routeNotFound(missed(path)),
    missed,
  }
}

/**
 * From the guards to the response. An error that ends here is not ours, and the response holds
 * nothing of it. The error came before anything was changed: after a write nothing rejects.
 */
async function respondTo<O extends Operator>(
  parts: HandlerParts<O>,
  route: Route,
  request: HandlerRequest<O>,
): Promise<HandlerResponse> {
  const { config, limits } = parts
  let during: UnexpectedError['during'] = 'request'
  try {
    const transport = transportOf(request, {
      trustProxy: config.trustProxy === true,
      origins: parts.origins,
    })
    const insecure = transport.kind === 'insecure' || undefined
    if (insecure && config[allowInsecureTransport] !== true) {
      if (transport.trouble) parts.advise(transport.trouble)
      return insecureTransport(transport.trouble)
    }
    if (isCrossSite(request, transport.origin, parts.origins)) {
      const trouble = saysSameOrigin(request) ? 'host_lost' : undefined
      if (trouble) parts.advise(trouble)
      return crossSite(trouble)
    }
    if (route.name === 'malformed') return malformedAddress()
    if (!methodsOf(route).includes(request.method)) return methodNotAllowed(route)
    if (isFile(route)) return await file(route.name)

    during = 'authenticate'
    const operator = await request.authenticate()
    if (!isSignedIn(operator)) return unauthenticated()

    const signedIn = { request, operator, insecure, trace: traced(parts, request) }
    during = 'rate_limits'
    const tooMany = await limits.countRequest(countedAs(route), operator)
    if (tooMany) {
      if (tooMany.isFirst) await recordLimit(parts, signedIn, route, tooMany.limit)
      return tooMany.response
    }

    during = 'request'
    switch (route.name) {
      case 'list':
        return await list(parts, signedIn)
      case 'view':
        return await view(parts, signedIn, route.userId)
      case 'check':
        return await check(parts, signedIn, route.userId)
      case 'reset':
        return await resetUser(parts, signedIn, route.userId)
      default: {
        const { verifyCaller } = await import('./verify-caller.ts')
        return await verifyCaller(parts, signedIn, route)
      }
    }
  } catch (error) {
    parts.report(during, error)
    return internalError()
  }
}

/** Where the request came from. An id that cannot be had costs nobody the request. */
function traced<O extends Operator>(
  { config, report }: HandlerParts<O>,
  request: HandlerRequest<O>,
): RequestTrace {
  let own: string | undefined
  try {
    const id = atOnce('requestId', () => request.requestId()) ?? undefined
    if (id !== undefined && typeof id !== 'string')
      throw new ForceResetError('ERR_INVALID_CONFIG', 'requestId must answer text, or undefined')
    own = id || undefined
  } catch (error) {
    report('request_id', error)
  }
  return traceOf(request, config.trustProxy === true, own)
}

/** Among which requests of an operator a request is counted. */
function countedAs({ name }: Route): 'reads' | 'resets' | 'identifications' {
  if (name === 'reset') return 'resets'
  return name === 'list' || name === 'view' || name === 'check' ? 'reads' : 'identifications'
}

/** A file that is the same for everybody, signed in or not. */
type FileRoute = Extract<Route, { readonly name: 'openapi' | `element${string}` }>

function isFile(route: Route): route is FileRoute {
  return route.name === 'openapi' || route.name.startsWith('element')
}

/**
 * Each file is imported when it is asked for: a console that shows its own dialogs never loads a
 * script.
 */
async function file(name: FileRoute['name']): Promise<HandlerResponse> {
  switch (name) {
    case 'openapi': {
      const { openApiText } = await import('../wire/openapi-text.ts')
      return textResponse(200, { 'Content-Type': 'application/json' }, await openApiText())
    }
    case 'element': {
      const { elementText } = await import('../scripts/element-text.ts')
      return script(await elementText())
    }
    case 'element-verification': {
      const { elementVerificationText } = await import('../scripts/element-verification-text.ts')
      return script(await elementVerificationText())
    }
    case 'element-vouch': {
      const { elementVouchText } = await import('../scripts/element-vouch-text.ts')
      return script(await elementVouchText())
    }
    default:
      return name satisfies never
  }
}

function script(text: string): HandlerResponse {
  return textResponse(200, { 'Content-Type': 'text/javascript; charset=utf-8' }, text)
}

/**
 * Only an object is an operator. An object without an `id` is a mistake of the embedding
 * application, not of the person who asks.
 */
function isSignedIn<O extends Operator>(operator: O | null | undefined): operator is O {
  if (typeof operator !== 'object' || operator === null) return false
  if (typeof operator.id === 'string' && operator.id !== '') return true
  throw new ForceResetError(
    'ERR_INVALID_CONFIG',
    'authenticate must answer an object whose id is text, or undefined',
  )
}
