import { type RawBuilder, SqliteAdapter, sql } from 'kysely'
import {
  affectedRows,
  blanks,
  isNotTrue,
  limitTo,
  nameBeside,
  neverChanged,
  neverDeleted,
  neverReplaced,
  onePage,
  updateAs,
  wholeNumber,
} from './common.ts'
import { caseVariants, containing } from './search-pattern.ts'
import type { CatalogueRow, SettingsCheck, SqlDialect } from './sql-dialect.ts'

/** The value that is there now, whatever the type of its column. */
function holdsNoText(column: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql`typeof(${column}) <> 'text'`
}

function text(value: RawBuilder<unknown>): RawBuilder<string | null> {
  return sql`CAST(${value} AS TEXT)`
}

function hasText(value: RawBuilder<unknown>, wanted: string): RawBuilder<boolean> {
  return sql`CAST(${value} AS TEXT) COLLATE BINARY = ${wanted}`
}

function readsAs(value: RawBuilder<unknown>, read: string): RawBuilder<boolean> {
  const whole = text(value)
  const upToNul = sql`substr(${whole}, 1, instr(${whole}, char(0)) - 1)`
  return sql`(${hasText(value, read)} OR
    (instr(${whole}, char(0)) > 0 AND ${hasText(upToNul, read)}))`
}

/** The body of a trigger that refuses. */
function abort(message: string): RawBuilder<unknown> {
  return sql`BEGIN SELECT RAISE(ABORT, ${sql.lit(message)}); END`
}

/** Kysely's adapter of a SQLite whose driver says whether a transaction is open. */
export class WatchedSqliteAdapter extends SqliteAdapter {
  readonly isTransactionOpen: () => boolean

  constructor(isTransactionOpen: () => boolean) {
    super()
    this.isTransactionOpen = isTransactionOpen
  }
}

/** Result codes as better-sqlite3 names them. */
const resultCodes: Readonly<Record<string, number>> = {
  SQLITE_ERROR: 1,
  SQLITE_PERM: 3,
  SQLITE_BUSY: 5,
  SQLITE_LOCKED: 6,
  SQLITE_READONLY: 8,
  SQLITE_INTERRUPT: 9,
  SQLITE_FULL: 13,
  SQLITE_CANTOPEN: 14,
  SQLITE_TOOBIG: 18,
  SQLITE_CONSTRAINT: 19,
  SQLITE_CONSTRAINT_FOREIGNKEY: 787,
  SQLITE_CONSTRAINT_TRIGGER: 1811,
  SQLITE_MISMATCH: 20,
  SQLITE_AUTH: 23,
}

/** The code of a name; the primary code, where the name is an extended one's. */
function namedResultCode(name: unknown): number | undefined {
  if (typeof name !== 'string') return undefined
  const [primary = ''] = /^SQLITE_[A-Z]+/.exec(name) ?? []
  return primary === '' ? undefined : (resultCodes[name] ?? resultCodes[primary])
}

/**
 * How long a connection waits for another one that writes (https://sqlite.org/pragma.html,
 * busy_timeout). A database in memory has no file, and no other connection.
 */
const settings: SettingsCheck = {
  read: sql`SELECT (SELECT timeout FROM pragma_busy_timeout) AS ${sql.ref('t')},
    (SELECT file FROM pragma_database_list WHERE name = 'main') AS ${sql.ref('f')}`,
  problems: () => [],
  warnings: ({ t, f }) =>
    Number(t) === 0 && f
      ? [
          'busy_timeout: it is 0, so a reset and an audit event fail at once (row_locked) while ' +
            'another connection writes. Run PRAGMA busy_timeout = 5000 when you open the file.',
        ]
      : [],
}

/** SQLite. */
export const sqlite: SqlDialect = {
  name: 'sqlite',
  adapter: SqliteAdapter,

  text,
  // HEX alone makes an empty text of NULL.
  bytes: (value) => sql`CASE WHEN ${value} IS NULL THEN NULL ELSE HEX(${value}) END`,
  bytesOf: (hex) => Buffer.from(hex, 'hex'),
  hasText,
  readsAs,
  isExactly: (column, wanted, { isNumeral }) => {
    const exact = hasText(column, wanted)
    return isNumeral ? sql`(${holdsNoText(column)} OR ${exact})` : exact
  },
  stored: hasText,
  plain: (value) => sql`LOWER(TRIM(CAST(${value} AS TEXT), ${blanks}))`,
  gathered: (value) =>
    sql`'=' || json_group_array(CAST(${value} AS TEXT) ORDER BY CAST(${value} AS TEXT)
      COLLATE BINARY)`,
  // LIKE ignores case in ASCII only (https://sqlite.org/lang_expr.html#like), so this asks for the
  // usual spellings of other letters too.
  contains: (value, part) =>
    sql`(${sql.join(
      caseVariants(part).map((variant) => sql`${value} LIKE ${containing(variant)} ESCAPE '!'`),
      sql` OR `,
    )})`,

  boolean: (value) => (value ? 1 : 0),
  // Drivers bind each number as one with a fraction, and a column of text takes 42 for '42.0' then.
  integer: BigInt,
  comparedNumber: (value) => (Number.isSafeInteger(value) ? BigInt(value) : value),
  // SQLite keeps each value as it is.
  needsFlag: () => false,
  holdsFlag: holdsNoText,
  moment: (value) => value.toISOString(),
  momentIn: (_, value) => value.toISOString(),
  // Drivers refuse a row with a whole number that JavaScript cannot hold.
  readMoment: text,

  update: updateAs,
  page: onePage,
  limit: limitTo,
  isNotTrue,
  changedRows: affectedRows,

  commits: undefined,
  connection: undefined,
  mark: undefined,
  marked: undefined,
  isTransactionOpen: (adapter) =>
    adapter instanceof WatchedSqliteAdapter && adapter.isTransactionOpen(),
  keepRows: undefined,
  isolation: undefined,

  quote: '"',
  catalogue: ({ name, schema }) =>
    // v: a view.
    sql<CatalogueRow>`SELECT x.name AS n, x.type AS t, NULL AS l,
      CASE WHEN x.hidden IN (2, 3) THEN 1 ELSE 0 END AS g, x."notnull" AS r,
      EXISTS (SELECT 1 FROM pragma_table_list AS k WHERE k.name = ${name}
        AND k.schema = COALESCE(${schema}, k.schema) AND k.type = 'view') AS v
    FROM pragma_table_xinfo(${name}, ${schema}) AS x`,
  clock: sql`CAST(strftime('%s', 'now') AS INTEGER) * 1000`,
  settings,
  withoutTransactions: () => undefined,
  tableProblem: ({ v }) =>
    Number(v) === 1
      ? {
          problem: 'it is a view, which SQLite does not change. Name the table behind it.',
          isWhole: true,
        }
      : undefined,
  fits: {
    idProblem: (type) =>
      type === '' || type === 'any' || (type.includes('blob') && !type.includes('int'))
        ? 'it has no type for text or numbers. An account whose id is a number or bytes ' +
          'is listed, but not found. Declare it TEXT or INTEGER.'
        : undefined,
    valueProblem: () => undefined,
    searchProblem: () => undefined,
    holdsText: () => true,
    // A type for text keeps 1 as the text '1'
    // (https://sqlite.org/datatype3.html#determination_of_column_affinity).
    holdsFlag: (type) => /int/.test(type) || !/char|clob|text/.test(type),
    // Numbers are less than any text, so a moment would never come.
    holdsMoment: (type) => !/int|real|floa|doub/.test(type),
    holdsCounter: () => true,
  },

  // The process that died was the database, too.
  lateWriteSeconds: 0,
  ddl: {
    flag: 'integer NOT NULL DEFAULT 0',
    moment: 'text',
    number: 'integer PRIMARY KEY AUTOINCREMENT',
    key: 'varchar(64)',
    options: '',
    indexed: (column) => sql.ref(column),
    appendOnly: (table) => {
      const refuse = (event: string, message: string) =>
        sql`BEFORE ${sql.raw(event)} ON ${sql.table(table)} ${abort(message)}`
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
    // REPLACE deletes the other row, and no trigger for DELETE fires
    // (https://sqlite.org/lang_conflict.html). Before an INSERT a number that SQLite has yet to
    // choose is -1, so a row with that number would keep out every later one.
    neverReplaced: (table, number) => {
      const replaced = nameBeside(table, 'replaced')
      const numbered = nameBeside(table, 'numbered')
      const added = sql.ref(`NEW.${number}`)
      return {
        up: [
          sql`CREATE TRIGGER IF NOT EXISTS ${replaced} BEFORE INSERT ON ${sql.table(table)}
            WHEN EXISTS (SELECT 1 FROM ${sql.table(table)} WHERE ${sql.ref(number)} = ${added})
            ${abort(neverReplaced)}`,
          sql`CREATE TRIGGER IF NOT EXISTS ${numbered} AFTER INSERT ON ${sql.table(table)}
            WHEN ${added} < 1 ${abort('Rows of this table are numbered from 1.')}`,
        ],
        down: [sql`DROP TRIGGER IF EXISTS ${numbered}`, sql`DROP TRIGGER IF EXISTS ${replaced}`],
      }
    },
  },

  failureNumbers: (error) => {
    const code =
      wholeNumber(Reflect.get(error, 'errcode')) ?? namedResultCode(Reflect.get(error, 'code'))
    // The primary code is the low byte of an extended one.
    return code === undefined ? [] : [code, code % 0x100]
  },
  numberPrefix: 'SQLITE_',
  // No type refuses a value here, so nothing else can be wrong with the schema.
  isMissing: ({ code = '' }) => /SQLITE/.test(code),
  isOfAnotherType: () => false,
  isAfterFailure: () => false,
  // Result codes, primary or extended (https://sqlite.org/rescode.html).
  failures: {
    contention: [],
    row_locked: [5, 6],
    // 14: in a folder that may not be written, no journal can be made.
    read_only: [8, 14],
    denied: [3, 23],
    not_let_in: [],
    no_database: [],
    not_updatable: [],
    too_many_connections: [],
    quota: [],
    schema: [1],
    referenced: [787],
    trigger: [1811],
    constraint: [18, 19, 20],
    statement_timeout: [9],
    full: [13],
    connection: [],
  },
}
