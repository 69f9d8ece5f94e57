import { lateWriteSecondsOverTcp } from '@force-reset/core/store'
import { MysqlAdapter, type RawBuilder, sql } from 'kysely'
import {
  affectedRows,
  isNotTrue,
  limitTo,
  nameBeside,
  neverChanged,
  neverDeleted,
  onePage,
  updateAs,
  wholeNumber,
} from './common.ts'
import { containing } from './search-pattern.ts'
import type {
  CatalogueColumn,
  CatalogueRow,
  NamedValues,
  SettingsCheck,
  SqlDialect,
} from './sql-dialect.ts'

/**
 * Bytes without the filling of fixed lengths: `binary(n)` is filled with NUL, and `char(n)` with
 * blanks, which only the mode PAD_CHAR_TO_FULL_LENGTH shows.
 */
function unpadded(value: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`TRIM(TRAILING ' ' FROM TRIM(TRAILING X'00' FROM CAST(${value} AS BINARY)))`
}

/** A number, a moment or bytes, which no collation compares. */
function isWithoutCollation(column: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql`COLLATION(${column}) = 'binary'`
}

function hasText(value: RawBuilder<unknown>, text: string): RawBuilder<boolean> {
  return sql`CAST(CAST(${value} AS CHAR) AS BINARY) = CAST(${text} AS BINARY)`
}

/**
 * Settings of each connection: `sql_mode` decides what a server does with text that does not fit,
 * and how the driver has to quote.
 */
const settings: SettingsCheck = {
  read: sql`SELECT @@SESSION.sql_mode AS ${sql.ref('m')}, @@SESSION.autocommit AS ${sql.ref('a')}`,
  problems: (row) => {
    const mode = String(row['m'])
    const problems: readonly (readonly [isWrong: boolean, problem: string])[] = [
      [
        Number(row['a']) === 0,
        'autocommit: it is off, so that changes would be lost. The store refuses to work. ' +
          'Switch it on.',
      ],
      [
        !mode.includes('STRICT_'),
        'sql_mode: it is not strict. A column that is too short cuts the hash off, and ' +
          'nobody can sign in. Add STRICT_TRANS_TABLES.',
      ],
      [
        mode.includes('NO_BACKSLASH_ESCAPES'),
        'sql_mode: with NO_BACKSLASH_ESCAPES the driver mysql2 quotes wrongly, and a ' +
          'search can run as SQL. Remove it.',
      ],
    ]
    return problems.filter(([isWrong]) => isWrong).map(([, problem]) => problem)
  },
  warnings: () => [],
}

function valueProblem(
  { type, length = 1, row }: CatalogueColumn,
  { written, compared }: NamedValues,
): string | undefined {
  const values = [...written, ...compared]
  const isEnumeration = type === 'enum' || type === 'set'
  if (isEnumeration && values.some(isNumber))
    return (
      'it is an enumeration, in which a number is a place and not a value. Write the values ' +
      'of the options as text.'
    )
  if (isEnumeration && values.some((value) => isMissingIn(type, String(row['e']), value)))
    return 'it is an enumeration without a value that the options name.'
  if (isNumeric(type) && written.some(isOtherText))
    return 'it holds numbers, and a value that a reset writes to it is other text. Name a number.'
  if (compared.length === 0) return undefined
  if (type === 'bit' && length > 1)
    return 'it holds several bits, which are read as a character. Use a function of the column.'
  return isNumeric(type) && compared.some(isOtherText)
    ? 'it holds numbers, and a value of the options is other text. MariaDB and ' +
        'MySQL take that text for a number all the same. Write it as a number.'
    : undefined
}

/** Text that is no number. */
function isOtherText(value: unknown): boolean {
  return typeof value === 'string' && !numeral.test(value)
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'bigint'
}

/** Whether `enum('N','Y')`, or a set, lacks the value. One value of a set names several. */
function isMissingIn(type: string, declared: string, value: unknown): boolean {
  if (typeof value !== 'string') return false
  const known = new Set(
    [...declared.matchAll(/'((?:[^']|'')*)'/g)].map(([, one = '']) =>
      one.replaceAll("''", "'").toLowerCase(),
    ),
  )
  const parts = type === 'set' ? value.split(',') : [value]
  return parts.some((part) => !known.has(part.toLowerCase()))
}

function isNumeric(type: string): boolean {
  return /int|^bit$|^(decimal|numeric|float|double|year)$/.test(type)
}

/** A number as a database writes it. */
const numeral = /^-?\d+(\.\d+)?$/

/** MariaDB and MySQL. */
export const mysql: SqlDialect = {
  name: 'mysql',
  adapter: MysqlAdapter,

  text: (value) => sql`CAST(${value} AS CHAR)`,
  bytes: (value) => sql`HEX(${value})`,
  bytesOf: (text) => Buffer.from(text, 'hex'),
  hasText,
  readsAs: hasText,
  isExactly: (column, text, { isNumeral }) => {
    const exact = hasText(column, text)
    return isNumeral ? sql`(${isWithoutCollation(column)} OR ${exact})` : exact
  },
  stored: (column, text) =>
    sql`${unpadded(sql`CAST(${column} AS CHAR)`)} = ${unpadded(sql`${text}`)}`,
  // TRIM takes one character at a time.
  plain: (value) =>
    sql`LOWER(TRIM(REPLACE(REPLACE(REPLACE(CAST(${value} AS CHAR),
      CHAR(9), ' '), CHAR(10), ' '), CHAR(13), ' ')))`,
  // MySQL has no order in JSON_ARRAYAGG, and takes the order for a comment. MariaDB cuts the array
  // at group_concat_max_len and closes it, as if there were no more.
  gathered: (value) =>
    sql`CONCAT(COUNT(*), '.', COALESCE(SUM(CHAR_LENGTH(CAST(${value} AS CHAR))), 0), '=',
      CAST(JSON_ARRAYAGG(CAST(${value} AS CHAR)
        /*M! ORDER BY CAST(CAST(${value} AS CHAR) AS BINARY) */) AS CHAR))`,
  contains: (value, part) =>
    sql`LOWER(CAST(${value} AS CHAR)) LIKE ${containing(part.toLowerCase())} ESCAPE '!'`,

  boolean: (value) => (value ? 1 : 0),
  integer: (value) => value,
  // The number 0 equals every text that begins with no digit. The text '0' equals none of them.
  comparedNumber: String,
  // In an enumeration the number 1 is the first value, whatever that value says.
  needsFlag: (value) => value !== null && typeof value !== 'string',
  // Text and enumerations have a collation.
  holdsFlag: isWithoutCollation,
  // A Date, so that the driver applies the time zone with which it reads the column.
  moment: (value) => value,
  // Text is read without a time zone, and has to name one. 5 is a number or a moment.
  momentIn: (column, value) =>
    sql`CASE COERCIBILITY(${column}) WHEN 5 THEN ${value} ELSE ${value.toISOString()} END`,
  readMoment: (column) => column,

  update: updateAs,
  page: onePage,
  limit: limitTo,
  isNotTrue,
  changedRows: affectedRows,

  commits: sql`@@autocommit = 1`,
  // MySQL has no variable in_transaction, and takes this for a comment.
  connection: sql`@@autocommit /*M! + 2 * @@in_transaction */`,
  mark: undefined,
  marked: undefined,
  isTransactionOpen: () => false,
  keepRows: sql`FOR UPDATE`,
  isolation: undefined,

  quote: '`',
  catalogue: ({ name, schema }) =>
    // e: the type with the values of an enumeration.
    sql<CatalogueRow>`SELECT column_name AS n, data_type AS t,
      COALESCE(character_maximum_length,
        CASE WHEN data_type = 'bit' THEN numeric_precision END) AS l,
      CASE WHEN COALESCE(generation_expression, '') = '' THEN 0 ELSE 1 END AS g,
      CASE WHEN is_nullable = 'NO' THEN 1 ELSE 0 END AS r, column_type AS e
    FROM information_schema.columns
    WHERE table_schema = COALESCE(${schema}, DATABASE()) AND table_name = ${name}`,
  clock: sql`UNIX_TIMESTAMP() * 1000`,
  settings,
  withoutTransactions: ({ name, schema }) => ({
    read: sql`SELECT 1 FROM information_schema.tables AS t
      JOIN information_schema.engines AS e ON e.engine = t.engine
    WHERE t.table_schema = COALESCE(${schema}, DATABASE()) AND t.table_name = ${name}
      AND e.transactions = 'NO'`,
    problem:
      'its engine has no transactions, so what a reset changes there cannot be undone. ' +
      'Use InnoDB.',
  }),
  tableProblem: () => undefined,
  fits: {
    idProblem: (type) =>
      type === 'binary'
        ? 'it holds bytes, so accounts are listed, but not found. Name a generated column ' +
          'of text in its place.'
        : undefined,
    valueProblem,
    searchProblem: () => undefined,
    holdsText: (type) => /char|text|binary|blob/.test(type),
    holdsFlag: isNumeric,
    holdsMoment: (type) => /^(datetime|timestamp|(var)?char|(tiny|medium|long)?text)$/.test(type),
    holdsCounter: isNumeric,
  },

  lateWriteSeconds: lateWriteSecondsOverTcp,
  ddl: {
    flag: 'boolean NOT NULL DEFAULT false',
    moment: 'datetime(3)',
    number: 'bigint AUTO_INCREMENT PRIMARY KEY',
    key: 'varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin',
    options: 'CHARACTER SET utf8mb4',
    // An index holds only the beginning of a text.
    indexed: (column) => sql`${sql.ref(column)}(100)`,
    appendOnly: (table) => {
      const refuse = (event: string, message: string) =>
        sql`BEFORE ${sql.raw(event)} ON ${sql.table(table)} FOR EACH ROW
          SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = ${sql.lit(message)}`
      const unchanged = nameBeside(table, 'unchanged')
      const kept = nameBeside(table, 'kept')
      return {
        up: [
          sql`CREATE TRIGGER ${unchanged} ${refuse('UPDATE', neverChanged)}`,
          sql`CREATE TRIGGER ${kept} ${refuse('DELETE', neverDeleted)}`,
        ],
        down: [sql`DROP TRIGGER ${kept}`, sql`DROP TRIGGER ${unchanged}`],
      }
    },
    // REPLACE fires the triggers for DELETE, and ON DUPLICATE KEY UPDATE those for UPDATE.
    neverReplaced: () => ({ up: [], down: [] }),
  },

  failureNumbers: (error) => {
    const errno = wholeNumber(Reflect.get(error, 'errno'))
    // Numbers of the operating system are less than 0.
    return errno !== undefined && errno > 0 ? [errno] : []
  },
  numberPrefix: 'ER_',
  // No such column or table.
  isMissing: ({ sqlState = '' }) => ['42S22', '42S02'].includes(sqlState),
  // Too large, not a moment, or with letters that the character set of the column does not have.
  isOfAnotherType: ({ sqlState = '', code = '' }) =>
    ['22003', '22007', '22008'].includes(sqlState) ||
    ['ER_CANT_AGGREGATE_2COLLATIONS', 'ER_IMPOSSIBLE_STRING_CONVERSION'].includes(code),
  // A deadlock ends a transaction, and the statements after it are in none.
  isAfterFailure: () => false,
  // https://mariadb.com/docs/server/reference/error-codes and, for MySQL,
  // https://dev.mysql.com/doc/mysql-errors/en/server-error-reference.html
  failures: {
    contention: [1213, 1020, '40001'],
    row_locked: [1205],
    read_only: [1290, 1792, 1836, '25006'],
    denied: [1044, 1142, 1143, 1227],
    // Locked: 3118 on MySQL, 4151 on MariaDB. Has to change its password: 1820, 1862.
    not_let_in: [1045, 1130, 1698, 1820, 1862, 3118, 4151, '28'],
    no_database: [1049, '3D000'],
    not_updatable: [1288, 1906, 3105],
    too_many_connections: [1040, 1203, '08004'],
    quota: [1226],
    schema: [1054, 1146, 1064, 1267, 1270, 1271, 1366, 3988, '42'],
    referenced: [1216, 1217, 1451, 1452],
    trigger: [1644, '45'],
    constraint: [1062, 1364, 1406, 3819, 4025, '23', '22'],
    statement_timeout: [1317, 1969, 3024, '70100'],
    full: [1021, 1114],
    // 2006 and 2013 come from a proxy that lost its own connection to the server.
    connection: [1053, 1927, 2006, 2013, '08'],
  },
}
