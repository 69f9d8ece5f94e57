import * as z from 'zod/mini'

/** One schema for each field of a type: a field less or a field more does not compile. */
export type Fields<T> = { readonly [K in keyof T]-?: z.ZodMiniType<T[K]> }

/** The names of a complete list: the compiler misses a name that is left out. */
export function namesOf<T extends string>(all: Readonly<Record<T, true>>): T[] {
  return Object.keys(all) as T[]
}

/**
 * The exact reason behind a `code`, for translation: core's `FailureDetail`, or the numbers of a
 * limit.
 */
export type WireParameters = Readonly<Record<string, unknown>>

/** {@link WireParameters} as a schema. */
export const parametersSchema: z.ZodMiniType<WireParameters | undefined> = z.optional(
  z.record(z.string(), z.unknown()),
)
