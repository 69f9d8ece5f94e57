import { atOnce } from '@force-reset/core/store'
import type { AnyOptions } from './any-database.ts'

/** The present by the clock of the options, in milliseconds. */
export function nowBy({ now = Date.now }: Pick<AnyOptions, 'now'>): number {
  return atOnce('now', () => now())
}
