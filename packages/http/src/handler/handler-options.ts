import type { ForceResetConfig, ForceResetErrorCode, Operator } from '@force-reset/core'
import type { RateLimitOptions } from '../guards/rate-limits.ts'

/**
 * The symbol option that lets the handler work without TLS outside this machine. **A warning:**
 * whoever can read the network then reads the temporary passwords and the operators' cookies. What
 * the handler answers to pages says that the connection is not encrypted.
 *
 * @example
 * nodeHandler({ ...config, [allowInsecureTransport]: true })
 */
export const allowInsecureTransport: unique symbol = Symbol('allowInsecureTransport')

/** A reset that happened, and whose password nobody got: it has to be done again. */
export interface UndeliveredReset<O> {
  /** The same as in the audit trail. */
  readonly resetId: string
  readonly operator: O
  readonly userId: string
}

/** An error that should not have happened, without the content of what somebody else threw. */
export interface UnexpectedError {
  readonly during: 'authenticate' | 'rate_limits' | 'request' | 'delivery' | 'on_undelivered'
  /** Class of the error, such as `TypeError`. */
  readonly name?: string | undefined
  /** Of our own errors only. */
  readonly code?: ForceResetErrorCode | undefined
  /** Of our own errors only; it names options and types, never values. */
  readonly message?: string | undefined
}

/** What the handler is told beside the configuration of core. */
export interface HandlerOptions<O extends Operator> {
  /**
   * Path in front of `/users`, such as `/admin/api`, the way browsers see it. Default: nothing;
   * under Express, where the router mounted the handler.
   */
  readonly basePath?: string | undefined
  /**
   * Origins whose pages may send requests, such as
   * `https://console.example.com`, beside the origin that the request itself came to. Needed where a proxy changes `Host`.
   * Default: none. It adds no CORS headers.
   */
  readonly origins?: readonly string[] | undefined
  /**
   * Believe what `Forwarded` or `X-Forwarded-*` says in favour of a request. Only behind a proxy
   * that removes what clients claim there. Default `false`.
   */
  readonly trustProxy?: boolean | undefined
  /** How much one operator may do, and how often one account may be reset. */
  readonly rateLimits?: RateLimitOptions<O> | undefined
  /** Longest body that is read. Default 16,384 bytes. */
  readonly bodyLimitBytes?: number | undefined
  /**
   * Called when a reset happened and the client went away before its password was handed over; the
   * audit trail has it already, as `reset.undelivered`. Its failure changes nothing.
   */
  onUndelivered?(event: UndeliveredReset<O>): void | Promise<void>
  /** Called when something failed that should not, for a log. */
  onError?(error: UnexpectedError): void
  /** See {@link allowInsecureTransport}. Default `false`. */
  readonly [allowInsecureTransport]?: boolean | undefined
}

/** Who may do what, and how it is served. */
export type HandlerConfig<O extends Operator> = ForceResetConfig<O> & HandlerOptions<O>
