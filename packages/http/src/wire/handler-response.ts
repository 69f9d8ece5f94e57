const encoder = new TextEncoder()

/** What is sent back, before it becomes a `Response` or goes into a `ServerResponse`. */
export interface HandlerResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array<ArrayBuffer>
  /**
   * Present when the body holds a password. The shell that sends the body wipes its bytes, and
   * calls this when they did not arrive.
   */
  readonly undelivered?: (() => void) | undefined
}

/**
 * Sent with every response, refusals and the script included.
 *
 * `no-store` (RFC 9111, section 5.2.2.5) keeps a password out of every cache. `no-transform` keeps
 * compression away: its length can tell something of the content, and its buffers keep a copy.
 */
const everywhere: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store, no-transform',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
}

/** A response of bytes, with the headers that all have and the length of its body. */
export function bytesResponse(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array<ArrayBuffer>,
  undelivered?: () => void,
): HandlerResponse {
  return {
    status,
    headers: { ...everywhere, ...headers, 'Content-Length': String(body.length) },
    body,
    undelivered,
  }
}

/** A response of JSON or other text. */
export function textResponse(
  status: number,
  headers: Readonly<Record<string, string>>,
  text: string,
): HandlerResponse {
  return bytesResponse(status, headers, encoder.encode(text))
}

/** `200 OK` with JSON. */
export function jsonResponse(
  value: object,
  headers: Readonly<Record<string, string>> = {},
): HandlerResponse {
  return textResponse(
    200,
    { 'Content-Type': 'application/json', ...headers },
    JSON.stringify(value),
  )
}
