import {
  type RunNeedle,
  type SecretEncoding,
  secretEncodings,
  shortestRun,
} from './secret-encodings.ts'

/** How often a secret was found in each encoding. */
export type SecretCounts = Readonly<Record<SecretEncoding, number>>

/** Searches a stream of bytes for a secret, wherever the stream is cut into chunks. */
export interface SecretScanner {
  /** The next bytes. */
  feed(chunk: Uint8Array): void
  /** Ends the stream, or marks missing bytes: the next chunk does not continue the last one. */
  gap(): void
  /** The counts up to the last {@link gap}. */
  readonly found: SecretCounts
}

/** All counts together. 0 when nothing was found. */
export function totalFound(counts: SecretCounts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}

/**
 * Makes a scanner that searches for a secret in every encoding of {@link SecretEncoding}.
 *
 * @throws When the secret has fewer than eight bytes.
 * @example
 * const scanner = secretScanner(password)
 * scanner.feed(Buffer.from(response))
 * scanner.gap()
 * expect(totalFound(scanner.found)).toBe(0)
 */
export function secretScanner(secret: string | Uint8Array): SecretScanner {
  const { whole, runs } = secretEncodings(secret)
  const longest = Math.max(...[...whole, ...runs].map(({ bytes }) => bytes.length))
  const found: Record<SecretEncoding, number> = {
    utf8: 0,
    utf16le: 0,
    latin1: 0,
    json: 0,
    percent: 0,
    hex: 0,
    base64: 0,
    decimal: 0,
    fragments: 0,
  }
  let tail: Buffer = Buffer.alloc(0)
  let uncounted = 0

  /** Counts the copies that start in `from` … `to`. The rest of a copy may stand behind `to`. */
  const count = (window: Buffer, from: number, to: number) => {
    for (const { encoding, bytes } of whole) {
      const view = window.subarray(0, Math.min(window.length, to + bytes.length - 1))
      for (let at = view.indexOf(bytes, from); at !== -1; at = view.indexOf(bytes, at + 1))
        found[encoding] += 1
    }
    for (const needle of runs) {
      for (const length of runsIn(window, from, to, needle))
        found[length === needle.bytes.length ? needle.encoding : 'fragments'] += 1
    }
  }

  return {
    found,
    feed(chunk) {
      const window = Buffer.concat([tail, chunk])
      const end = Math.max(uncounted, window.length - longest)
      count(window, uncounted, end)
      const kept = Math.max(0, end - longest)
      tail = Buffer.from(window.subarray(kept))
      uncounted = end - kept
    },
    gap() {
      count(tail, uncounted, tail.length)
      tail = Buffer.alloc(0)
      uncounted = 0
    },
  }
}

/**
 * Every fifth piece of four characters is searched for. Each run of eight characters holds at least
 * one of these pieces whole.
 */
const pieceLength = 4
const pieceStep = shortestRun - pieceLength + 1

/** Lengths of the parts of a needle, of eight characters or more, that start in `from` … `to`. */
function runsIn(
  window: Buffer,
  from: number,
  to: number,
  { bytes, unit }: RunNeedle,
): Iterable<number> {
  const lengths = new Map<number, number>()
  const start = Math.max(0, from - bytes.length)
  const view = window.subarray(0, Math.min(window.length, to + bytes.length))
  for (let offset = 0; offset + pieceLength * unit <= bytes.length; offset += pieceStep * unit) {
    // Without the last zero of UTF-16 the piece has seven bytes: Node searches for these six times
    // as fast as for eight.
    const piece = bytes.subarray(offset, offset + pieceLength * unit - (unit - 1))
    for (let at = view.indexOf(piece, start); at !== -1; at = view.indexOf(piece, at + 1)) {
      const run = extend(window, at, bytes, offset, unit)
      if (run.length < shortestRun * unit || run.start < from || run.start >= to) continue
      lengths.set(run.start, Math.max(run.length, lengths.get(run.start) ?? 0))
    }
  }
  return lengths.values()
}

/** The longest run around `at` that equals the needle around `offset`, in whole characters. */
function extend(
  window: Buffer,
  at: number,
  needle: Buffer,
  offset: number,
  unit: number,
): { start: number; length: number } {
  let before = 0
  while (
    before < offset &&
    at - before > 0 &&
    window[at - before - 1] === needle[offset - before - 1]
  )
    before += 1
  let after = 0
  while (offset + after < needle.length && window[at + after] === needle[offset + after]) after += 1
  before -= before % unit
  after -= after % unit
  return { start: at - before, length: before + after }
}
