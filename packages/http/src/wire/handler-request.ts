/** What became of reading a request's body. */
export type BodyRead =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** The host application has parsed the body already. */
  | { readonly kind: 'parsed'; readonly value: unknown }
  | { readonly kind: 'too_large' }
  /** The host application has read the body, and has not left it anywhere. */
  | { readonly kind: 'consumed' }
  /** The client went away in the middle of the body. */
  | { readonly kind: 'interrupted' }

/** The way that a request came. */
export interface Connection {
  /** Host and port that the client asked for. */
  readonly host: string | undefined
  /** Whether the connection that ends here is TLS. */
  readonly encrypted: boolean
  /** Address at the other end of the connection; `undefined` where nobody knows the address. */
  readonly peerAddress: string | undefined
  /** A header's value by its lower-case name; repeated ones are joined with a comma. */
  header(name: string): string | undefined
}

/**
 * One request, as both shells hand it over: the handler behind them knows neither Node nor fetch.
 */
export interface HandlerRequest<O> extends Connection {
  readonly method: string
  /** Still percent-encoded, without the query. */
  readonly path: string
  /** Still percent-encoded, without the question mark. */
  readonly query: string
  /** The id that the application gives this request; `undefined` for none. */
  requestId(): unknown
  /** Aborted when nobody waits for a response: the client has gone, or the host has responded. */
  readonly signal: AbortSignal
  readBody(limitBytes: number): Promise<BodyRead>
  /** The operator who is signed in; `undefined` or `null` for nobody. */
  authenticate(): O | null | undefined | Promise<O | null | undefined>
}
