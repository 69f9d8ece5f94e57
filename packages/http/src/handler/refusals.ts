import type { Answer } from '../wire/answer.ts'
import { problem } from '../wire/problem.ts'
import type { Route } from './route.ts'
import { methodsOf } from './route.ts'

/** For an address that is not ours, where there is nobody else to ask. */
export function routeNotFound(): Answer {
  return problem('route_not_found', { detail: 'There is nothing at this address.' })
}

export function methodNotAllowed(route: Route): Answer {
  const allow = methodsOf(route).join(', ')
  return problem('method_not_allowed', {
    detail: `This address takes ${allow} only.`,
    headers: { Allow: allow },
  })
}

export function insecureTransport(): Answer {
  return problem('insecure_transport', {
    detail:
      'Temporary passwords are handed out only over HTTPS, or on the server itself. Nothing was changed. Open this console by its https address.',
  })
}

export function crossSite(): Answer {
  return problem('cross_site', {
    detail: 'A page of another site sent this request. Nothing was changed.',
  })
}

export function malformedAddress(): Answer {
  return problem('malformed', { detail: 'The address of this request is not valid.' })
}

/**
 * RFC 9110, section 15.5.2, asks for a challenge. This one is of no registered scheme: a browser
 * does not open its own sign-in for it.
 */
export function unauthenticated(): Answer {
  return problem('unauthenticated', {
    detail: 'Sign in and try again.',
    headers: { 'WWW-Authenticate': 'Operator' },
  })
}

/** For an error that came before anything was changed. */
export function internalError(): Answer {
  return problem('internal_error', { detail: 'The server could not answer. Nothing was changed.' })
}

/** The password was replaced, and nobody was there any more to take the new one. */
export function undelivered(resetId: string): Answer {
  return problem('outcome_unknown', {
    detail: 'The reset happened, but its password could not be delivered. Reset again.',
    resetId,
  })
}
