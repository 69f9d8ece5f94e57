/** One way in which a secret can stand in a text or in bytes. */
export type LeakEncoding =
  | 'utf-8'
  | 'utf-16le'
  | 'hex'
  | 'hex of utf-16le'
  | 'decimal'
  | 'decimal of utf-16le'
  | 'base64'
  | 'base64 of utf-16le'
  | 'json'
  | 'percent'

/** A secret in one encoding, whole. */
export interface EncodedSecret {
  readonly encoding: LeakEncoding
  readonly bytes: Uint8Array<ArrayBuffer>
}

/**
 * The bytes that stand for three positions of a secret in base64: a multiple of three bytes before
 * it, one more, two more.
 */
const alignments = [0, 1, 2] as const

/**
 * The secret in every encoding that is searched for, base64 in its three alignments. A search has
 * to find all of these before the search may find nothing.
 */
export function encodingsOf(secret: string): readonly EncodedSecret[] {
  const encode = (encoding: LeakEncoding, text: string): EncodedSecret => ({
    encoding,
    bytes: utf8(text),
  })
  const ofBytes = (bytes: Uint8Array, suffix: '' | ' of utf-16le'): readonly EncodedSecret[] => [
    encode(`hex${suffix}`, hexOf(bytes).join('')),
    encode(`decimal${suffix}`, bytes.join(',')),
    ...alignments.map((before) =>
      encode(`base64${suffix}`, btoa('\0'.repeat(before) + binaryOf(bytes))),
    ),
  ]
  return [
    { encoding: 'utf-8', bytes: utf8(secret) },
    { encoding: 'utf-16le', bytes: utf16le(secret) },
    ...ofBytes(utf8(secret), ''),
    ...ofBytes(utf16le(secret), ' of utf-16le'),
    encode('json', unitsOf(secret).map(jsonEscape).join('')),
    encode(
      'percent',
      hexOf(utf8(secret))
        .map((byte) => `%${byte}`)
        .join(''),
    ),
  ]
}

/** The UTF-8 bytes of a text, in memory of their own. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(new TextEncoder().encode(text))
}

/** The UTF-16 bytes of a text, low byte first: what `unicodePwd` of Active Directory holds. */
export function utf16le(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(unitsOf(text).flatMap((unit) => [unit & 0xff, unit >> 8]))
}

/** Bytes as a text of one character each, so that texts and bytes are searched alike. */
export function binaryOf(bytes: Uint8Array): string {
  const parts: string[] = []
  // In portions, because a call takes a limited number of arguments.
  for (let at = 0; at < bytes.length; at += 8_192)
    parts.push(String.fromCharCode(...bytes.subarray(at, at + 8_192)))
  return parts.join('')
}

/** Each byte as two digits. */
export function hexOf(bytes: Uint8Array): readonly string[] {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'))
}

/** The UTF-16 code units of a text. */
export function unitsOf(text: string): readonly number[] {
  return Array.from({ length: text.length }, (_, at) => text.charCodeAt(at))
}

/** A code unit as JSON may always write it (RFC 8259, section 7). */
function jsonEscape(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`
}
