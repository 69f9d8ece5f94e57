import { ForceResetError } from '../../port/errors.ts'
import { safeError } from '../../port/safe-error.ts'
import type { Counted, VerificationMemory } from '../../port/verification.ts'
import { within } from '../../port/within.ts'
import type { Hears } from '../../reset/heard.ts'
import { tell } from '../../reset/heard.ts'
import type { StepFailure } from '../../reset/step-failure.ts'
import type { Keys } from './keys.ts'
import { digestOf, sealed, unsealed } from './keys.ts'
import { notIdentified } from './words.ts'

/** How long one call of the memory may take, in milliseconds. */
const memoryLimitMs = 5_000

/** The memory could not be asked. `onError` has been told. */
class MemoryFailed extends Error {}

/** What a place in the memory is for, and of whom: ids and names, in a fixed order. */
export type Place = readonly (string | number)[]

/** A memory of places. Every function throws where the memory fails: see {@link remembering}. */
export interface Remembered {
  /** Counts one more. */
  count(place: Place, windowSeconds: number): Promise<Counted>
  /** The count; 0 where nothing was counted. */
  counted(place: Place): Promise<Counted>
  /** Whether this call is the first in so many seconds, of all processes. */
  once(place: Place, seconds: number): Promise<boolean>
  /** Keeps fields, encrypted. */
  keep(place: Place, fields: object, seconds: number): Promise<void>
  /** The fields that were kept; `undefined` for none, and for what these keys did not encrypt. */
  kept(place: Place): Promise<Readonly<Record<string, unknown>> | undefined>
}

/** The memory, by places in place of keys, with every answer checked and bounded in time. */
export function rememberedIn(memory: VerificationMemory, keys: Keys, hears: Hears): Remembered {
  const ask = async <T>(question: () => Promise<T>): Promise<T> => {
    try {
      return await within(memoryLimitMs, question)
    } catch (error) {
      tell(hears, 'memory', safeError(error))
      throw new MemoryFailed()
    }
  }
  const count = async (place: Place, windowSeconds: number) => {
    const key = await digestOf(place)
    return ask(async () => countedIn(await memory.count(key, windowSeconds), 1))
  }
  return {
    count,
    counted: async (place) => {
      const key = await digestOf(place)
      return ask(async () => {
        const counted: unknown = await memory.counted(key)
        return counted === undefined ? { count: 0, endsInSeconds: 0 } : countedIn(counted, 1)
      })
    },
    once: async (place, seconds) => (await count(place, seconds)).count === 1,
    keep: async (place, fields, seconds) => {
      const key = await digestOf(place)
      const text = await sealed(keys, key, JSON.stringify(fields))
      await ask(() => memory.keep(key, text, seconds))
    },
    kept: async (place) => {
      const key = await digestOf(place)
      const text = await ask(async () => textIn(await memory.kept(key)))
      const opened = text === undefined ? undefined : await unsealed(keys, key, text)
      return opened === undefined ? undefined : JSON.parse(opened)
    },
  }
}

/** The answer of `work`, or the failure that a memory which cannot be asked means. */
export async function remembering<T>(work: () => Promise<T>): Promise<T | StepFailure> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof MemoryFailed) return notIdentified('memory_failed')
    throw error
  }
}

/** A count that is none must not pass for a small one. */
function countedIn(answer: unknown, least: number): Counted {
  const { count, endsInSeconds }: Partial<Counted> = Object(answer)
  if (Number.isSafeInteger(count) && Number(count) >= least && Number.isFinite(endsInSeconds))
    return { count: Number(count), endsInSeconds: Math.max(0, Number(endsInSeconds)) }
  throw nonsense()
}

function textIn(answer: unknown): string | undefined {
  if (answer === undefined) return undefined
  const { text }: { readonly text?: unknown } = Object(answer)
  if (typeof text === 'string') return text
  throw nonsense()
}

function nonsense(): ForceResetError {
  return new ForceResetError('ERR_INVALID_CONFIG', 'memory must answer as VerificationMemory says')
}
