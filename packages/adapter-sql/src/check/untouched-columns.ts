import type { SqlDialect } from '../dialect/sql-dialect.ts'
import type { AnyDatabase, AnyOptions } from '../options/any-database.ts'
import { columnName } from '../options/names-in-database.ts'
import type { NeededColumn } from './needed-columns.ts'
import { tableCatalogue } from './table-catalogue.ts'

/** Parts of names of columns that hold something which ends with a password. */
const tokenWords =
  'tokens?|remember|persistence|security_stamp|auth_key|api_key|session_id|session_key|salt'
const codeWords = 'reset|recovery|activation|confirmation|login|magic'
const tokenNames = new RegExp(
  `(^|_)(${tokenWords}|(${codeWords})_(code|key|hash|digest|link|secret))(_|$)`,
)
/** A second factor outlives a password, and a device's token for messages is no way in. */
const otherTokens = /(^|_)(two_factor|2fa|totp|otp|mfa|push|device|fcm|apns|csrf)(_|$)/

/** Names of columns that say when the row or its password changed. */
const timeNames: readonly RegExp[] = [
  /^(last_)?(updated|modified|changed)(_(at|on|date|time))?$/,
  /^((update|modification)_time|(date|gmt|last)_(updated|modified))$/,
  /(^|_)(password|pwd|passwd)_(last_)?(changed?|updated?|set|modified)(_(at|on|date|time))?$/,
]

/**
 * Advice about columns that a reset leaves as they are, by their names. `written` are the columns
 * that a reset writes.
 */
export async function untouchedColumns(
  db: AnyDatabase,
  dialect: SqlDialect,
  { table, credentials }: AnyOptions,
  written: readonly Pick<NeededColumn, 'table' | 'name'>[],
): Promise<readonly string[]> {
  const advice: string[] = []
  for (const one of new Set([table, credentials?.table ?? table])) {
    const { names } = await tableCatalogue(db, dialect, one)
    const own = written.filter((column) => column.table === one)
    const known = new Set(own.map(({ name }) => columnName(db, dialect, name).toLowerCase()))
    const left = names.filter((name) => !known.has(name.toLowerCase()))
    const tokens = left.filter((name) => isToken(inSmallLetters(name)))
    const times = left.filter((name) => timeNames.some((one) => one.test(inSmallLetters(name))))
    if (tokens.length > 0)
      advice.push(
        `Table ${one}: ${listed(tokens)} may hold tokens or a salt. Neither ended nor set ` +
          'names them, so a reset leaves them as they are.',
      )
    if (times.length > 0)
      advice.push(
        `Table ${one}: ${listed(times)} may say when the row or the password changed, and set ` +
          'does not name them. A reset leaves them as they are, unless the database changes them.',
      )
  }
  return advice
}

function isToken(name: string): boolean {
  return tokenNames.test(name) && !otherTokens.test(name)
}

/** `rememberToken` and `RememberToken` as `remember_token`. */
function inSmallLetters(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase()
}

/** Quoted, no name from a catalogue breaks a line of a log. */
function listed(names: readonly string[]): string {
  return names.map((name) => JSON.stringify(name.slice(0, 80))).join(', ')
}
