import { foldedText } from '@force-reset/core/store'
import { type RawBuilder, sql } from 'kysely'
import { asciiLower, caseVariants } from '../dialect/search-pattern.ts'
import type { SqlDialect } from '../dialect/sql-dialect.ts'
import type { AccountRule, RowsRule } from '../options/account-rule.ts'
import type { ColumnValue } from '../options/options.ts'
import { allAlike, allOf, columnOf, oneOf } from './columns.ts'

/**
 * Whether the account of `u` meets the rule by one value that the database takes for a value of the
 * rule. `undefined` where only a function knows.
 */
export function ruleCondition(
  dialect: SqlDialect,
  rule: AccountRule,
  id: string,
): RawBuilder<boolean> | undefined {
  if ('of' in rule) return undefined
  if (!('table' in rule)) return oneOf(dialect, columnOf('u', rule.column), rule.values)
  const { held } = rule
  const conditions = [
    ...ownRows(dialect, rule, id),
    ...(held ? [isOneOf(dialect, columnOf('r', held.column), held.values)] : []),
  ]
  return sql<boolean>`EXISTS (SELECT 1 FROM ${sql.table(rule.table)} AS ${sql.ref('r')}
    WHERE ${allOf(conditions)})`
}

/**
 * What the rows of the account of `u` hold, as one text. Programs take a list in a row apart, and
 * no database does so in the same way.
 */
export function heldInRows(
  dialect: SqlDialect,
  rule: RowsRule,
  id: string,
): RawBuilder<string | null> {
  const held = columnOf('r', rule.held?.column ?? rule.userId)
  return sql`(SELECT ${dialect.gathered(held)} FROM ${sql.table(rule.table)} AS ${sql.ref('r')}
    WHERE ${allOf(ownRows(dialect, rule, id))})`
}

/** The values of the rows that {@link heldInRows} read. `undefined` where some are cut off. */
export function rowsHeld(text: string | null): readonly (string | null)[] | undefined {
  if (text === null) return []
  const sign = text.indexOf('=')
  const size = text.slice(0, sign)
  try {
    const read: unknown = JSON.parse(text.slice(sign + 1))
    if (!Array.isArray(read)) return undefined
    const rows = read.map((row) => (row === null ? null : String(row)))
    return size === '' || size === sizeOf(rows) ? rows : undefined
  } catch {
    return undefined
  }
}

/** The number of rows, and of characters in them. */
function sizeOf(rows: readonly (string | null)[]): string {
  return `${rows.length}.${rows.reduce((sum, row) => sum + [...(row ?? '')].length, 0)}`
}

function ownRows(
  dialect: SqlDialect,
  { userId, where }: RowsRule,
  id: string,
): readonly RawBuilder<boolean>[] {
  return [
    sql<boolean>`${columnOf('r', userId)} = ${columnOf('u', id)}`,
    // A row of another tenant is the safer mistake. Otherwise a tenant in other letters is missed.
    ...allAlike(dialect, 'r', where),
  ]
}

function isOneOf(
  dialect: SqlDialect,
  column: RawBuilder<unknown>,
  values: readonly ColumnValue[],
): RawBuilder<boolean> {
  const words = spellings(values)
  const isWord =
    words.length === 0 ? sql`1 = 0` : sql`${dialect.plain(column)} IN (${sql.join(words)})`
  return sql<boolean>`(${oneOf(dialect, column, values)} OR ${isWord})`
}

/**
 * The values as a database writes them in small letters. Each database knows the letters of ASCII,
 * and not each database knows others.
 */
function spellings(values: readonly ColumnValue[]): readonly string[] {
  return values
    .flatMap((value) => (value === null ? [] : caseVariants(foldedText(String(value)))))
    .map(asciiLower)
}
