import { ForceResetError } from '../../port/errors.ts'
import type { LeakEncoding } from './encodings.ts'
import { binaryOf, encodingsOf, utf8 } from './encodings.ts'
import type { LeakPattern } from './patterns.ts'
import { leakPatterns, shortestRun } from './patterns.ts'

/**
 * Something that must not hold a secret, or a function that fetches it: a log, a dump, a response.
 */
export type LeakSurface =
  | string
  | Uint8Array
  | (() => string | Uint8Array | Promise<string | Uint8Array>)

/** The secret that {@link expectNoLeak} searches for, and the surfaces that it searches. */
export interface LeakSearch {
  /** At least eight characters. */
  readonly secret: string
  /** At least one, by a name that the error may show. */
  readonly surfaces: Readonly<Record<string, LeakSurface>>
}

/** Where a secret was found. */
export interface Leak {
  /** The surface's name; its number, `#1` for the first, when the name itself holds the secret. */
  readonly surface: string
  readonly encoding: LeakEncoding
  /** Bytes before it, counted in UTF-8 where the surface is a text. */
  readonly offset: number
}

/**
 * Thrown when a secret was found, or a search could not prove itself. It says where, never what.
 */
export class LeakError extends Error {
  readonly code: 'ERR_LEAK_FOUND' | 'ERR_SEARCH_UNPROVEN' | 'ERR_SURFACE_UNREADABLE'
  readonly leaks: readonly Leak[]

  constructor(code: LeakError['code'], message: string, leaks: readonly Leak[] = []) {
    super(message)
    this.name = 'LeakError'
    this.code = code
    this.leaks = leaks
  }
}

/** How much was searched. A log of 0 bytes is without leaks, too. */
export interface LeakReport {
  readonly surfaces: Readonly<Record<string, { readonly searchedBytes: number }>>
}

/**
 * Searches every surface for a secret, and for every eight characters of the secret in a row.
 *
 * Encodings are UTF-8, UTF-16LE, hexadecimal, decimal lists, base64 in its three alignments and
 * both alphabets, JSON's escapes and percent-encoding. Each call proves itself first: in a copy of
 * each surface, with the secret planted behind it, the call finds the secret in every encoding.
 * Compressed and encrypted surfaces are not looked into.
 *
 * @throws {LeakError} `ERR_LEAK_FOUND` with the names, encodings and offsets of all leaks.
 * @throws {LeakError} `ERR_SURFACE_UNREADABLE` when a function fails, and for a value that is
 *   neither text nor bytes.
 * @throws {LeakError} `ERR_SEARCH_UNPROVEN` when the planted secret is not found.
 * @throws {ForceResetError} `ERR_INVALID_CONFIG` for a secret that is too short, and for no surface
 *   at all.
 * @example
 * const surfaces = { log: () => readFile('app.log'), audit: JSON.stringify(events) }
 * await expectNoLeak({ secret, surfaces })
 */
export async function expectNoLeak({ secret, surfaces }: LeakSearch): Promise<LeakReport> {
  const entries = Object.entries(surfaces)
  if (typeof secret !== 'string')
    throw new ForceResetError('ERR_INVALID_CONFIG', 'The secret has to be text.')
  if (Array.from(secret).length < shortestRun)
    throw new ForceResetError(
      'ERR_INVALID_CONFIG',
      `The secret has to have at least ${shortestRun} characters.`,
    )
  if (entries.length === 0)
    throw new ForceResetError('ERR_INVALID_CONFIG', 'There has to be at least one surface.')
  const patterns = leakPatterns(secret)
  const control = controlOf(secret)
  const searched: [string, { readonly searchedBytes: number }][] = []
  const leaks: Leak[] = []
  for (const [at, [name, surface]] of entries.entries()) {
    const label = firstLeak(patterns, binaryOf(utf8(name))) ? `#${at + 1}` : name
    const content = await contentOf(label, surface)
    prove(patterns, content + control, label)
    const leak = firstLeak(patterns, content)
    if (leak) leaks.push({ surface: label, ...leak })
    searched.push([label, { searchedBytes: content.length }])
  }
  if (leaks.length > 0) throw new LeakError('ERR_LEAK_FOUND', leakMessage(leaks), leaks)
  return { surfaces: Object.fromEntries(searched) }
}

function controlOf(secret: string): string {
  return encodingsOf(secret)
    .map(({ bytes }) => `\n${binaryOf(bytes)}\n`)
    .join('')
}

async function contentOf(label: string, surface: LeakSurface): Promise<string> {
  let content: unknown
  try {
    content = typeof surface === 'function' ? await surface() : surface
  } catch {
    // What was thrown may hold the secret.
    throw new LeakError('ERR_SURFACE_UNREADABLE', `The surface "${label}" could not be read.`)
  }
  if (typeof content === 'string') return binaryOf(utf8(content))
  if (content instanceof Uint8Array) return binaryOf(content)
  // Anything else would be searched as nothing, and be without leaks.
  throw new LeakError('ERR_SURFACE_UNREADABLE', `The surface "${label}" is neither text nor bytes.`)
}

function prove(patterns: readonly LeakPattern[], planted: string, label: string): void {
  const blind = patterns.find(({ pattern }) => !pattern.test(planted))
  if (blind)
    throw new LeakError(
      'ERR_SEARCH_UNPROVEN',
      `A secret planted into "${label}" as ${blind.encoding} was not found.`,
    )
}

function firstLeak(
  patterns: readonly LeakPattern[],
  content: string,
): Omit<Leak, 'surface'> | undefined {
  for (const { encoding, pattern } of patterns) {
    const offset = content.search(pattern)
    if (offset !== -1) return { encoding, offset }
  }
  return undefined
}

function leakMessage(leaks: readonly Leak[]): string {
  const places = leaks.map(
    ({ surface, encoding, offset }) => `"${surface}" (${encoding}, offset ${offset})`,
  )
  return `The secret, or eight characters of it, is in ${places.join(' and in ')}.`
}
