import { ForceResetError } from '@force-reset/core'
import {
  type IsolationLevel,
  type Kysely,
  MysqlAdapter,
  PostgresAdapter,
  type RawBuilder,
  SqliteAdapter,
  sql,
  WithSchemaPlugin,
} from 'kysely'
import { caseVariants, containing } from './search-pattern.ts'

/** What differs between databases: data and pure functions. */
export interface SqlDialect {
  readonly name: 'postgres' | 'mysql' | 'sqlite'
  /**
   * A value as the database itself writes it, so that two reads compare exactly: no driver rounds a
   * timestamp or a large number in between.
   */
  text(value: RawBuilder<unknown>): RawBuilder<string | null>
  /** The same of bytes that may be no text, as a text that says each of them. */
  bytes(value: RawBuilder<unknown>): RawBuilder<string | null>
  /** Whether that text is exactly this one: every byte counts, whatever the column's collation. */
  hasText(value: RawBuilder<unknown>, text: string): RawBuilder<boolean>
  /**
   * Whether a column that is equal to this text holds exactly it, and not what a collation or a
   * conversion takes for it; a numeral may be in a column of any type, as that one writes it.
   * `undefined` where equal is exact.
   */
  isExactly(
    column: RawBuilder<unknown>,
    text: string,
    value: { readonly isNumeral: boolean },
  ): RawBuilder<boolean> | undefined
  /**
   * Whether the column holds what storing this text in it makes: PostgreSQL writes bytes in another
   * form than they were given, a fixed length is filled up.
   */
  stored(column: RawBuilder<unknown>, text: string): RawBuilder<boolean>
  /**
   * The same for each text that differs only in blanks around it and in the case of its letters,
   * those of ASCII at least.
   */
  plain(value: RawBuilder<unknown>): RawBuilder<string | null>
  /** Whether the text contains `part`, in any case; wildcards in it mean themselves. */
  contains(value: RawBuilder<unknown>, part: string): RawBuilder<boolean>
  /** Whether it can search for a part of text in an index. */
  readonly hasTrigrams: boolean
  /**
   * Whether this connection commits what the store writes, as a condition of the write; `undefined`
   * where the database cannot say.
   */
  readonly commits: RawBuilder<boolean> | undefined
  /**
   * What a read sees of its connection: 1 where each statement is committed by itself, 3 in a
   * transaction; `undefined` where the database cannot say.
   */
  readonly connection: RawBuilder<unknown> | undefined
  /**
   * Read with an account, it makes {@link commits} untrue until the end of the transaction: without
   * one, until the end of the statement.
   */
  readonly mark: RawBuilder<unknown> | undefined
  boolean(value: boolean): boolean | number
  /** A whole number as it is sent. */
  integer(value: number): number | bigint
  /**
   * Whether a column holds what {@link boolean} gives, by its type; on SQLite, where each value has
   * its own, by what it holds now.
   */
  holdsFlag(column: RawBuilder<unknown>): RawBuilder<boolean>
  moment(value: Date): unknown
  /** A moment as a column takes it that may be text. */
  momentIn(column: RawBuilder<unknown>, value: Date): unknown
  /**
   * Appended to a SELECT, so that its rows change no more before the transaction has ended;
   * `undefined` where one transaction writes at a time anyway.
   */
  readonly keepRows: RawBuilder<unknown> | undefined
  /**
   * The level at which the statement after the one that kept rows sees what was committed while
   * that one waited; `undefined` where each level does.
   */
  readonly isolation: IsolationLevel | undefined
}

/** What people leave around a word: blanks, tabs, ends of lines. */
const blanks = ' \t\n\r'

const postgres: SqlDialect = {
  name: 'postgres',
  text: (value) => sql`CAST(${value} AS text)`,
  bytes: (value) => sql`CAST(${value} AS text)`,
  hasText: (value, text) => sql`CAST(${value} AS text) COLLATE "C" = ${text}`,
  // COALESCE makes a value of the column's type of the text, so a UUID may be in capitals.
  isExactly: (column, text, { isNumeral }) =>
    isNumeral
      ? undefined
      : sql`CAST(${column} AS text) COLLATE "C" = CAST(COALESCE(${text}, ${column}) AS text)`,
  // The parameter is of the column's own type, so it is read as it was when it was written.
  stored: (column, text) => sql`${column} = ${text}`,
  plain: (value) => sql`LOWER(BTRIM(CAST(${value} AS text), ${blanks}))`,
  contains: (value, part) => sql`${value} ILIKE ${containing(part)} ESCAPE '!'`,
  hasTrigrams: true,
  commits: sql`current_setting('force_reset.look', true) IS DISTINCT FROM '1'`,
  connection: undefined,
  mark: sql`set_config('force_reset.look', '1', true)`,
  boolean: (value) => value,
  integer: (value) => value,
  // With COALESCE a domain counts as the type that it is made of.
  holdsFlag: (column) => sql`CAST(pg_typeof(COALESCE(${column}, NULL)) AS text) = 'boolean'`,
  moment: (value) => value.toISOString(),
  momentIn: (_, value) => value.toISOString(),
  // Not FOR NO KEY UPDATE: this one also waits for a role that is being granted with a foreign key
  // to the account.
  keepRows: sql`FOR UPDATE`,
  isolation: 'read committed',
}

/**
 * Bytes without what fixed lengths are filled up with: `binary(n)` with NUL, `char(n)` with blanks,
 * which only the mode PAD_CHAR_TO_FULL_LENGTH shows.
 */
function unpadded(value: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`TRIM(TRAILING ' ' FROM TRIM(TRAILING X'00' FROM CAST(${value} AS BINARY)))`
}

/** MariaDB and MySQL: a number, a moment or bytes, which no collation compares. */
function isWithoutCollation(column: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql`COLLATION(${column}) = 'binary'`
}

const mysql: SqlDialect = {
  name: 'mysql',
  text: (value) => sql`CAST(${value} AS CHAR)`,
  bytes: (value) => sql`HEX(${value})`,
  hasText: (value, text) => sql`CAST(CAST(${value} AS CHAR) AS BINARY) = CAST(${text} AS BINARY)`,
  isExactly: (column, text, { isNumeral }) => {
    const exact = mysql.hasText(column, text)
    return isNumeral ? sql`(${isWithoutCollation(column)} OR ${exact})` : exact
  },
  stored: (column, text) =>
    sql`${unpadded(sql`CAST(${column} AS CHAR)`)} = ${unpadded(sql`${text}`)}`,
  // TRIM takes one character at a time.
  plain: (value) =>
    sql`LOWER(TRIM(REPLACE(REPLACE(REPLACE(CAST(${value} AS CHAR), CHAR(9), ' '), CHAR(10), ' '), CHAR(13), ' ')))`,
  contains: (value, part) =>
    sql`LOWER(CAST(${value} AS CHAR)) LIKE ${containing(part.toLowerCase())} ESCAPE '!'`,
  hasTrigrams: false,
  commits: sql`@@autocommit = 1`,
  // MySQL has no such variable, and takes this for a comment.
  connection: sql`@@autocommit /*M! + 2 * @@in_transaction */`,
  mark: undefined,
  boolean: (value) => (value ? 1 : 0),
  integer: (value) => value,
  // Text and enumerations have another: in an enumeration 1 is its first value, whatever that says.
  holdsFlag: isWithoutCollation,
  // A Date, so that the driver applies the time zone that it reads the column with.
  moment: (value) => value,
  // Text is read without a time zone, and has to say it. 5 is a number or a moment.
  momentIn: (column, value) =>
    sql`CASE COERCIBILITY(${column}) WHEN 5 THEN ${value} ELSE ${value.toISOString()} END`,
  keepRows: sql`FOR UPDATE`,
  isolation: undefined,
}

/** SQLite: what is there now, whatever the type of its column. */
function holdsNoText(column: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql`typeof(${column}) <> 'text'`
}

const sqlite: SqlDialect = {
  name: 'sqlite',
  text: (value) => sql`CAST(${value} AS TEXT)`,
  // Here HEX makes an empty text of NULL.
  bytes: (value) => sql`CASE WHEN ${value} IS NULL THEN NULL ELSE HEX(${value}) END`,
  hasText: (value, text) => sql`CAST(${value} AS TEXT) COLLATE BINARY = ${text}`,
  isExactly: (column, text, { isNumeral }) => {
    const exact = sqlite.hasText(column, text)
    return isNumeral ? sql`(${holdsNoText(column)} OR ${exact})` : exact
  },
  stored: (column, text) => sql`CAST(${column} AS TEXT) COLLATE BINARY = ${text}`,
  plain: (value) => sql`LOWER(TRIM(CAST(${value} AS TEXT), ${blanks}))`,
  // LIKE ignores case in ASCII only (https://sqlite.org/lang_expr.html#like), so the usual
  // spellings of other letters are asked for too.
  contains: (value, part) =>
    sql`(${sql.join(
      caseVariants(part).map((variant) => sql`${value} LIKE ${containing(variant)} ESCAPE '!'`),
      sql` OR `,
    )})`,
  hasTrigrams: false,
  commits: undefined,
  connection: undefined,
  mark: undefined,
  boolean: (value) => (value ? 1 : 0),
  // Drivers bind each number as one with a fraction, and a column of text takes 42 for '42.0' then.
  integer: BigInt,
  holdsFlag: holdsNoText,
  moment: (value) => value.toISOString(),
  momentIn: (_, value) => value.toISOString(),
  keepRows: undefined,
  isolation: undefined,
}

/**
 * The dialect that Kysely speaks to this database.
 *
 * @throws {ForceResetError}
 *   `ERR_INVALID_CONFIG` for a database that is neither PostgreSQL nor MariaDB or MySQL nor SQLite, and for one of `withSchema()`:
 *   that does not reach statements as the store writes them, so another schema's table would be
 *   changed.
 */
export function dialectOf<DB>(db: Kysely<DB>): SqlDialect {
  if (typeof db?.getExecutor !== 'function') {
    throw new ForceResetError(
      'ERR_INVALID_CONFIG',
      'db must be a Kysely instance; one is made on the pool of a driver',
    )
  }
  const { adapter, plugins } = db.getExecutor()
  if (plugins.some((plugin) => plugin instanceof WithSchemaPlugin)) {
    throw new ForceResetError(
      'ERR_INVALID_CONFIG',
      "db must be without withSchema(): name the schema with the table, as in 'schema.table'",
    )
  }
  if (adapter instanceof PostgresAdapter) return postgres
  if (adapter instanceof MysqlAdapter) return mysql
  if (adapter instanceof SqliteAdapter) return sqlite
  throw new ForceResetError(
    'ERR_INVALID_CONFIG',
    'db must be a Kysely instance for PostgreSQL, MariaDB, MySQL or SQLite',
  )
}
