import type { ResetSuccess } from '@force-reset/core'
import type { WireReset } from './wire.ts'
import { wireReceipt, wireUser } from './wire-user.ts'

const encoder = new TextEncoder()
const quote = 0x22
const backslash = 0x5c

/**
 * The JSON of a reset as bytes in memory of their own, so that they can be wiped. The password
 * never becomes a string.
 *
 * The bytes are those that `JSON.stringify` would make of the same object.
 */
export function resetBody({
  resetId,
  user,
  temporaryPassword,
  receipt,
}: ResetSuccess): Uint8Array<ArrayBuffer> {
  const around: Omit<WireReset, 'temporaryPassword'> = {
    resetId,
    user: wireUser(user),
    receipt: wireReceipt(receipt),
  }
  const id = JSON.stringify(around.resetId)
  const account = JSON.stringify(around.user)
  const before = encoder.encode(`{"resetId":${id},"user":${account},"temporaryPassword":`)
  const after = encoder.encode(`,"receipt":${JSON.stringify(around.receipt)}}`)
  return temporaryPassword.revealBytes((password) => joined(before, password, after))
}

/** `before`, `text` as a JSON string, `after`. */
function joined(before: Uint8Array, text: Uint8Array, after: Uint8Array): Uint8Array<ArrayBuffer> {
  const escapes = text.reduce((count, byte) => (isEscaped(byte) ? count + 1 : count), 0)
  const body = new Uint8Array(
    new ArrayBuffer(before.length + text.length + escapes + 2 + after.length),
  )
  body.set(before)
  let at = before.length
  body[at++] = quote
  for (const byte of text) {
    if (isEscaped(byte)) body[at++] = backslash
    body[at++] = byte
  }
  body[at++] = quote
  body.set(after, at)
  return body
}

/** Passwords are printable ASCII, of which JSON escapes these two (RFC 8259, section 7). */
function isEscaped(byte: number): boolean {
  return byte === quote || byte === backslash
}
