import type { SafeCause } from '@force-reset/core'
import { BadMessage } from './ber.ts'

/** How a connection failed. */
export type TransportProblem =
  /** No connection was made: nothing was sent. */
  | 'unreachable'
  /** The certificate is not trusted, not valid or not for this name: nothing was sent. */
  | 'certificate'
  /** The server does not do StartTLS: nothing was sent. */
  | 'no_start_tls'
  /** The connection was already closed: nothing was sent. */
  | 'not_sent'
  /** Too much waits to be sent on this connection: nothing was sent. */
  | 'queue_full'
  /**
   * The connection ended before the answer came. The request may have been carried out, or may be
   * later.
   */
  | 'closed'
  /** The answer did not come in time. The request may have been carried out, or may be later. */
  | 'timeout'
  /** What came is not LDAP, or answers no request. The request may have been carried out. */
  | 'protocol'
  /** More came than an answer may hold. The request may have been carried out. */
  | 'oversized'

/**
 * A failure below LDAP. The error stays inside this package and carries only what {@link SafeCause}
 * allows.
 */
export class TransportError extends Error {
  readonly problem: TransportProblem
  readonly safeCause: SafeCause | undefined

  constructor(problem: TransportProblem, safeCause?: SafeCause) {
    super(`The connection to the directory failed: ${problem}.`)
    this.name = 'TransportError'
    this.problem = problem
    this.safeCause = safeCause
  }
}

/**
 * Whether the request may have reached the server.
 *
 * @example
 * const outcome = mayHaveArrived(error) ? 'unknown' : 'refused'
 */
export function mayHaveArrived({ problem }: TransportError): boolean {
  switch (problem) {
    case 'unreachable':
    case 'certificate':
    case 'no_start_tls':
    case 'not_sent':
    case 'queue_full':
      return false
    case 'closed':
    case 'timeout':
    case 'protocol':
    case 'oversized':
      return true
    default:
      return problem satisfies never
  }
}

/**
 * The failure of a connection that brought something that cannot be read. Nothing after it can be
 * trusted.
 *
 * @example
 * catch (error) { end(unreadable(error)) }
 */
export function unreadable(error: unknown): TransportError {
  const oversized = error instanceof BadMessage && error.code === 'ERR_LDAP_TOO_LARGE'
  return new TransportError(oversized ? 'oversized' : 'protocol', safeCauseOf(error))
}

/**
 * The class and code of a foreign error, where they look like a class and a code.
 *
 * @example
 * throw new TransportError('closed', safeCauseOf(error))
 */
export function safeCauseOf(error: unknown): SafeCause {
  if (!(error instanceof Error)) return {}
  const code: unknown = Reflect.get(error, 'code')
  return {
    name: /^[A-Za-z]{1,40}$/.test(error.name) ? error.name : undefined,
    code: typeof code === 'string' && /^[A-Z0-9_]{1,60}$/.test(code) ? code : undefined,
  }
}
