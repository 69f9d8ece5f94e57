import type { FailedStep, ForceResetConfig, Operator, SafeError } from '@force-reset/core'
import type { RateLimitOptions } from '../guards/rate-limits.ts'
import type { ProxyTrouble } from '../guards/transport.ts'

/**
 * The symbol option that lets the handler work without TLS outside this machine. **A warning:**
 * everybody who can read the network then reads the temporary passwords and the operators' cookies.
 * Lists and views say then that the connection is not encrypted.
 *
 * @example
 * const handler = nodeHandler({ ...config, [allowInsecureTransport]: true })
 */
export const allowInsecureTransport: unique symbol = Symbol('allowInsecureTransport')

/** A reset that happened, and whose password nobody got: the account has to be reset again. */
export interface UndeliveredReset<O> {
  /** The same as in the audit trail. */
  readonly resetId: string
  readonly operator: O
  readonly userId: string
}

/** An error that should not have happened, without the content of a foreign error. */
export interface UnexpectedError extends SafeError {
  /**
   * What failed: a function of the options, a step of the store, or of the handler. `proxy`:
   * requests come in a way that the options do not fit, and `message` says what to do. Each such
   * message comes once. `secret`: a version or a cursor was made with a key that this process does
   * not have. Each label of a key comes once, and at most eight labels of each.
   */
  readonly during:
    | FailedStep
    | 'authenticate'
    | 'rate_limits'
    | 'request'
    | 'delivery'
    | 'on_undelivered'
    | 'peer_address'
    | 'request_id'
    | 'proxy'
    | 'secret'
  /** With `during: 'proxy'`: what does not fit. */
  readonly trouble?: ProxyTrouble | 'path_cut' | 'path_added' | undefined
}

/** The options of the handler beside the configuration of core. */
export interface HandlerOptions<O extends Operator> {
  /**
   * Path in front of `/users`, such as `/admin/api`, as it arrives at this server: without what a
   * proxy cuts off. Default: none; under Express, the path where the router mounted the handler.
   */
  readonly basePath?: string | undefined
  /**
   * Origins whose pages may send requests, such as `https://console.example.com`, beside the origin
   * that the request itself came to. Needed where a proxy changes `Host`. Default: none. The option
   * adds no CORS headers.
   */
  readonly origins?: readonly string[] | undefined
  /**
   * Believe the claims of `Forwarded` or `X-Forwarded-*` in favour of a request. Only behind a
   * proxy that removes the claims of clients. Default `false`.
   */
  readonly trustProxy?: boolean | undefined
  /** How much one operator may do, and how often one account may be reset. */
  readonly rateLimits?: RateLimitOptions<O> | undefined
  /** Longest body that is read. Default 16,384 bytes. */
  readonly bodyLimitBytes?: number | undefined
  /**
   * Called when a reset happened and the client went away before its password was handed over. The
   * audit trail has the event `reset.undelivered` by then. A failure of this function changes
   * nothing.
   */
  onUndelivered?(event: UndeliveredReset<O>): void | Promise<void>
  /**
   * Called for a log when a function of the options, the store or the handler failed. Called once
   * for each way in which a proxy does not fit the options. A failure of this function changes
   * nothing.
   */
  onError?(error: UnexpectedError): void
  /** See {@link allowInsecureTransport}. Default `false`. */
  readonly [allowInsecureTransport]?: boolean | undefined
}

/** Who may do what, and how it is served. */
export type HandlerConfig<O extends Operator> = Omit<ForceResetConfig<O>, 'onError'> &
  HandlerOptions<O>
