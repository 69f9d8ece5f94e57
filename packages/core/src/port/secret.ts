import { readable } from './check-options.ts'
import { ForceResetError } from './errors.ts'
import { attempt } from './within.ts'

/** At least 32 random bytes, or text of as many in hexadecimal or base64url. */
export type SecretKey = Uint8Array | string

/** A key with the name that people gave it. */
export interface LabelledKey {
  /**
   * Names the key in versions, cursors and marks, so it is no secret. Up to 32 letters, digits, `_`
   * and `-`, such as `2026-01`.
   */
  readonly label: string
  readonly key: SecretKey
}

/**
 * The secret from which keys are derived: one key, or a list that rotates. The first key of a list
 * makes, and all keys verify. A key without a label has the label `default`.
 */
export type Secret = SecretKey | readonly LabelledKey[]

/** One key of a secret, in bytes. */
export interface NamedKey {
  readonly label: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** RFC 2104, section 3: a key shorter than the digest weakens the digest. */
const leastBytes = 32

/** The label of a key that was given without one. */
const defaultLabel = 'default'

/** Begins the labels of keys that nobody has given. People cannot choose such a label. */
const ownLabel = 'no-secret'

/** In the place of a secret that nobody gave: these keys hold within one process. */
let processKeys: readonly NamedKey[] | undefined

/**
 * The keys of a secret, the one that makes first. Without a secret the key is random for each
 * process, and its label is `no-secret-` with eight random digits.
 *
 * @param name - How messages call the option. Default `secret`.
 * @throws {ForceResetError} `ERR_INVALID_CONFIG`. The message names the option and what is wrong,
 *   and never a value.
 * @example
 * const [making] = keysOf(options.secret, 'myStore: secret')
 */
export function keysOf(
  secret: Secret | undefined,
  name = 'secret',
): readonly [NamedKey, ...NamedKey[]] {
  const keys = secret === undefined ? ownKeys() : readable(name, () => givenKeys(secret, name))
  const [first, ...others] = keys
  if (!first) throw invalid(`${name} must not be an empty list`)
  return [first, ...others]
}

function ownKeys(): readonly NamedKey[] {
  processKeys ??= [
    {
      label: `${ownLabel}-${crypto.randomUUID().slice(0, 8)}`,
      bytes: crypto.getRandomValues(new Uint8Array(leastBytes)),
    },
  ]
  return processKeys
}

function givenKeys(secret: unknown, name: string): readonly NamedKey[] {
  if (!Array.isArray(secret)) return [{ label: defaultLabel, bytes: bytesOf(secret, name) }]
  const keys = secret.map((entry: unknown, i) => {
    const { label, key }: { readonly label?: unknown; readonly key?: unknown } = Object(entry)
    if (!isLabel(label) || label.startsWith(ownLabel)) {
      throw invalid(
        `${name}[${i}].label must be 1 to 32 letters, digits, "_" and "-", begin with a letter ` +
          `or a digit, and not begin with "${ownLabel}" (${described(label)})`,
      )
    }
    return { label, bytes: bytesOf(key, `${name}[${i}].key`) }
  })
  if (new Set(keys.map(({ label }) => label)).size < keys.length)
    throw invalid(`${name} must not have two keys of one label`)
  return keys
}

/** Whether text can be the label of a key, ours or another process's. */
export function isLabel(text: unknown): text is string {
  return typeof text === 'string' && /^[A-Za-z0-9][\w-]{0,31}$/.test(text)
}

/**
 * The label in front of text of the form `<label>.<rest>`, where none of these keys has the label.
 * Another process made such text, or somebody made the text up.
 *
 * @example
 * const label = foreignLabel(version, keysOf(secret))
 */
export function foreignLabel(
  text: string,
  keys: readonly Pick<NamedKey, 'label'>[],
): string | undefined {
  const label = text.slice(0, Math.max(0, text.indexOf('.')))
  return isLabel(label) && keys.every((key) => key.label !== label) ? label : undefined
}

function bytesOf(key: unknown, name: string): Uint8Array<ArrayBuffer> {
  // A copy: a caller may wipe its own bytes.
  const bytes = typeof key === 'string' ? decoded(key) : copied(key)
  if (bytes && bytes.length >= leastBytes) return bytes
  throw invalid(
    `${name} must be at least ${leastBytes} random bytes, as a Uint8Array or as text in ` +
      'hexadecimal (64 digits) or base64url (43 characters), and is ' +
      `${described(key)}. The command "openssl rand -hex 32" makes one`,
  )
}

function copied(key: unknown): Uint8Array<ArrayBuffer> | undefined {
  return key instanceof Uint8Array ? Uint8Array.from(key) : undefined
}

/** Text of hexadecimal digits alone is hexadecimal, although base64url has the same characters. */
function decoded(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[0-9a-f]*$/i.test(text)) return fromBase64url(text)
  const pairs = text.match(/../g) ?? []
  return text.length % 2 ? undefined : Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16))
}

/** The bytes of text in base64url (RFC 4648, section 5); `undefined` for other text. */
export function fromBase64url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[\w-]*$/.test(text)) return undefined
  const binary = attempt(() => atob(text.replaceAll('-', '+').replaceAll('_', '/')))
  return binary === undefined
    ? undefined
    : Uint8Array.from(binary, (character) => character.charCodeAt(0))
}

/** Bytes as text in base64url (RFC 4648, section 5), without padding. */
export function toBase64url(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes))
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

function described(value: unknown): string {
  if (typeof value === 'string') return `text of ${value.length} characters`
  if (value instanceof Uint8Array) return `${value.length} bytes`
  return value === null ? 'null' : `a value of type ${typeof value}`
}

function invalid(message: string): ForceResetError {
  return new ForceResetError('ERR_INVALID_CONFIG', message)
}
