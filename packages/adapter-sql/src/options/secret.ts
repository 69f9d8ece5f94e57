import { createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto'
import { ForceResetError } from '@force-reset/core'

/** RFC 2104, section 3: a key shorter than the digest weakens the digest. */
const leastBytes = 32

/** In the place of a secret that nobody gave: keys made from it hold within one process. */
const processSecret = randomBytes(leastBytes)

/** The purposes of a store's keys. Each purpose has a key of its own. */
export type KeyPurpose = 'version' | 'mark' | 'mark label'

/**
 * The key for one purpose, by HKDF with SHA-256 (RFC 5869). Without a secret the key differs in
 * each process.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG` for a secret that is too short, or in no known
 *   form.
 */
export function keyFor(secret: Uint8Array | string | undefined, purpose: KeyPurpose): KeyObject {
  const material = secret === undefined ? processSecret : secretBytes(secret)
  return createSecretKey(
    Buffer.from(hkdfSync('sha256', material, '', `force-reset sql ${purpose}`, leastBytes)),
  )
}

/**
 * The bytes of a secret.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG`, with the type and the length, and without the
 *   value.
 */
export function secretBytes(secret: unknown): Uint8Array {
  const bytes = typeof secret === 'string' ? decoded(secret) : secret
  if (bytes instanceof Uint8Array && bytes.byteLength >= leastBytes) return bytes
  throw new ForceResetError(
    'ERR_INVALID_CONFIG',
    `sqlUserStore: secret has to be at least ${leastBytes} random bytes, as a Uint8Array or as ` +
      'text in hexadecimal (64 digits) or base64url (43 characters), and is ' +
      `${described(secret)}. ` +
      'The command "openssl rand -hex 32" makes one',
  )
}

/** Text of hexadecimal digits alone is hexadecimal, although base64url has the same characters. */
function decoded(text: string): Uint8Array | undefined {
  if (/^[0-9a-f]*$/i.test(text)) return text.length % 2 === 0 ? Buffer.from(text, 'hex') : undefined
  return /^[\w-]+$/.test(text) && text.length % 4 !== 1 ? Buffer.from(text, 'base64url') : undefined
}

function described(secret: unknown): string {
  if (typeof secret === 'string') return `text of ${secret.length} characters`
  if (secret instanceof Uint8Array) return `${secret.byteLength} bytes`
  return secret === null ? 'null' : `a value of type ${typeof secret}`
}
