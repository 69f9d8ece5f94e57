import { sql } from 'kysely'
import type { SqlDialect } from '../dialect/sql-dialect.ts'
import type { AnyDatabase, AnyOptions, Row } from '../options/any-database.ts'
import { nowBy } from '../options/clock.ts'

/** Seconds that the clocks of this process and of the database may be apart. */
const tolerableSeconds = 60

/**
 * Compares the clock of this process with the database's. A process that is behind makes passwords
 * that have expired at birth, and one that is ahead makes passwords that live too long.
 */
export async function problemsOfClocks(
  db: AnyDatabase,
  { clock }: SqlDialect,
  options: AnyOptions,
): Promise<readonly string[]> {
  const before = nowBy(options)
  const { rows } = await sql<Row>`SELECT ${clock} AS ${sql.ref('t')}`.execute(db)
  const there = Number(rows[0]?.['t'])
  // The database looked at its clock at some time between the two looks at this one.
  const apartMs = there < before ? there - before : Math.max(0, there - nowBy(options))
  const seconds = Math.round(Math.abs(apartMs) / 1_000)
  if (!(seconds > tolerableSeconds)) return []
  const side = apartMs > 0 ? 'behind' : 'ahead of'
  return [
    `The clock of this process is ${seconds} seconds ${side} the database's, so temporary ` +
      'passwords expire at the wrong time. Set both by NTP.',
  ]
}
