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
const spaces: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d])
const opening: ReadonlySet<number> = new Set([0x7b, 0x5b])
const closing: ReadonlySet<number> = new Set([0x7d, 0x5d])
const key = new TextEncoder().encode('temporaryPassword')
/** JSON's short escapes that are printable (RFC 8259, section 7). */
const shortEscapes: ReadonlySet<number> = new Set([quote, backslash, 0x2f])

/**
 * Takes the value of `temporaryPassword` out of a JSON object, before the object is parsed: strings
 * cannot be wiped, bytes can.
 *
 * `body` is wiped in every case. `undefined`: the body is not JSON, or has no such value, or the
 * value is not printable ASCII.
 */
export function takePassword(body: Uint8Array): SplitBody | undefined {
  let password: Uint8Array<ArrayBuffer> | undefined
  try {
    const range = rangeOfPassword(body)
    if (range === undefined || range.start === range.end) return undefined
    password = unescaped(body.subarray(range.start, range.end))
    if (password === undefined) return undefined
    body.fill(0x20, range.start, range.end)
    return { password, rest: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) }
  } catch {
    password?.fill(0)
    return undefined
  } finally {
    body.fill(0)
  }
}

/**
 * The place of the password between its quotes: the value of the key in the outermost object, not a
 * text elsewhere that looks the same.
 */
function rangeOfPassword(
  body: Uint8Array,
): { readonly start: number; readonly end: number } | undefined {
  let depth = 0
  for (let at = 0; at < body.length; at++) {
    const byte = body[at] ?? 0
    if (opening.has(byte)) depth++
    if (closing.has(byte)) depth--
    if (byte !== quote) continue
    const end = endOfString(body, at)
    const value = afterColon(body, end + 1)
    if (depth === 1 && value !== undefined && isKey(body.subarray(at + 1, end))) {
      return body[value] === quote ? { start: value + 1, end: endOfString(body, value) } : undefined
    }
    at = end
  }
  return undefined
}

/**
 * The index of the quote that ends the string that begins at `start`; the length of the body for a
 * string without an end.
 */
function endOfString(body: Uint8Array, start: number): number {
  let at = start + 1
  while (at < body.length && body[at] !== quote) at += body[at] === backslash ? 2 : 1
  return Math.min(at, body.length)
}

function afterColon(body: Uint8Array, from: number): number | undefined {
  const at = afterSpaces(body, from)
  return body[at] === colon ? afterSpaces(body, at + 1) : undefined
}

function afterSpaces(body: Uint8Array, from: number): number {
  let at = from
  while (spaces.has(body[at] ?? 0)) at++
  return at
}

function isKey(bytes: Uint8Array): boolean {
  return bytes.length === key.length && bytes.every((byte, index) => byte === key[index])
}

/** The bytes that a JSON string stands for; `undefined` if one of them is not printable ASCII. */
function unescaped(escaped: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  const plain = new Uint8Array(new ArrayBuffer(escaped.length))
  let length = 0
  for (let at = 0; at < escaped.length; length++) {
    const { byte, width } = characterAt(escaped, at)
    if (byte < 0x20 || byte > 0x7e) {
      plain.fill(0)
      return undefined
    }
    plain[length] = byte
    at += width
  }
  if (length === escaped.length) return plain
  const exact = new Uint8Array(new ArrayBuffer(length))
  exact.set(plain.subarray(0, length))
  plain.fill(0)
  return exact
}

function characterAt(
  escaped: Uint8Array,
  at: number,
): { readonly byte: number; readonly width: number } {
  const byte = escaped[at] ?? 0
  if (byte !== backslash) return { byte, width: 1 }
  const next = escaped[at + 1] ?? 0
  if (shortEscapes.has(next)) return { byte: next, width: 2 }
  return { byte: next === 0x75 ? hexadecimal(escaped.subarray(at + 2, at + 6)) : 0, width: 6 }
}

/** Four hexadecimal digits, or 0. Each digit is read alone: no string holds more than one. */
function hexadecimal(digits: Uint8Array): number {
  return digits.length === 4
    ? digits.reduce(
        (value, digit) => value * 16 + Number.parseInt(String.fromCharCode(digit), 16),
        0,
      ) || 0
    : 0
}
