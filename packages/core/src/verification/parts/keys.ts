import type { NamedKey } from '../../port/secret.ts'
import { foreignLabel, fromBase64url, toBase64url } from '../../port/secret.ts'

// Every purpose has a key of its own, derived with HKDF and SHA-256 (RFC 5869). So nothing that was
// made for one purpose can stand for anything else.

/** What a key is for. */
export type Purpose = 'proof' | 'confirmation' | 'sent code' | 'vouch code' | 'memory'

/** The keys of a secret. The first key makes, and all keys verify. */
export type Keys = readonly [NamedKey, ...NamedKey[]]

/** Longest signed text that is looked at, in characters. */
const longestSigned = 16_384
/** Bytes of the nonce, as NIST SP 800-38D (section 8.2) recommends for GCM. */
const nonceBytes = 12

const utf8 = new TextEncoder()

async function derived(
  { bytes }: NamedKey,
  purpose: Purpose,
  algorithm: HmacKeyGenParams | AesKeyGenParams,
  usages: readonly KeyUsage[],
): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey('raw', bytes, 'HKDF', false, ['deriveKey'])
  const info = utf8.encode(`force-reset core verification ${purpose}`)
  const from = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info }
  return crypto.subtle.deriveKey(from, material, algorithm, false, [...usages])
}

const hmac: HmacKeyGenParams = { name: 'HMAC', hash: 'SHA-256', length: 256 }

/**
 * Signs fields: `<label of the key>.<fields>.<HMAC-SHA-256>`. The fields are a JSON array, which
 * has one reading, and the signature covers the label too.
 */
export async function signed(
  [making]: Keys,
  purpose: Purpose,
  fields: readonly (string | number | null)[],
): Promise<string> {
  const body = `${making.label}.${toBase64url(utf8.encode(JSON.stringify(fields)))}`
  const key = await derived(making, purpose, hmac, ['sign'])
  const signature = await crypto.subtle.sign('HMAC', key, utf8.encode(body))
  return `${body}.${toBase64url(new Uint8Array(signature))}`
}

/** What became of a signed text. */
export type Verified =
  | { readonly is: 'ours'; readonly fields: readonly unknown[] }
  /** Made with a key that this process does not have, or made up. */
  | { readonly is: 'foreign'; readonly keyLabel: string }
  | { readonly is: 'forged' }

/** The fields of a text that {@link signed} made for the same purpose. */
export async function verified(keys: Keys, purpose: Purpose, text: unknown): Promise<Verified> {
  if (typeof text !== 'string' || text.length > longestSigned) return { is: 'forged' }
  const keyLabel = foreignLabel(text, keys)
  if (keyLabel !== undefined) return { is: 'foreign', keyLabel }
  const [label, sent = '', signature = '', ...rest] = text.split('.')
  const named = keys.find((one) => one.label === label)
  const [payload, bytes] = [canonical(sent), canonical(signature)]
  if (!named || !payload || !bytes || rest.length > 0) return { is: 'forged' }
  const key = await derived(named, purpose, hmac, ['verify'])
  if (!(await crypto.subtle.verify('HMAC', key, bytes, utf8.encode(`${label}.${sent}`))))
    return { is: 'forged' }
  const fields: unknown = JSON.parse(new TextDecoder().decode(payload))
  return Array.isArray(fields) ? { is: 'ours', fields } : { is: 'forged' }
}

/** The bytes, where no other text stands for them: a changed last character could. */
function canonical(text: string): Uint8Array<ArrayBuffer> | undefined {
  const bytes = fromBase64url(text)
  return bytes && toBase64url(bytes) === text ? bytes : undefined
}

/** Eight digits that follow from the key and these fields alone. */
export async function codeOf(
  key: NamedKey,
  purpose: 'sent code' | 'vouch code',
  fields: readonly (string | number)[],
): Promise<string> {
  const by = await derived(key, purpose, hmac, ['sign'])
  const digest = await crypto.subtle.sign('HMAC', by, utf8.encode(JSON.stringify(fields)))
  // Of 64 bits the remainder favours no code by more than one part in 10^11.
  const number = new DataView(digest).getBigUint64(0) % 100_000_000n
  return String(number).padStart(8, '0')
}

/** Encrypts text for the memory, bound to its place there (AES-GCM, NIST SP 800-38D). */
export async function sealed([making]: Keys, place: string, text: string): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(nonceBytes))
  const key = await derived(making, 'memory', { name: 'AES-GCM', length: 256 }, ['encrypt'])
  const parameters = { name: 'AES-GCM', iv, additionalData: utf8.encode(place) }
  const bytes = await crypto.subtle.encrypt(parameters, key, utf8.encode(text))
  return `${making.label}.${toBase64url(Uint8Array.from([...iv, ...new Uint8Array(bytes)]))}`
}

/** The text that {@link sealed} was given for this place; `undefined` for anything else. */
export async function unsealed(
  keys: Keys,
  place: string,
  text: string,
): Promise<string | undefined> {
  const [label, sent = ''] = text.split('.')
  const named = keys.find((one) => one.label === label)
  const bytes = fromBase64url(sent)
  if (!named || !bytes) return undefined
  const key = await derived(named, 'memory', { name: 'AES-GCM', length: 256 }, ['decrypt'])
  const parameters = {
    name: 'AES-GCM',
    iv: bytes.slice(0, nonceBytes),
    additionalData: utf8.encode(place),
  }
  return crypto.subtle
    .decrypt(parameters, key, bytes.slice(nonceBytes))
    .then((opened) => new TextDecoder().decode(opened))
    .catch(() => undefined)
}

/** SHA-256 of fields in base64url: 43 characters. */
export async function digestOf(fields: readonly (string | number)[]): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', utf8.encode(JSON.stringify(fields)))
  return toBase64url(new Uint8Array(digest))
}

/** Whether two texts are the same. Takes as long for any two texts of one length. */
export function isSameText(one: string, other: string): boolean {
  const [a, b] = [utf8.encode(one), utf8.encode(other)]
  const different = a.reduce((sum, byte, i) => sum | (byte ^ (b[i] ?? 0)), a.length ^ b.length)
  return different === 0
}
