/**
 * The ways to write a secret. `fragments` are runs of at least eight characters of the secret, but
 * not all of them, in UTF-8 or UTF-16.
 */
export type SecretEncoding =
  | 'utf8'
  | 'utf16le'
  | 'latin1'
  | 'json'
  | 'percent'
  | 'hex'
  | 'base64'
  | 'decimal'
  | 'fragments'

/** Bytes that are searched for as a whole. */
interface WholeNeedle {
  readonly encoding: Exclude<SecretEncoding, 'utf8' | 'utf16le' | 'fragments'>
  readonly bytes: Buffer
}

/** Bytes that are searched for as a whole and in parts. */
export interface RunNeedle {
  readonly encoding: 'utf8' | 'utf16le'
  readonly bytes: Buffer
  /** Bytes of one character. */
  readonly unit: 1 | 2
}

/** Everything that is searched for. */
export interface SecretNeedles {
  readonly whole: readonly WholeNeedle[]
  readonly runs: readonly RunNeedle[]
}

/** Characters of the shortest run. Fewer characters are found everywhere by chance. */
export const shortestRun = 8

/**
 * The bytes of a secret in each encoding. Where two encodings give the same bytes, as JSON and
 * UTF-8 do for letters, only the simpler encoding is searched for.
 */
export function secretEncodings(secret: string | Uint8Array): SecretNeedles {
  const utf8 = Buffer.from(secret)
  if (utf8.length < shortestRun)
    throw new Error(
      `A secret of ${utf8.length} bytes is too short to be searched for: it is found by chance.`,
    )
  const text = utf8.toString('utf8')
  const hex = utf8.toString('hex')
  const spacedHex = (hex.match(/../g) ?? []).join(' ')
  const candidates: readonly (readonly [WholeNeedle['encoding'], string | Buffer])[] = [
    ...(/^[\0-\xff]*$/.test(text) ? [['latin1', Buffer.from(text, 'latin1')] as const] : []),
    ['json', JSON.stringify(text).slice(1, -1)],
    ['json', asciiJson(text)],
    ['percent', encodeURIComponent(text)],
    ...[hex, hex.toUpperCase(), spacedHex, spacedHex.toUpperCase()].map(
      (each) => ['hex', each] as const,
    ),
    ...[0, 1, 2].flatMap((offset) =>
      base64At(utf8, offset).map((each) => ['base64', each] as const),
    ),
    ...[',', ', '].map((separator) => ['decimal', [...utf8].join(separator)] as const),
  ]
  const known = new Set([utf8.toString('latin1')])
  const whole = candidates.flatMap(([encoding, value]) => {
    const bytes = Buffer.from(value)
    const key = bytes.toString('latin1')
    if (known.has(key)) return []
    known.add(key)
    return [{ encoding, bytes }]
  })
  const runs: readonly RunNeedle[] = [
    { encoding: 'utf8', bytes: utf8, unit: 1 },
    { encoding: 'utf16le', bytes: Buffer.from(text, 'utf16le'), unit: 2 },
  ]
  return { whole, runs }
}

/** JSON of ASCII alone: `\u00e4`. */
function asciiJson(text: string): string {
  return JSON.stringify(text)
    .slice(1, -1)
    .replace(
      /[^\0-\x7f]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )
}

/**
 * The base64 characters that depend on the secret alone, in both alphabets, when `offset` unknown
 * bytes stand before the secret and others behind it.
 */
function base64At(bytes: Buffer, offset: number): string[] {
  const bitsPerCharacter = 6
  const first = Math.ceil((offset * 8) / bitsPerCharacter)
  const end = Math.floor(((offset + bytes.length) * 8) / bitsPerCharacter)
  const shifted = Buffer.concat([Buffer.alloc(offset), bytes])
  return [
    shifted.toString('base64').slice(first, end),
    shifted.toString('base64url').slice(first, end),
  ]
}
