import { atOnce, safeCauseOf } from '@force-reset/core/store'
import type { AnyOptions } from '../options/any-database.ts'
import { nowBy } from '../options/clock.ts'
import { isWrittenValue } from '../options/column-value.ts'
import type { AppliedWrite, WriteFacts } from '../options/options.ts'
import type { HashedPassword, WrittenValue } from '../options/password-hasher.ts'
import { isFromHasher, type SetColumn, setColumns } from '../options/set-columns.ts'
import { columnFunctionFailed, noValue, type SqlReason } from './reasons.ts'

/** A column, and the value that one write sets. */
export interface ColumnSet extends Pick<SetColumn, 'alias' | 'name'> {
  readonly value: WrittenValue
}

/** A value, or why there is none. */
type Value<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: SqlReason }

/**
 * The values of all columns. Every function is asked once: the write may be sent again, and has to
 * be the same then.
 */
export function setValues(
  options: AnyOptions,
  told: AppliedWrite,
  ofHasher: HashedPassword['values'],
): Value<readonly ColumnSet[]> {
  const nowMs = nowBy(options)
  const set: ColumnSet[] = []
  for (const column of setColumns(options)) {
    // Each function gets facts of its own: one that changes them changes nothing for the next.
    const given = setValue(column, { ...told, now: new Date(nowMs) }, ofHasher)
    if (!given.ok) return given
    set.push({ alias: column.alias, name: column.name, value: given.value })
  }
  return { ok: true, value: set }
}

/** The value of one column. */
export function setValue(
  { option, source }: Pick<SetColumn, 'option' | 'source'>,
  facts: WriteFacts,
  ofHasher: HashedPassword['values'],
): Value<WrittenValue> {
  try {
    const value = valueFrom(source, facts, ofHasher)
    return isWrittenValue(value) ? { ok: true, value } : { ok: false, reason: noValue(option) }
  } catch (error) {
    return { ok: false, reason: columnFunctionFailed(option, safeCauseOf(error)) }
  }
}

function valueFrom(
  source: SetColumn['source'],
  facts: WriteFacts,
  ofHasher: HashedPassword['values'],
): unknown {
  if (typeof source === 'function') return atOnce('the function of a column', () => source(facts))
  return isFromHasher(source) ? new Map(Object.entries(ofHasher)).get(source.fromHasher) : source
}
