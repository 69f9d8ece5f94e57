import {
  checkSqlTable,
  type SqlFinding,
  type SqlUserStoreOptions,
  sqlUserStore,
  type WriteFacts,
} from '@force-reset/adapter-sql'
import { argon2id } from '@force-reset/adapter-sql/argon2'
import { noPrivilegedUsers, type UserStore } from '@force-reset/core'
import type { Kysely } from 'kysely'
import { ConfigurationError } from '../settings/configuration-error.ts'
import type { UsersTable } from '../settings/users-table.ts'
import { administratorWords } from '../words/administrator.ts'

/** Tables of which only the names in the configuration are known. */
export type AnyTables = Record<string, Record<string, unknown>>

/** The users of a database. */
export interface SqlUsers {
  readonly store: UserStore
  /**
   * Compares the configuration with the database.
   *
   * @returns Warnings with which the console can start, a line each.
   * @throws {ConfigurationError} Says everything that would make a reset fail or unsafe.
   */
  check(): Promise<readonly string[]>
}

/** The store on the table that the configuration describes. */
export function sqlUsers(
  db: Kysely<AnyTables>,
  { table, columns, status, privileged, ...further }: UsersTable,
  secret: string,
): SqlUsers {
  const { signsInElsewhere, unlock, tokenVersion, sessions, resetLinks, apiKeys } = further
  const { endedColumns, timeColumns, facts } = further
  const options: SqlUserStoreOptions<AnyTables, string> = {
    table,
    columns,
    status,
    privileged: privileged === 'none' ? noPrivilegedUsers : privileged,
    hasher: argon2id(),
    secret,
    facts,
    signsInElsewhere,
    unlock: unlock && { set: unlock },
    tokenVersion,
    ended: [
      ...(sessions ? [sessions] : []),
      ...(resetLinks ? [{ ...resetLinks, holds: 'reset_links' } as const] : []),
      ...(apiKeys ? [{ ...apiKeys, holds: 'api_keys' } as const] : []),
      ...endedColumns.map((name) => ({ table, columns: { [name]: null } })),
    ],
    set: timesOf(timeColumns),
    // The console ends the sessions of its own sign-in. Whether the application behind an existing
    // table sends links or issues keys is unknown here.
    survives: ['in_flight_sign_ins'],
  }
  return {
    store: sqlUserStore(db, options),
    async check() {
      const findings = await checkSqlTable(db, options)
      const of = (wanted: SqlFinding['level']) =>
        findings.flatMap(({ level, message }) => (level === wanted ? [message] : []))
      const problems = of('problem')
      if (problems.length > 0)
        throw new ConfigurationError(administratorWords.tables.doNotFit(problems))
      const warnings = of('warning')
      return warnings.length > 0 ? [...warnings, administratorWords.tables.columnsToName] : []
    },
  }
}

/** The columns that a reset sets to its time; `undefined` where there are none. */
function timesOf(names: readonly string[]): SqlUserStoreOptions<AnyTables, string>['set'] {
  if (names.length === 0) return undefined
  const isoTime = ({ now }: WriteFacts): string => now.toISOString()
  return Object.fromEntries(names.map((name) => [name, isoTime]))
}
