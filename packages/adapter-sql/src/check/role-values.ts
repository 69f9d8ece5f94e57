import { foldedText } from '@force-reset/core/store'
import { sql } from 'kysely'
import { allAlike, allOf, columnOf } from '../account/columns.ts'
import { holdsOneOf } from '../account/held-values.ts'
import type { SqlDialect } from '../dialect/sql-dialect.ts'
import type { AnyDatabase, AnyOptions, Row } from '../options/any-database.ts'
import type { ColumnValue } from '../options/options.ts'

/** Rows of a table of roles that are read at most, and values that are named at most. */
const mostRows = 10_000
const mostNamed = 5

/**
 * Values in a table of roles that nobody may have thought of. With `ordinary`, every value that the
 * options do not name. Without it, lists, and values with a named value in them: `superadmin`.
 */
export async function problemsOfRoles(
  db: AnyDatabase,
  dialect: SqlDialect,
  { privileged }: AnyOptions,
): Promise<readonly string[]> {
  if (typeof privileged !== 'object' || !('role' in privileged)) return []
  const { table, role, where, values, ordinary } = privileged
  const which = allAlike(dialect, 'r', where)
  const conditions = which.length === 0 ? sql`` : sql`WHERE ${allOf(which)}`
  const text = dialect.text(columnOf('r', role))
  const { rows } = await sql<Row>`SELECT DISTINCT ${sql.ref('v')} FROM
    (SELECT ${text} AS ${sql.ref('v')} FROM ${sql.table(table)} AS ${sql.ref('r')} ${conditions}
    ${dialect.limit(mostRows)}) AS ${sql.ref('s')}`.execute(db)
  const held = rows.flatMap(({ v }) => (v === null || v === undefined ? [] : [String(v)]))
  const problem = (found: readonly string[], says: string) =>
    found.length === 0
      ? []
      : [`Column ${table}.${role} (privileged.role): ${says} ${named(found)}.`]
  if (ordinary !== undefined) {
    const known = [...values, ...ordinary]
    return problem(
      held.filter((one) => !isKnown(known, one)),
      'it holds values that neither values nor ordinary names:',
    )
  }
  const sayOrdinary = 'Where that is so, name all ordinary values in privileged.ordinary. It holds'
  const lists = held.filter(isListLike)
  return [
    ...problem(lists, `it holds lists, and each part of a list counts. ${sayOrdinary}`),
    ...problem(
      held.filter((one) => !isListLike(one) && !holdsOneOf(values, one) && isAkin(values, one)),
      `it holds values that are like a privileged one, and not privileged. ${sayOrdinary}`,
    ),
  ]
}

/** Whether the value, or each part of it where it is a list, is known. */
function isKnown(known: readonly ColumnValue[], held: string): boolean {
  const isOne = (text: string) =>
    known.some((value) => value !== null && foldedText(String(value)) === foldedText(text))
  return isOne(held) || (isListLike(held) && itemsOf(held).every(isOne))
}

/** Whether the value has signs of a list in it: `a,b`, `["a"]`, `{a}`, `a:1:{i:0;s:1:"a";}`. */
function isListLike(held: string): boolean {
  return listSigns.test(held)
}

const listSigns = /[,;|[\]{}"']+/

/** The items of a list. Where items are quoted, the rest is the list's own form. */
function itemsOf(held: string): readonly string[] {
  const quoted = [...held.matchAll(/"([^"]*)"/g)].map(([, item = '']) => item)
  const items = quoted.length > 0 ? quoted : held.split(listSigns)
  return items.map((item) => item.trim()).filter(Boolean)
}

/** Whether a privileged value stands in this one: `administrator` for `admin`. */
function isAkin(values: readonly ColumnValue[], held: string): boolean {
  return values.some(
    (value) =>
      typeof value === 'string' &&
      foldedText(value) !== '' &&
      foldedText(held).includes(foldedText(value)),
  )
}

/** Names of roles are no secrets. Quoted, no text from a table breaks a line of a log. */
function named(found: readonly string[]): string {
  const some = found.slice(0, mostNamed).map((one) => JSON.stringify(one.slice(0, 80)))
  const more = found.length - some.length
  return some.join(', ') + (more > 0 ? `, and ${more} more` : '')
}
