/**
 * How a secret can be written down. `fragments` are runs of at least eight of its characters, in
 * UTF-8 or UTF-16, that are not the whole of it.
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

/** Bytes to look for as a whole. */
interface WholeNeedle {
  readonly encoding: Exclude<SecretEncoding, 'utf8' | 'utf16le' | 'fragments'>
  readonly bytes: Buffer
}

/** Bytes to look for as a whole and in part. */
export interface RunNeedle {
  readonly encoding: 'utf8' | 'utf16le'
  readonly bytes: Buffer
  /** Bytes of one character. */
  readonly unit: 1 | 2
}

/** Everything to look for. */
export interface SecretNeedles {
  readonly whole: readonly WholeNeedle[]
  readonly runs: readonly RunNeedle[]
}

/** Fewer characters than this are found everywhere by chance. */
export const shortestRun = 8

/**
 * The ways in which a secret is looked for. An encoding that writes it the same way as another one
 * does (JSON and percent encoding of letters) is looked for once, as the simpler one.
 */
export function secretEncodings(secret: string | Uint8Array): SecretNeedles {
  const utf8 = Buffer.from(secret)
  if (utf8.length < shortestRun)
    throw new Error(
      `A secret of ${utf8.length} bytes is too short to be looked for: it is found by chance.`,
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

/** As serializers write that leave nothing but ASCII: `\u00e4`. */
function asciiJson(text: string): string {
  return JSON.stringify(text)
    .slice(1, -1)
    .replace(
      /[^\0-\x7f]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )
}

/**
 * The characters that follow from the secret alone when `offset` unknown bytes stand before it and
 * others behind it; in both alphabets.
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
