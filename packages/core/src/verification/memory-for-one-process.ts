import { aFunction, checkOptions, optional, wholeNumber } from '../port/check-options.ts'
import type { VerificationMemory } from '../port/verification.ts'
import { atOnce } from '../port/within.ts'

/** Options of {@link memoryForOneProcess}. */
export interface MemoryForOneProcessOptions {
  /**
   * Most entries at a time, 100 to 10,000,000. A full memory rejects, and verification is refused:
   * to forget would let somebody guess again. Default 100,000.
   */
  readonly mostEntries?: number | undefined
  /** The clock, in milliseconds. Default: a clock that never goes back. */
  readonly now?: (() => number) | undefined
}

interface Entry<Value> {
  readonly value: Value
  readonly endsAt: number
}

/**
 * A {@link VerificationMemory} that lives and ends with this process.
 *
 * **A warning:** with a second process, or a restart, the limits of guesses begin anew, and a proof
 * can serve once in each process. Use this function for one process alone, and for tests.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG`.
 * @example
 * const memory = memoryForOneProcess()
 */
export function memoryForOneProcess(options: MemoryForOneProcessOptions = {}): VerificationMemory {
  checkOptions(options, optionRules, 'memoryForOneProcess: ')
  const { mostEntries = 100_000, now = () => performance.now() }: MemoryForOneProcessOptions =
    Object(options)
  const counts = new Map<string, Entry<number>>()
  const texts = new Map<string, Entry<string>>()
  const present = (): number => atOnce('memoryForOneProcess: now', now)

  const alive = <Value>(entries: Map<string, Entry<Value>>, key: string) => {
    const entry = entries.get(key)
    return entry !== undefined && entry.endsAt > present() ? entry : undefined
  }
  const put = <Value>(entries: Map<string, Entry<Value>>, key: string, entry: Entry<Value>) => {
    if (!entries.has(key)) makeRoom()
    entries.set(key, entry)
    return entry
  }
  const makeRoom = (): void => {
    if (counts.size + texts.size < mostEntries) return
    const moment = present()
    for (const entries of [counts, texts])
      for (const [key, { endsAt }] of entries) if (endsAt <= moment) entries.delete(key)
    if (counts.size + texts.size >= mostEntries)
      throw new RangeError('The memory of verification is full.')
  }
  const leftOf = ({ endsAt }: Entry<unknown>): number => (endsAt - present()) / 1_000

  return {
    count: async (key, windowSeconds) => {
      const open = alive(counts, key)
      const value = (open?.value ?? 0) + 1
      const endsAt = open?.endsAt ?? present() + windowSeconds * 1_000
      return { count: value, endsInSeconds: leftOf(put(counts, key, { value, endsAt })) }
    },
    counted: async (key) => {
      const open = alive(counts, key)
      return open && { count: open.value, endsInSeconds: leftOf(open) }
    },
    keep: async (key, text, seconds) => {
      put(texts, key, { value: text, endsAt: present() + seconds * 1_000 })
    },
    kept: async (key) => {
      const open = alive(texts, key)
      return open && { text: open.value, endsInSeconds: leftOf(open) }
    },
  }
}

const optionRules = {
  mostEntries: optional(wholeNumber(100, 10_000_000)),
  now: optional(aFunction),
}
