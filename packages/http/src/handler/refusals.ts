import type { FailureDetail } from '@force-reset/core'
import type { ProxyTrouble } from '../guards/transport.ts'
import { refusalProblem } from '../wire/failure-problem.ts'
import type { HandlerResponse } from '../wire/handler-response.ts'
import { problem } from '../wire/problem.ts'
import type { Route } from './route.ts'
import { methodsOf } from './route.ts'

/** Longest name of an unknown field that a refusal repeats, in characters. */
const longestName = 64

/** What an operator can do about a proxy that does not fit the options. */
const tellAdministrator = 'tell the administrator: the log of the server says what to change.'

/**
 * For an address that is not ours, where there is nobody else to ask.
 *
 * @param misfit - Whether the address would be ours with another `basePath`.
 */
export function routeNotFound(misfit = false): HandlerResponse {
  return problem('route_not_found', {
    what: 'There is nothing at this address.',
    cure: misfit
      ? `If a page of this console asked, its path does not fit basePath; ${tellAdministrator}`
      : undefined,
  })
}

export function methodNotAllowed(route: Route): HandlerResponse {
  const allow = methodsOf(route).join(', ')
  return problem('method_not_allowed', {
    what: `This address takes ${allow} only.`,
    headers: { Allow: allow },
  })
}

export function insecureTransport(trouble: ProxyTrouble | undefined): HandlerResponse {
  return problem('insecure_transport', {
    what: 'Temporary passwords are handed out only over HTTPS, or on the server itself.',
    unchanged: true,
    cure:
      'Open this console by its https address.' +
      (trouble ? ` If that is the address, ${tellAdministrator}` : ''),
    parameters: trouble && { reason: 'proxy', trouble },
  })
}

/** @param trouble - Present where the browser says that page and request are of one origin. */
export function crossSite(trouble: 'host_lost' | undefined): HandlerResponse {
  return problem('cross_site', {
    what: trouble
      ? 'This request arrived with another Host than that of its page.'
      : 'A page of another site sent this request.',
    unchanged: true,
    cure: trouble && `If the page is of this console, ${tellAdministrator}`,
    parameters: trouble && { reason: 'proxy', trouble },
  })
}

export function malformedAddress(): HandlerResponse {
  return problem('malformed', { what: 'The address of this request is not valid.' })
}

/**
 * RFC 9110, section 15.5.2, asks for a challenge. This one is of no registered scheme: a browser
 * does not open its own sign-in for it.
 */
export function unauthenticated(): HandlerResponse {
  return problem('unauthenticated', {
    what: 'Sign in and try again.',
    headers: { 'WWW-Authenticate': 'Operator' },
  })
}

/** For an error that came before anything was changed. */
export function internalError(): HandlerResponse {
  return problem('internal_error', { what: 'The server could not answer.', unchanged: true })
}

/**
 * For a field or a parameter that a request does not have.
 *
 * @param name - Only the beginning of a long name is repeated.
 */
export function unknownField(kind: 'field' | 'parameter', name: string): HandlerResponse {
  const field = name.slice(0, longestName)
  return problem('invalid_request', {
    what: `Unknown ${kind}: ${field}.`,
    parameters: { reason: 'field', field, problem: 'unknown' },
  })
}

/** For a parameter of the address, a header, or a field of the body. */
export function invalidRequest(detail: FailureDetail): HandlerResponse {
  return refusalProblem('invalid_request', detail)
}

export function notJson(): HandlerResponse {
  return problem('unsupported_media_type', {
    what: 'The body has to be application/json in UTF-8.',
    unchanged: true,
  })
}

export function malformedBody(): HandlerResponse {
  return problem('malformed', { what: 'The body is not JSON in UTF-8.', unchanged: true })
}

export function bodyTooLarge(limitBytes: number): HandlerResponse {
  return problem('body_too_large', {
    what: `The body is longer than ${limitBytes} bytes.`,
    unchanged: true,
    parameters: { limitBytes },
  })
}

/** The host application has read the body, and has not left it anywhere. */
export function bodyConsumed(): HandlerResponse {
  return problem('internal_error', {
    what: 'The body was read before it came here.',
    unchanged: true,
    cure: 'The application has to leave it in the "body" of the request.',
  })
}

export function versionRequired(): HandlerResponse {
  return problem('version_required', {
    what: 'The reset has to name the version of the account that you saw.',
    unchanged: true,
    cure: 'Load the account again.',
  })
}

/** The password was replaced, and nobody was there any more to take the new one. */
export function undelivered(resetId: string): HandlerResponse {
  return problem('outcome_unknown', {
    what: 'The reset happened, but its password could not be delivered.',
    cure: 'Reset again.',
    resetId,
  })
}
