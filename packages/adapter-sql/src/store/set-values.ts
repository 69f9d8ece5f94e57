import type { StoreRefusal } from '@force-reset/core'
import { refused } from '@force-reset/core/store'
import { readDriverError } from '../dialect/driver-error.ts'
import type { AnyOptions } from '../options/any-database.ts'
import { isWrittenValue } from '../options/column-value.ts'
import type { AppliedWrite, WriteFacts } from '../options/options.ts'
import type { HashedPassword, WrittenValue } from '../options/password-hasher.ts'
import { isFromHasher, type SetColumn, setColumns } from '../options/set-columns.ts'
import { columnFunctionFailed, noValue, type SqlReason } from './reasons.ts'

/** A column, and the value that one write sets. */
export interface ColumnSet extends Pick<SetColumn, 'alias' | 'name'> {
  readonly value: WrittenValue
}

/** The values of one write, or why there are none. */
type SetValues =
  | { readonly ok: true; readonly set: readonly ColumnSet[] }
  | { readonly ok: false; readonly refusal: StoreRefusal }

/**
 * The values of all columns. Every function is asked once: the write may be sent again, and has to
 * be the same then.
 */
export function setValues(
  options: AnyOptions,
  told: AppliedWrite,
  ofHasher: HashedPassword['values'],
): SetValues {
  const { now = Date.now } = options
  const nowMs = now()
  const set: ColumnSet[] = []
  for (const { alias, name, option, source } of setColumns(options)) {
    try {
      // Each function gets facts of its own: one that changes them changes nothing for the next.
      const value = valueFrom(source, { ...told, now: new Date(nowMs) }, ofHasher)
      if (!isWrittenValue(value)) return without(noValue(option))
      set.push({ alias, name, value })
    } catch (error) {
      return without(columnFunctionFailed(option, readDriverError(error).cause))
    }
  }
  return { ok: true, set }
}

function valueFrom(
  source: SetColumn['source'],
  facts: WriteFacts,
  ofHasher: HashedPassword['values'],
): unknown {
  if (typeof source === 'function') return source(facts)
  return isFromHasher(source) ? new Map(Object.entries(ofHasher)).get(source.fromHasher) : source
}

function without(reason: SqlReason): SetValues {
  return { ok: false, refusal: refused('store_unavailable', reason) }
}
