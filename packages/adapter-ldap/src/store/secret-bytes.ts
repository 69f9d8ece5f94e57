import type { SecretPlaceholder } from '../plan/request.ts'

const quote = 0x22

/**
 * The bytes that stand for a password on the wire, in memory of their own; the caller wipes them.
 *
 * @param ascii - The password in printable ASCII.
 * @example
 * const bytes = encodedSecret(ascii, 'utf8')
 * const secret = secretValue(bytes)
 * bytes.fill(0)
 */
export function encodedSecret(
  ascii: Uint8Array,
  encoding: SecretPlaceholder['encoding'],
): Uint8Array<ArrayBuffer> {
  switch (encoding) {
    case 'utf8':
      return copyOf(ascii)
    case 'quoted_utf16le':
      return quotedUtf16le(ascii)
    default:
      return encoding satisfies never
  }
}

function copyOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(new ArrayBuffer(bytes.length))
  copy.set(bytes)
  return copy
}

/**
 * `unicodePwd` takes the password in double quotes, in UTF-16 with the low byte first ([MS-ADTS]
 * 3.1.1.3.1.5.1). Built without a string, which could not be wiped.
 */
function quotedUtf16le(ascii: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(new ArrayBuffer(2 * (ascii.length + 2)))
  bytes[0] = quote
  for (let index = 0; index < ascii.length; index += 1) bytes[2 * (index + 1)] = ascii[index] ?? 0
  bytes[2 * (ascii.length + 1)] = quote
  return bytes
}
