import { fromBase64url, type NamedKey, toBase64url } from '../port/secret.ts'
import type { UserStore } from '../port/user-store.ts'
import { timeBy } from '../reset/audit.ts'
import type { ForceResetConfig, Operator } from '../reset/config.ts'

/** How long a cursor can be used, in milliseconds. */
const lifetimeMs = 3_600_000
/** How far the clock of another process may be ahead, in milliseconds. */
const aheadMs = 60_000
/** Bytes of the nonce, as NIST SP 800-38D (section 8.2) recommends for GCM. */
const nonceBytes = 12
/** Longest cursor, in characters: the place is encrypted, and then base64url. */
const longestCursor = 8_192
/** Places are filled up to a multiple of so many bytes: a length could tell a name. */
const blockBytes = 256

/** What a cursor is bound to. */
export interface Binding<O extends Operator> {
  readonly config: ForceResetConfig<O>
  /** The first key seals, and all keys open. */
  readonly keys: readonly [NamedKey, ...NamedKey[]]
  readonly operator: O
  readonly store: UserStore
  /** The tenant; empty where the configuration has one store. */
  readonly scope: string
  readonly search: string | undefined
  readonly statuses: readonly string[] | undefined
}

/**
 * The place in the list as opaque text: `<label of the key>.<nonce, moment and place in AES-GCM>`
 * (NIST SP 800-38D). The place can name an account that the operator may not know of.
 */
export async function sealCursor<O extends Operator>(
  binding: Binding<O>,
  place: string,
): Promise<string> {
  const [making] = binding.keys
  const iv = crypto.getRandomValues(new Uint8Array(nonceBytes))
  const text = new TextEncoder().encode(`${nowBy(binding.config)}.${place}.`)
  const filled = new Uint8Array(Math.ceil(text.length / blockBytes) * blockBytes)
  filled.set(text)
  const sealed = await crypto.subtle.encrypt(boundTo(binding, iv), await keyOf(making), filled)
  const bytes = Uint8Array.from([...iv, ...new Uint8Array(sealed)])
  return `${making.label}.${toBase64url(bytes)}`
}

/**
 * The place in a cursor. `undefined` for anything that {@link sealCursor} did not make, for another
 * operator, query, store or tenant, and for an old cursor. All of them look the same.
 */
export async function openCursor<O extends Operator>(
  binding: Binding<O>,
  cursor: unknown,
): Promise<string | undefined> {
  if (typeof cursor !== 'string' || cursor.length > longestCursor) return undefined
  const [label, sealed = ''] = cursor.split('.')
  const key = binding.keys.find((one) => one.label === label)
  const bytes = fromBase64url(sealed)
  // One place has one text: a changed last character could stand for the same bytes.
  if (!key || !bytes || `${label}.${toBase64url(bytes)}` !== cursor) return undefined
  const parameters = boundTo(binding, bytes.slice(0, nonceBytes))
  const text = await crypto.subtle
    .decrypt(parameters, await keyOf(key), bytes.slice(nonceBytes))
    .then((opened) => new TextDecoder().decode(opened))
    .catch(() => undefined)
  if (text === undefined) return undefined
  const end = text.indexOf('.')
  const ageMs = nowBy(binding.config) - Number(text.slice(0, end))
  return ageMs >= -aheadMs && ageMs <= lifetimeMs
    ? text.slice(end + 1, text.lastIndexOf('.'))
    : undefined
}

function boundTo<O extends Operator>(
  { operator, store, scope, search = '', statuses }: Binding<O>,
  iv: Uint8Array<ArrayBuffer>,
): AesGcmParams {
  const wanted = statuses && [...new Set(statuses)].sort()
  const parts = [operator.id, store.name, scope, search, wanted ?? null]
  return { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(JSON.stringify(parts)) }
}

/** The key for cursors alone, by HKDF with SHA-256 (RFC 5869). */
async function keyOf({ bytes }: NamedKey): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey('raw', bytes, 'HKDF', false, ['deriveKey'])
  const info = new TextEncoder().encode('force-reset core cursor')
  return crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info },
    material,
    { name: 'AES-GCM', length: 256 },
    false,
    ['encrypt', 'decrypt'],
  )
}

/** A clock that fails must not end a list. */
function nowBy<O extends Operator>(config: ForceResetConfig<O>): number {
  return (timeBy(config) ?? new Date()).getTime()
}
