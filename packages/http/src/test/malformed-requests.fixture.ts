/** Makes the same choices again from the same seed. */
export interface Chooser {
  /** A whole number from 0 up to `below`, which is left out. */
  below(below: number): number
  of<T>(choices: readonly [T, ...T[]]): T
}

/** A chooser by Mulberry32. Whoever repeats a failure repeats the seed. */
export function chooser(seed: number): Chooser {
  let state = seed
  const below = (limit: number): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * limit)
  }
  return {
    below,
    of: ([first, ...rest]) => {
      const at = below(rest.length + 1)
      return at === 0 ? first : (rest[at - 1] ?? first)
    },
  }
}

const paths = [
  '/users',
  '/users?search=kim&status=active',
  '/users?q=1',
  '/users?limit=%31&cursor=x',
  '/users?search=%ff',
  '/users?status=active&status=nobody',
  '/users/1',
  '/users/%ff',
  '/users/a%2Fb%20c%25',
  '/users//force-reset',
  '/users/1/force-reset',
  '/users/1/force-reset?x=1',
  // Overlong UTF-8, a zero byte, halves of a surrogate pair, escapes of escapes.
  '/users/%c0%af',
  '/users/%e0%80%af/force-reset',
  '/users/%f4%90%80%80',
  '/users/%00/force-reset',
  '/users/%2f',
  '/users/%252f/force-reset',
  '/users/%ed%a0%80',
  '/users/%ed%b0%80/force-reset',
  '/users?search=%ed%a0%80%00',
  '/users?search=%',
  '/users/%2e%2e/%2e%2e/force-reset',
  '/users/..;/users',
  '//users',
  '/users/\u00e9',
  // The whole address, and addresses of other schemes (RFC 9112, section 3.2).
  'http://localhost/users',
  'HTTPS://evil.example/users/1',
  'http://',
  'http://localhost',
  'ftp://localhost/users',
  'localhost:443',
  '*',
  '',
  '/users/__proto__/force-reset',
  '/users/1/start-verification',
  '/users/1/answer-verification',
  '/users/%00/fail-verification',
  '/vouches',
  '/vouch',
  '/admin/users',
  '/openapi.json',
  '/nothing',
  '/',
] as const

const bodies = [
  '',
  '{}',
  'null',
  '[1]',
  '"x"',
  '{"version":"stale"}',
  '{"version":1}',
  '{"version":"stale","reason":"x","__proto__":{}}',
  '{"version":"stale","reason":"\\ud800"}',
  '{"version":',
  '{"method":"in_person","document":"staff_badge","proofs":["\\ud800","x"]}',
  '{"version":"stale","proofs":["a.b",""],"override":true}',
  '{"why":"gave_up","verificationId":"\\u0000"}',
  `{"version":"${'x'.repeat(20_000)}"}`,
  `${'['.repeat(3_000)}`,
  '\u0000\u0001',
] as const

/** Headers that the handler reads, with values that are right, wrong and hostile. */
const headers: readonly [readonly [string, string], ...(readonly (readonly [string, string])[])] = [
  ['Content-Type', 'application/json'],
  ['Content-Type', 'application/json; charset=utf-16'],
  ['Content-Type', 'text/plain'],
  ['If-Match', 'W/"stale"'],
  ['If-Match', '*'],
  ['If-Match', '"a", "b"'],
  ['Origin', 'https://evil.example'],
  ['Origin', 'null'],
  ['Origin', 'http://['],
  ['Sec-Fetch-Site', 'same-origin'],
  ['Sec-Fetch-Site', 'sideways'],
  ['Forwarded', ''],
  ['Forwarded', ',,;;'],
  ['Forwarded', 'for="[::1]:1";proto=https, by="\\'],
  ['Forwarded', `for=${'"'.repeat(500)}`],
  ['X-Forwarded-Proto', 'https, http'],
  ['X-Forwarded-Host', '[::'],
  ['X-Forwarded-For', '127.0.0.1, unknown,'],
  ['X-Real-IP', '::ffff:127.0.0.1'],
  ['User-Agent', 'x'.repeat(3_000)],
  ['Content-Length', '99999999999999999999'],
  ['Content-Length', '-1'],
  ['Content-Length', '7'],
  ['Content-Length', '7, 7'],
  ['Content-Length', '0x10'],
  ['Content-Length', '+7'],
  ['Content-Encoding', 'gzip'],
  ['Content-Encoding', 'nonsense'],
  ['Transfer-Encoding', 'chunked'],
  ['Transfer-Encoding', 'chunked, gzip'],
  ['Expect', '100-continue'],
  ['Expect', 'nonsense'],
  ['Upgrade', 'websocket'],
  ['Connection', 'Upgrade'],
  ['Connection', 'close, keep-alive'],
  ['Host', 'evil.example'],
  ['X', 'y'.repeat(20_000)],
]

const origins = ['http://localhost', 'https://console.example.com', 'http://[::1]:1'] as const

const methods = [
  'GET',
  'HEAD',
  'POST',
  'POST',
  'POST',
  'DELETE',
  'OPTIONS',
  'PUT',
  'TRACE',
  'CONNECT',
  'PROPFIND',
  'get',
  'NONSENSE',
] as const

const oddLineEnds = ['\n', '\r', '\r\n '] as const
const noise = [
  '\u0000',
  '\r\n\r\n',
  '\u00ff',
  '%',
  '"',
  ' ',
  ':',
  '\t',
  'HTTP/1.1 ',
  '0\r\n',
] as const

/** How a client of the tests sends its bytes. */
export interface Sending {
  /** Latin-1. */
  readonly bytes: string
  /** Bytes of each write: 1 sends one by one. */
  readonly atOnce: number
  /**
   * `end`: the client ends its half after its bytes and waits for the response. `reset`: the client
   * is gone at once.
   */
  readonly ending: 'end' | 'reset'
}

/**
 * A request that is wrong in some way, and the manner in which the request is sent. Half of the
 * requests are broken in the form of HTTP itself. Some break off in the head or in the body.
 */
export function malformedSending(choose: Chooser): Sending {
  const whole = malformedBytes(choose)
  const bytes = choose.below(6) === 0 ? whole.slice(0, choose.below(whole.length + 1)) : whole
  // A large request byte by byte shows nothing that a small one does not.
  const isSlow = bytes.length < 1_000 && choose.below(8) === 0
  return {
    bytes,
    atOnce: isSlow ? choose.of([1, 1, 7, 64]) : bytes.length,
    ending: choose.below(12) === 0 ? 'reset' : 'end',
  }
}

/** The bytes of a request, as Latin-1. */
function malformedBytes(choose: Chooser): string {
  const isBroken = choose.below(2) === 0
  const lineEnd = isBroken && choose.below(4) === 0 ? choose.of(oddLineEnds) : '\r\n'
  const version = isBroken ? choose.of(['HTTP/1.0', 'HTTP/2.0', 'HTTP/1.1', '']) : 'HTTP/1.1'
  const body = choose.of(bodies)
  const isChunked = choose.below(5) === 0
  const lines = [
    `${choose.of(methods)} ${choose.of(paths)} ${version}`,
    ...(isBroken && choose.below(4) === 0 ? [] : ['Host: localhost']),
    ...(isChunked ? ['Transfer-Encoding: chunked'] : []),
    ...(isChunked || choose.below(4) === 0 ? [] : [`Content-Length: ${body.length}`]),
    ...(isBroken && choose.below(10) === 0 ? [`Content-Length: ${choose.below(40)}`] : []),
    ...(choose.below(2) === 0 ? [] : ['Content-Type: application/json']),
    ...chosenHeaders(choose).map(([name, value]) => `${name}: ${value}`),
    ...(choose.below(60) === 0 ? flood(choose) : []),
  ]
  const sent = isChunked ? chunked(choose, body) : body
  const text = `${lines.join(lineEnd)}${lineEnd}${lineEnd}${sent}`
  return isBroken ? broken(choose, text) : text
}

/** More headers than Node takes, or fewer. */
function flood(choose: Chooser): readonly string[] {
  const count = choose.of([50, 500, 2_100])
  const isOne = choose.below(2) === 0
  return Array.from({ length: count }, (_, at) => `X-${isOne ? 'One' : at}: ${'y'.repeat(at % 9)}`)
}

const chunkSizes = [
  '',
  '0',
  '-1',
  'zz',
  '1e1',
  '0x5',
  ' 5',
  'ffffffffffffffff1',
  '7fffffff',
] as const

/** The body in chunks. The size of a chunk may be wrong, and the last chunk may be missing. */
function chunked(choose: Chooser, body: string): string {
  let rest = body
  let text = ''
  while (rest !== '') {
    const part = rest.slice(0, 1 + choose.below(rest.length))
    const size = choose.below(6) === 0 ? choose.of(chunkSizes) : part.length.toString(16)
    const extension = choose.below(8) === 0 ? `;${'e'.repeat(choose.below(20_000))}=1` : ''
    text += `${size}${extension}\r\n${part}\r\n`
    rest = rest.slice(part.length)
  }
  return choose.below(6) === 0 ? text : `${text}0\r\n${choose.of(['', 'T: x\r\n', 'T'])}\r\n`
}

function broken(choose: Chooser, whole: string): string {
  let text = whole
  for (let cuts = choose.below(4); cuts > 0; cuts -= 1) {
    const at = choose.below(text.length + 1)
    text = text.slice(0, at) + choose.of(noise) + text.slice(at + choose.below(3))
  }
  return choose.below(3) === 0 ? text.slice(0, choose.below(text.length)) : text
}

function chosenHeaders(choose: Chooser): readonly (readonly [string, string])[] {
  return Array.from({ length: choose.below(3) }, () => choose.of(headers))
}

/** A `Request` that its constructor lets through; most are wrong in some way. */
export function malformedRequest(choose: Chooser): Request {
  for (;;) {
    try {
      const method = choose.of(methods)
      const url = `${choose.of(origins)}${choose.of(paths)}`
      const all = new Headers(choose.below(2) === 0 ? {} : { 'content-type': 'application/json' })
      for (const [name, value] of chosenHeaders(choose)) all.append(name, value)
      if (method === 'GET' || method === 'HEAD') return new Request(url, { method, headers: all })
      // Without `duplex`, which its types do not know, Node takes no stream (Fetch, section 5.4).
      const init = { method, headers: all, body: bodyOf(choose), duplex: 'half' }
      return new Request(url, init)
    } catch {
      // The constructor has refused the choice: choose again.
    }
  }
}

/** A body at once, in pieces, or one that breaks off. */
function bodyOf(choose: Chooser): BodyInit | null {
  const bytes = new TextEncoder().encode(choose.of(bodies))
  switch (choose.below(4)) {
    case 0:
      return null
    case 1:
      return bytes
    case 2:
      return new ReadableStream({
        start: (controller) => {
          for (const byte of bytes.subarray(0, 50)) controller.enqueue(new Uint8Array([byte]))
          controller.close()
        },
      })
    default:
      return new ReadableStream({
        pull: (controller) => controller.error(new Error('the connection broke')),
      })
  }
}
