import type { FailureCode } from '@force-reset/core'

/**
 * Every `code` that a problem can carry: the failures of core, and what can be wrong with a request
 * before core is asked.
 */
export type ProblemCode =
  | FailureCode
  /** Nobody is signed in. */
  | 'unauthenticated'
  /** Too many requests, or too many resets of one account. */
  | 'rate_limited'
  /** Sent by a page of another site. */
  | 'cross_site'
  /** Neither TLS nor loopback. */
  | 'insecure_transport'
  /** The reset does not name the version that the operator saw. */
  | 'version_required'
  /** The body is not `application/json`. */
  | 'unsupported_media_type'
  | 'body_too_large'
  /** Not JSON, not UTF-8, or percent-encoding that decodes to nothing. */
  | 'malformed'
  | 'method_not_allowed'
  | 'route_not_found'
  /** A function of the embedding application failed, or its configuration cannot work. */
  | 'internal_error'

/** How a code looks on the wire. */
export interface ProblemKind {
  readonly status: number
  readonly title: string
  /** Sent as `Retry-After`, in seconds, where a second try can help and does no harm. */
  readonly retryAfterSeconds?: number
}

/**
 * Status and title of each code.
 *
 * `outcome_unknown` is 500 without `Retry-After`: proxies take 502, 503 and 504 for an error of a
 * gateway, and may repeat the request by themselves.
 */
export const problemKinds: Readonly<Record<ProblemCode, ProblemKind>> = {
  invalid_request: { status: 400, title: 'The request is not valid' },
  malformed: { status: 400, title: 'The request cannot be read' },
  unauthenticated: { status: 401, title: 'Nobody is signed in' },
  forbidden: { status: 403, title: 'Not allowed' },
  own_account: { status: 403, title: 'Your own account' },
  privileged_user: { status: 403, title: 'A privileged account' },
  cross_site: { status: 403, title: 'Sent from another site' },
  insecure_transport: { status: 403, title: 'The connection is not encrypted' },
  verification_required: { status: 403, title: 'The caller was not identified' },
  user_not_found: { status: 404, title: 'No such account' },
  route_not_found: { status: 404, title: 'No such address' },
  method_not_allowed: { status: 405, title: 'Not with this method' },
  not_eligible: { status: 409, title: 'This account cannot be reset' },
  conflict: { status: 409, title: 'The account has changed' },
  body_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'Not JSON' },
  password_rejected: { status: 422, title: 'The temporary password was refused' },
  rules_unsatisfiable: { status: 422, title: 'The password rules cannot be met' },
  must_change_ineffective: { status: 422, title: 'The user would not have to change it' },
  version_required: { status: 428, title: 'The version is missing' },
  rate_limited: { status: 429, title: 'Too many requests' },
  store_denied: { status: 500, title: 'The user store refused' },
  outcome_unknown: { status: 500, title: 'The reset may have happened' },
  internal_error: { status: 500, title: 'The server could not answer' },
  store_unavailable: {
    status: 503,
    title: 'The user store cannot be reached',
    retryAfterSeconds: 5,
  },
  busy: { status: 503, title: 'Too much to do', retryAfterSeconds: 2 },
  audit_unavailable: {
    status: 503,
    title: 'The audit trail cannot be written',
    retryAfterSeconds: 5,
  },
  aborted: { status: 503, title: 'The request was cancelled', retryAfterSeconds: 1 },
}
