/** What became of reading a request's body. */
export type BodyRead =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** The host application has parsed it already. */
  | { readonly kind: 'parsed'; readonly value: unknown }
  | { readonly kind: 'too_large' }
  /** The host application has read it, and has not left it anywhere. */
  | { readonly kind: 'consumed' }
  /** The client went away in the middle of it. */
  | { readonly kind: 'interrupted' }

/** The way that a request came. */
export interface Connection {
  /** Host and port that the client asked for. */
  readonly host: string | undefined
  /** Whether the connection that ends here is TLS. */
  readonly encrypted: boolean
  /**
   * Whether the other end of the connection is this machine; `undefined` where the shell cannot
   * know.
   */
  readonly fromLoopback: boolean | undefined
  /** A header's value by its lower-case name; repeated ones are joined with a comma. */
  header(name: string): string | undefined
}

/**
 * One request, as the shells hand it over: the core of the handler knows neither Node nor fetch.
 */
export interface Exchange<O> extends Connection {
  readonly method: string
  /** Still percent-encoded, without the query. */
  readonly path: string
  /** Still percent-encoded, without the question mark. */
  readonly query: string
  /** Aborted when nobody waits for an answer: the client has gone, or the host has answered. */
  readonly signal: AbortSignal
  readBody(limitBytes: number): Promise<BodyRead>
  /** Whoever is signed in. */
  authenticate(): O | null | undefined | Promise<O | null | undefined>
}
