import type { LeakEncoding } from './encodings.ts'
import { binaryOf, hexOf, unitsOf, utf8, utf16le } from './encodings.ts'

/** Characters of the shortest part of a secret that counts as a leak. */
export const shortestRun = 8

/**
 * A pattern that finds any eight characters in a row of one secret, in one encoding. The pattern
 * searches text that `binaryOf` returned.
 */
export interface LeakPattern {
  readonly encoding: LeakEncoding
  readonly pattern: RegExp
}

/**
 * The patterns of a secret. The plainest encoding stands first, because several match a plain text.
 */
export function leakPatterns(secret: string): readonly LeakPattern[] {
  const runs = runsOf(secret)
  const pattern = (
    encoding: LeakEncoding,
    sourcesOf: (run: string) => readonly string[],
    flags = '',
  ): LeakPattern => ({
    encoding,
    pattern: new RegExp([...new Set(runs.flatMap(sourcesOf))].join('|'), flags),
  })
  return [
    pattern('utf-8', (run) => [literal(binaryOf(utf8(run)))]),
    pattern('utf-16le', (run) => [literal(binaryOf(utf16le(run)))]),
    pattern('json', (run) => [Array.from(run, jsonSource).join('')], 'i'),
    pattern('percent', (run) => [Array.from(utf8(run), percentSource).join('')], 'i'),
    pattern('hex', (run) => [hexSource(utf8(run))], 'i'),
    pattern('hex of utf-16le', (run) => [hexSource(utf16le(run))], 'i'),
    pattern('decimal', (run) => [decimalSource(utf8(run))]),
    pattern('decimal of utf-16le', (run) => [decimalSource(utf16le(run))]),
    pattern('base64', (run) => base64Sources(utf8(run))),
    pattern('base64 of utf-16le', (run) => base64Sources(utf16le(run))),
  ]
}

/** Every eight characters in a row; half of a surrogate pair is not a character. */
function runsOf(secret: string): readonly string[] {
  const characters = Array.from(secret)
  return Array.from({ length: Math.max(0, characters.length - shortestRun + 1) }, (_, at) =>
    characters.slice(at, at + shortestRun).join(''),
  )
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}

const shortEscapes: Readonly<Record<string, string>> = {
  '\b': 'b',
  '\f': 'f',
  '\n': 'n',
  '\r': 'r',
  '\t': 't',
  '"': '"',
  '\\': '\\',
  '/': '/',
}

/**
 * A character as itself, as `\u0041` (two of them where UTF-16 needs a pair), or behind a
 * backslash.
 */
function jsonSource(character: string): string {
  const short = shortEscapes[character]
  const units = unitsOf(character).map((unit) => `\\\\u${unit.toString(16).padStart(4, '0')}`)
  const ways = [
    literal(binaryOf(utf8(character))),
    units.join(''),
    ...(short === undefined ? [] : [literal(`\\${short}`)]),
  ]
  return `(?:${ways.join('|')})`
}

/** As itself, as `%41`, or a space as `+`. */
function percentSource(byte: number): string {
  const ways = [
    literal(String.fromCharCode(byte)),
    ...hexOf(Uint8Array.of(byte)).map((digits) => `%${digits}`),
  ]
  return `(?:${[...ways, ...(byte === 0x20 ? ['\\+'] : [])].join('|')})`
}

/** `43414e`, `43 41 4e`, `43:41:4e`, `0x43, 0x41` and `\x43\x41`. */
function hexSource(bytes: Uint8Array): string {
  return hexOf(bytes).join('[\\s,:-]{0,4}(?:0x|\\\\x)?')
}

/** `67, 65`, broken into lines or not, and `"0":67,"1":65`. */
function decimalSource(bytes: Uint8Array): string {
  return `(?<!\\d)${bytes.join('\\s{0,8},\\s{0,8}(?:["\']?\\d{1,9}["\']?\\s?:\\s?)?')}(?!\\d)`
}

/**
 * Without the characters at both ends, which depend on the neighbours; in either alphabet (RFC
 * 4648, sections 4 and 5).
 */
function base64Sources(bytes: Uint8Array): readonly string[] {
  return [0, 1, 2].map((before) =>
    btoa('\0'.repeat(before) + binaryOf(bytes))
      .slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6))
      .replaceAll(/[+/]/g, (one) => (one === '+' ? '(?:\\+|-|%2B)' : '(?:/|_|%2F)')),
  )
}
