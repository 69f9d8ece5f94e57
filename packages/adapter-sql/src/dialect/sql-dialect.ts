import type { SafeCause } from '@force-reset/core'
import type { DialectAdapter, IsolationLevel, QueryResult, RawBuilder } from 'kysely'
import type { FailureTable } from './failure-kind.ts'

/**
 * Everything that differs between databases: data and pure functions. A new database is one file
 * with all of this, and one line in `dialect-of.ts`.
 */
export interface SqlDialect
  extends TextDialect,
    ValueDialect,
    StatementDialect,
    TransactionDialect,
    ErrorDialect,
    CheckDialect {
  /** A label for receipts. No code compares it. */
  readonly name: string
  /** The adapter by which Kysely speaks to this database. */
  readonly adapter: abstract new (
    ...parameters: never
  ) => DialectAdapter
  /** Seconds after which a statement of a process that died cannot arrive any more. */
  readonly lateWriteSeconds: number
  readonly ddl: DdlDialect
}

/** How text is read, compared and searched. */
interface TextDialect {
  /**
   * A value as the database itself writes it, so that two reads compare exactly. No driver rounds a
   * timestamp or a large number in between.
   */
  text(value: RawBuilder<unknown>): RawBuilder<string | null>
  /** A value of bytes that may not be valid text, as text that names each byte. */
  bytes(value: RawBuilder<unknown>): RawBuilder<string | null>
  /** The bytes that a text of {@link bytes} stands for. */
  bytesOf(text: string): Uint8Array
  /** Whether {@link text} is exactly this text: every byte counts, whatever the collation is. */
  hasText(value: RawBuilder<unknown>, text: string): RawBuilder<boolean>
  /**
   * Whether a driver may have read this text from the value. A driver of SQLite can end a text at
   * its first NUL, as that of Node 22 does.
   */
  readsAs(value: RawBuilder<unknown>, text: string): RawBuilder<boolean>
  /**
   * Whether a column that is equal to this text holds exactly this text. A collation or a
   * conversion can take another text for the same. A numeral may be in a column of any type, as
   * that type writes the number. `undefined` where equal is exact.
   */
  isExactly(
    column: RawBuilder<unknown>,
    text: string,
    value: { readonly isNumeral: boolean },
  ): RawBuilder<boolean> | undefined
  /**
   * Whether the column holds the value that storing this text makes. PostgreSQL writes bytes in
   * another form than it was given, and a column of a fixed length is filled up.
   */
  stored(column: RawBuilder<unknown>, text: string): RawBuilder<boolean>
  /**
   * The same text for all texts that differ only in the blanks around them and in the case of their
   * letters. At least for letters of ASCII the case must not matter.
   */
  plain(value: RawBuilder<unknown>): RawBuilder<string | null>
  /**
   * The values of a group of rows as one text: `=`, and a JSON array of their texts. The order is
   * always the same. NULL, or an empty array, where there is no row. A database that may
   * cut the array writes `<rows>.<characters>` in front. With the sign in front no plugin of Kysely
   * reads the text as JSON.
   */
  gathered(value: RawBuilder<unknown>): RawBuilder<string | null>
  /** Whether the text contains `part`, in any case. Wildcards in `part` mean themselves. */
  contains(value: RawBuilder<unknown>, part: string): RawBuilder<boolean>
}

/** How flags, numbers and moments are sent and read. */
interface ValueDialect {
  boolean(value: boolean): boolean | number
  /** A whole number as it is sent. */
  integer(value: number): number | bigint
  /** A number as it is sent to be compared with a column that may hold text. */
  comparedNumber(value: number | bigint): unknown
  /** Whether a column of text or of an enumeration could take this value for the opposite. */
  needsFlag(value: unknown): boolean
  /**
   * Whether a column holds the values of {@link boolean}, by its type. SQLite gives each value a
   * type of its own: there the value that the column holds now decides.
   */
  holdsFlag(column: RawBuilder<unknown>): RawBuilder<boolean>
  moment(value: Date): unknown
  /** A moment for a column that may be of text. */
  momentIn(column: RawBuilder<unknown>, value: Date): unknown
  /** A moment in a form that every driver of this database can read. */
  readMoment(column: RawBuilder<unknown>): RawBuilder<unknown>
}

/** A conditional change of one table. */
export interface UpdateParts {
  readonly table: string
  /** The name by which `set` and `where` may call the table. */
  readonly alias: string
  readonly set: readonly RawBuilder<unknown>[]
  readonly where: RawBuilder<unknown>
}

/** The accounts that a page is to hold. */
export interface PageParts {
  /** `SELECT … FROM` the accounts, or from a part of them with the columns of {@link accounts}. */
  select(part?: RawBuilder<unknown>): RawBuilder<Row>
  /** `SELECT … FROM` the accounts, with the columns that {@link select} reads. */
  readonly accounts: RawBuilder<unknown>
  /** The accounts that come next in {@link order}, which an index answers. */
  readonly next: readonly RawBuilder<unknown>[]
  /** Those of {@link next} that are asked for, by the search and by status. */
  readonly wanted: readonly RawBuilder<unknown>[]
  /** The parts that {@link wanted} looks for; none where nothing is searched. */
  readonly search: readonly string[]
  /** `ORDER BY …` */
  readonly order: RawBuilder<unknown>
  readonly rows: number
}

/** How statements are put together, and what their results say. */
interface StatementDialect {
  update(parts: UpdateParts): RawBuilder<unknown>
  /**
   * One page of accounts, as statements to be tried in turn. The first statement that fills the
   * page answers it, and otherwise the last.
   */
  page(parts: PageParts): readonly RawBuilder<Row>[]
  /** Appended to a SELECT, which then answers at most so many rows. */
  limit(rows: number): RawBuilder<unknown>
  /** Whether the condition is false, or unknown because of a NULL. */
  isNotTrue(condition: RawBuilder<unknown>): RawBuilder<boolean>
  /** How many rows a statement has matched and changed, or deleted. */
  changedRows(result: QueryResult<unknown>): number
}

/** Whether a write is committed, and what a transaction sees. */
interface TransactionDialect {
  /**
   * Whether this connection commits what the store writes, as a condition of the write. `undefined`
   * where the database cannot say.
   */
  readonly commits: RawBuilder<boolean> | undefined
  /**
   * Read with an account, it describes the connection: 1 where each statement is committed by
   * itself, 3 in a transaction. `undefined` where the database cannot say.
   */
  readonly connection: RawBuilder<unknown> | undefined
  /**
   * Read with an account, it makes {@link commits} untrue until the end of the transaction, or of
   * the statement where no transaction is open.
   */
  readonly mark: RawBuilder<unknown> | undefined
  /** Answers one row where {@link mark} was read in the same transaction; `undefined` as there. */
  readonly marked: RawBuilder<unknown> | undefined
  /**
   * Whether the driver says that a transaction is open on this connection. `false` where drivers
   * do not say so.
   */
  isTransactionOpen(adapter: DialectAdapter): boolean
  /**
   * Appended to a SELECT, so that nobody changes its rows before the transaction has ended.
   * `undefined` where only one transaction writes at a time.
   */
  readonly keepRows: RawBuilder<unknown> | undefined
  /**
   * The level at which a statement after {@link keepRows} sees everything that was committed while
   * the first statement waited. `undefined` where every level does.
   */
  readonly isolation: IsolationLevel | undefined
}

/** How the errors of a database and of its drivers are read. */
interface ErrorDialect {
  /**
   * The database's own numbers on an error of its drivers, the most exact number first. None on
   * the error of another database.
   */
  failureNumbers(error: object): readonly number[]
  /** Before such a number, where an error has no code of its own. */
  readonly numberPrefix: string
  /** What the database's codes mean. */
  readonly failures: FailureTable
  /** Whether a failure of the kind `schema` means that the table or the column is missing. */
  isMissing(cause: SafeCause): boolean
  /**
   * Whether a value cannot be of the type of the column that it is compared with. The value is no
   * number, no UUID or no moment. Or it is too large, or has letters that the column's character
   * set lacks.
   */
  isOfAnotherType(cause: SafeCause): boolean
  /** Whether an earlier statement of the same transaction has failed, and ended the transaction. */
  isAfterFailure(cause: SafeCause): boolean
}

/** A row as a driver reads it. */
type Row = Readonly<Record<string, unknown>>

/** The names of a table in the database, after the plugins of Kysely. */
export interface TableNames {
  /** With its schema, as a statement quotes the name. */
  readonly quoted: string
  readonly name: string
  /** `null` where the name comes without a schema. */
  readonly schema: string | null
}

/**
 * One column as {@link CheckDialect.catalogue} reads it. Short aliases survive every plugin. A
 * dialect may read more for its own {@link CheckDialect.tableProblem} and {@link ColumnFits}.
 */
export interface CatalogueRow extends Row {
  /** Name. */
  readonly n: unknown
  /** Type, a domain as its own type. */
  readonly t: unknown
  /** Characters, bytes or bits that fit; null where nothing limits them. */
  readonly l: unknown
  /** 1: the database makes the value. */
  readonly g: unknown
  /** 1: NOT NULL. */
  readonly r: unknown
}

/** A column as the database's catalogue describes it. */
export interface CatalogueColumn {
  /** In small letters, a domain as its own type. As declared, which may be empty, on SQLite. */
  readonly type: string
  /** Characters, bytes or bits that fit; `undefined` where nothing limits them. */
  readonly length: number | undefined
  /** The database makes the value, and takes none. */
  readonly generated: boolean
  /** NOT NULL. */
  readonly required: boolean
  readonly row: CatalogueRow
}

/** The values of the options that a column is to take. */
export interface NamedValues {
  readonly written: readonly unknown[]
  readonly compared: readonly unknown[]
}

/** Settings of a connection, and what is wrong with them. */
export interface SettingsCheck {
  readonly read: RawBuilder<unknown>
  /** Sentences for the administrator; none where all is well. */
  problems(row: Row): readonly string[]
  /** Sentences about settings that resets work with; none where all is well. */
  warnings(row: Row): readonly string[]
}

/** A question about one table, and the sentence that is true where the database answers a row. */
interface TableCheck {
  readonly read: RawBuilder<unknown>
  readonly problem: string
}

/** Why a reset cannot change a table. */
export interface TableProblem {
  readonly problem: string
  /** Whether there is nothing to say of its columns. */
  readonly isWhole: boolean
}

/** What `checkSqlTable` asks and says. */
interface CheckDialect {
  /** The character around a name, doubled within the name. */
  readonly quote: string
  /** Reads the columns of a table; no row where there is no such table. */
  catalogue(table: TableNames): RawBuilder<CatalogueRow>
  /** The database's own clock, in milliseconds since 1970. Whole seconds are enough. */
  readonly clock: RawBuilder<unknown>
  /** `undefined` where no setting makes a reset fail or unsafe. */
  readonly settings: SettingsCheck | undefined
  /** A question about tables without transactions. `undefined` where every table has them. */
  withoutTransactions(table: TableNames): TableCheck | undefined
  /** Why a reset cannot change a table, by a row of its catalogue. */
  tableProblem(row: CatalogueRow): TableProblem | undefined
  readonly fits: ColumnFits
}

/**
 * The uses that the types of columns fit, where the database takes a value and does not complain.
 * Types are in small letters, as the catalogue names them.
 */
interface ColumnFits {
  /** Why accounts are not found by an id of this type. */
  idProblem(type: string): string | undefined
  /** Why writing these values, or comparing the column with them, goes wrong. */
  valueProblem(column: CatalogueColumn, values: NamedValues): string | undefined
  /** Why a search in this column fails. */
  searchProblem(column: CatalogueColumn): string | undefined
  holdsText(type: string): boolean
  holdsFlag(type: string): boolean
  holdsMoment(type: string): boolean
  /** Whether a number of this type can be raised by one. */
  holdsCounter(type: string): boolean
}

/** A change of a table, and its reverse. */
interface DdlChange {
  readonly up: readonly RawBuilder<unknown>[]
  readonly down: readonly RawBuilder<unknown>[]
}

/** How tables are made. */
export interface DdlDialect {
  /** A flag that a table gets later: off in the rows that are there. */
  readonly flag: string
  readonly moment: string
  /** The primary key of a new table: a number that the database counts up. */
  readonly number: string
  /** A short text that compares byte by byte. */
  readonly key: string
  /** After a new table, so that the table holds every name, whatever the database's default is. */
  readonly options: string
  /** A column of long text as a part of an index. */
  indexed(column: string): RawBuilder<unknown>
  /** Triggers that refuse to change or delete a row of the table. */
  appendOnly(table: string): DdlChange
  /**
   * Triggers that refuse to put a row in the place of another row of that number. None where
   * {@link appendOnly} sees a replaced row. They may be there already.
   */
  neverReplaced(table: string, number: string): DdlChange
}
