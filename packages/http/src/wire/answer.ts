const encoder = new TextEncoder()

/** What is sent back, before it becomes a `Response` or goes into a `ServerResponse`. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array<ArrayBuffer>
  /**
   * Present when the body holds a password: whoever sends it wipes it, and calls this when it did
   * not arrive.
   */
  readonly undelivered?: (() => void) | undefined
}

/**
 * Sent with every answer, refusals and the script included.
 *
 * `no-store` (RFC 9111, section 5.2.2.5) keeps a password out of every cache; `no-transform` keeps
 * compression, whose length can tell something of the content and whose buffers keep a copy, away
 * from it.
 */
const everywhere: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store, no-transform',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
}

/** An answer with the headers that all have, and the length of its body. */
export function answerOf(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array<ArrayBuffer>,
  undelivered?: () => void,
): Answer {
  return {
    status,
    headers: { ...everywhere, ...headers, 'Content-Length': String(body.length) },
    body,
    undelivered,
  }
}

/** An answer of JSON or other text. */
export function textAnswer(
  status: number,
  headers: Readonly<Record<string, string>>,
  text: string,
): Answer {
  return answerOf(status, headers, encoder.encode(text))
}

/** `200 OK` with JSON. */
export function jsonAnswer(value: object, headers: Readonly<Record<string, string>> = {}): Answer {
  return textAnswer(200, { 'Content-Type': 'application/json', ...headers }, JSON.stringify(value))
}
