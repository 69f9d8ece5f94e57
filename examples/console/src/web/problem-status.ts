import type { FailureCode } from '@force-reset/core'

/** The HTTP status of a page that could not be shown. */
export function problemStatus(code: FailureCode): 400 | 403 | 404 | 500 | 503 {
  switch (code) {
    case 'invalid_request':
      return 400
    case 'forbidden':
      return 403
    case 'user_not_found':
      return 404
    case 'store_unavailable':
    case 'busy':
    case 'audit_unavailable':
      return 503
    default:
      return 500
  }
}
