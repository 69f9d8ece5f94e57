/** The body of a response in two parts: the password alone, as bytes, and everything else. */
export interface SplitBody {
  /** Printable ASCII, in memory of its own. The caller wipes the bytes. */
  readonly password: Uint8Array<ArrayBuffer>
  /** The body as JSON, with spaces in the place of the password. */
  readonly rest: unknown
}

const quote = 0x22
const backslash = 0x5c
const colon = 0x3a
const key = new TextEncoder().encode('temporaryPassword')

/**
 * Takes the value of `temporaryPassword` out of a JSON object, before the object is parsed: strings
 * cannot be wiped, bytes can.
 *
 * `body` is wiped in every case. `undefined`: the body is not JSON, or has no such value, or the
 * value is not printable ASCII.
 */
export function takePassword(body: Uint8Array): SplitBody | undefined {
  let plain: Uint8Array<ArrayBuffer> | undefined
  let taken: SplitBody | undefined
  try {
    const escaped = valueOfKey(body)
    // A buffer of its own: a browser moves the bytes of a short array, and leaves copies behind.
    plain = new Uint8Array(new ArrayBuffer(escaped.length))
    const password = plain.subarray(0, unescapeInto(plain, escaped))
    escaped.fill(0x20)
    const rest = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
    if (password.length > 0) taken = { password, rest }
  } catch {
    // The body is not JSON.
  }
  body.fill(0)
  if (taken === undefined) plain?.fill(0)
  return taken
}

/**
 * The bytes of the password between its quotes; none where the body has no password. The password
 * is the value of the key in the outermost object, not a text elsewhere that looks the same.
 */
function valueOfKey(body: Uint8Array): Uint8Array {
  let depth = 0
  for (let at = 0; at < body.length; at++) {
    const byte = body[at] ?? 0
    // The bit of 0x20 is all that tells `{` from `[`, and `}` from `]`.
    if ((byte | 0x20) === 0x7b) depth++
    if ((byte | 0x20) === 0x7d) depth--
    if (byte !== quote) continue
    const end = endOfString(body, at)
    const next = afterSpaces(body, end + 1)
    const value = afterSpaces(body, next + 1)
    const isKey = end - at - 1 === key.length && key.every((one, i) => one === body[at + 1 + i])
    if (isKey && depth === 1 && body[next] === colon)
      return body.subarray(value + 1, body[value] === quote ? endOfString(body, value) : value + 1)
    at = end
  }
  return body.subarray(0, 0)
}

/**
 * The index of the quote that ends the string that begins at `start`. For a string without an end,
 * the end of the body, or beyond.
 */
function endOfString(body: Uint8Array, start: number): number {
  let at = start + 1
  while (at < body.length && body[at] !== quote) at += body[at] === backslash ? 2 : 1
  return at
}

/** The index of the next character. JSON has no control character there but spaces. */
function afterSpaces(body: Uint8Array, from: number): number {
  let at = from
  while ((body[at] ?? quote) <= 0x20) at++
  return at
}

/**
 * Writes the characters that a JSON string stands for. Returns how many they are; 0 if one of them
 * is not printable ASCII. Each character is read alone: no string holds more than one.
 *
 * @throws SyntaxError for an escape that JSON does not have.
 */
function unescapeInto(plain: Uint8Array, escaped: Uint8Array): number {
  let length = 0
  for (let at = 0; at < escaped.length; length++) {
    const width = escaped[at] !== backslash ? 1 : escaped[at + 1] === 0x75 ? 6 : 2
    const one = String.fromCharCode(...escaped.subarray(at, at + width))
    const character: string = JSON.parse(`"${one}"`)
    const code = character.charCodeAt(0)
    if (code < 0x20 || code > 0x7e) return 0
    plain[length] = code
    at += width
  }
  return length
}
