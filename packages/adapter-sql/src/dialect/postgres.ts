import { lateWriteSecondsOverTcp } from '@force-reset/core/store'
import { PostgresAdapter, type RawBuilder, sql } from 'kysely'
import {
  affectedRows,
  blanks,
  isNotTrue,
  limitTo,
  nameBeside,
  onePage,
  updateAs,
} from './common.ts'
import { containing } from './search-pattern.ts'
import type {
  CatalogueColumn,
  CatalogueRow,
  NamedValues,
  PageParts,
  SettingsCheck,
  SqlDialect,
} from './sql-dialect.ts'

/**
 * So many accounts are read in order before a search goes through an index. They suffice for a part
 * that one name of thirty has.
 */
const nearest = 2_000

/** Characters that a trigram needs. */
const trigram = 3

/**
 * PostgreSQL takes either the index with the order or the indexes with the trigrams. Where names
 * that fit stand together, its choice is wrong by a second in a million accounts. So a search has
 * two statements. The first looks among the accounts that come next, and finds a part that many
 * names have. The second looks among all accounts that fit, and sorts afterwards.
 */
function page(parts: PageParts): ReturnType<SqlDialect['page']> {
  const { select, accounts, next, wanted, search, order, rows } = parts
  // One part with a trigram is enough for an index.
  if (!search.some((part) => [...part].length >= trigram)) return onePage(parts)
  const near = sql`(${accounts} WHERE ${allOf(next)} ${order} ${limitTo(nearest)})`
  // With an OFFSET the planner plans this part alone, without the order and the limit outside.
  const fitting = sql`(${accounts} WHERE ${allOf([...next, ...wanted])} OFFSET 0)`
  return [
    sql`${select(near)} WHERE ${allOf(wanted)} ${order} ${limitTo(rows)}`,
    sql`${select(fitting)} ${order} ${limitTo(rows)}`,
  ]
}

function allOf(conditions: readonly RawBuilder<unknown>[]): RawBuilder<unknown> {
  return sql.join(conditions, sql` AND `)
}

function valueProblem({ type }: CatalogueColumn, { compared }: NamedValues): string | undefined {
  const values = compared.filter((value) => value !== null)
  if (values.length > 0 && /^(array|jsonb?)$/.test(type))
    return (
      'it holds arrays or JSON, and PostgreSQL compares neither with text. Use a function of ' +
      'the column, or a view with a row for each element.'
    )
  return type === 'boolean' && values.some((value) => !/^(true|false)$/.test(String(value)))
    ? 'it is boolean, and PostgreSQL writes true and false: the values of the options have to ' +
        'be those.'
    : undefined
}

/** Untrue in a transaction that a look has marked. */
const commits = sql<boolean>`current_setting('force_reset.look', true) IS DISTINCT FROM '1'`

function hasText(value: RawBuilder<unknown>, text: string): RawBuilder<boolean> {
  return sql`CAST(${value} AS text) COLLATE "C" = ${text}`
}

/**
 * How long a statement waits for a lock: by default for ever, also when its process has died. It
 * then happens at any time after `lateWriteSeconds`.
 */
const settings: SettingsCheck = {
  read: sql`SELECT MIN(CAST(setting AS bigint)) AS ${sql.ref('t')} FROM pg_settings
    WHERE name IN ('lock_timeout', 'statement_timeout') AND setting <> '0'`,
  problems: () => [],
  warnings: ({ t }) =>
    Number(t ?? Number.POSITIVE_INFINITY) <= lateWriteSecondsOverTcp * 1_000
      ? []
      : [
          'lock_timeout: neither it nor statement_timeout is set to less than ' +
            `${lateWriteSecondsOverTcp} seconds. A write whose process has died can wait for a ` +
            'lock for ever, and happen after "not applied" was said. Set lock_timeout.',
        ],
}

/** PostgreSQL. */
export const postgres: SqlDialect = {
  name: 'postgres',
  adapter: PostgresAdapter,

  text: (value) => sql`CAST(${value} AS text)`,
  bytes: (value) => sql`CAST(${value} AS text)`,
  // `bytea` in its default form, bytea_output = hex. Other text stands for its own bytes.
  bytesOf: (text) =>
    /^\\x([0-9a-f]{2})*$/.test(text)
      ? Buffer.from(text.slice(2), 'hex')
      : Buffer.from(text, 'utf8'),
  hasText,
  readsAs: hasText,
  // COALESCE gives the text the type of the column, so a UUID may be in capitals.
  isExactly: (column, text, { isNumeral }) =>
    isNumeral
      ? undefined
      : sql`CAST(${column} AS text) COLLATE "C" = CAST(COALESCE(${text}, ${column}) AS text)`,
  // The parameter takes the column's own type, so PostgreSQL reads it as it read the written value.
  stored: (column, text) => sql`${column} = ${text}`,
  plain: (value) => sql`LOWER(BTRIM(CAST(${value} AS text), ${blanks}))`,
  gathered: (value) =>
    sql`'=' || CAST(json_agg(CAST(${value} AS text) ORDER BY CAST(${value} AS text) COLLATE "C")
      AS text)`,
  contains: (value, part) => sql`${value} ILIKE ${containing(part)} ESCAPE '!'`,

  boolean: (value) => value,
  integer: (value) => value,
  comparedNumber: (value) => value,
  // PostgreSQL reads each value as a text of the column's type.
  needsFlag: () => false,
  // With COALESCE a domain counts as its own type.
  holdsFlag: (column) => sql`CAST(pg_typeof(COALESCE(${column}, NULL)) AS text) = 'boolean'`,
  moment: (value) => value.toISOString(),
  momentIn: (_, value) => value.toISOString(),
  readMoment: (column) => column,

  update: updateAs,
  page,
  limit: limitTo,
  isNotTrue,
  changedRows: affectedRows,

  commits,
  connection: undefined,
  mark: sql`set_config('force_reset.look', '1', true)`,
  marked: sql`SELECT 1 AS ${sql.ref('o')} WHERE NOT (${commits})`,
  isTransactionOpen: () => false,
  // Not FOR NO KEY UPDATE: FOR UPDATE also waits for a role with a foreign key to the account.
  keepRows: sql`FOR UPDATE`,
  isolation: 'read committed',

  quote: '"',
  catalogue: ({ quoted }) =>
    // d: different texts may be equal. s: row security is in force, and no policy allows changes.
    sql<CatalogueRow>`SELECT c.column_name AS n, c.data_type AS t, c.character_maximum_length AS l,
      CASE WHEN c.is_generated = 'ALWAYS' OR c.identity_generation = 'ALWAYS'
        THEN 1 ELSE 0 END AS g,
      CASE WHEN c.is_nullable = 'NO' THEN 1 ELSE 0 END AS r,
      CASE WHEN EXISTS (SELECT 1 FROM pg_collation AS o WHERE o.collname = c.collation_name
        AND o.collnamespace = to_regnamespace(quote_ident(c.collation_schema))
        AND NOT o.collisdeterministic) THEN 1 ELSE 0 END AS d,
      CASE WHEN row_security_active(k.oid) AND NOT EXISTS (SELECT 1 FROM pg_policy AS p
        WHERE p.polrelid = k.oid AND p.polcmd IN ('w', '*') AND p.polpermissive)
        THEN 1 ELSE 0 END AS s
    FROM pg_class AS k JOIN pg_namespace AS m ON m.oid = k.relnamespace
      JOIN information_schema.columns AS c
        ON c.table_schema = m.nspname AND c.table_name = k.relname
    WHERE k.oid = to_regclass(${quoted})`,
  clock: sql`FLOOR(EXTRACT(EPOCH FROM clock_timestamp()) * 1000)`,
  settings,
  withoutTransactions: () => undefined,
  tableProblem: ({ s }) =>
    Number(s) === 1
      ? {
          problem:
            'row security is on, and no policy of it lets anybody change a row. ' +
            'Add one FOR UPDATE.',
          isWhole: false,
        }
      : undefined,
  fits: {
    idProblem: () => undefined,
    valueProblem,
    searchProblem: ({ row }) =>
      Number(row['d']) === 1
        ? 'its collation is not deterministic, and PostgreSQL searches no such text. Give ' +
          'the column another, or the type citext.'
        : undefined,
    holdsText: () => true,
    holdsFlag: (type) => type === 'boolean',
    holdsMoment: (type) => !/^(date|time( |$))/.test(type),
    holdsCounter: () => true,
  },

  lateWriteSeconds: lateWriteSecondsOverTcp,
  ddl: {
    flag: 'boolean NOT NULL DEFAULT false',
    moment: 'timestamptz',
    number: 'bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY',
    key: 'varchar(64) COLLATE "C"',
    options: '',
    indexed: (column) => sql.ref(column),
    appendOnly: (table) => {
      const refuse = nameBeside(table, 'refuse')
      const kept = nameBeside(table, 'kept')
      const body = "BEGIN RAISE EXCEPTION 'Rows of this table are never changed or deleted.'; END"
      return {
        up: [
          sql`CREATE FUNCTION ${refuse}() RETURNS trigger LANGUAGE plpgsql AS ${sql.lit(body)}`,
          sql`CREATE TRIGGER ${kept} BEFORE UPDATE OR DELETE OR TRUNCATE ON ${sql.table(table)}
            FOR EACH STATEMENT EXECUTE FUNCTION ${refuse}()`,
        ],
        down: [sql`DROP TRIGGER ${kept} ON ${sql.table(table)}`, sql`DROP FUNCTION ${refuse}()`],
      }
    },
    // ON CONFLICT DO UPDATE fires the triggers for UPDATE.
    neverReplaced: () => ({ up: [], down: [] }),
  },

  failureNumbers: () => [],
  numberPrefix: '',
  // No such column, table or schema.
  isMissing: ({ sqlState = '' }) => ['42703', '42P01', '3F000'].includes(sqlState),
  // Not a number or a UUID, too large, not a moment.
  isOfAnotherType: ({ sqlState = '' }) => ['22P02', '22003', '22007', '22008'].includes(sqlState),
  isAfterFailure: ({ sqlState }) => sqlState === '25P02',
  // https://www.postgresql.org/docs/current/errcodes-appendix.html
  failures: {
    contention: ['40001', '40P01'],
    row_locked: ['55P03'],
    read_only: ['25006'],
    denied: ['42501'],
    not_let_in: ['28'],
    no_database: ['3D000'],
    not_updatable: ['55000', '42809', '428C9'],
    too_many_connections: ['53300', '08004'],
    quota: [],
    schema: ['42', '22P02', '3F'],
    referenced: ['23503', '23001'],
    trigger: ['P0'],
    constraint: ['23', '22'],
    statement_timeout: ['57014'],
    full: ['53100', '53200'],
    connection: ['08', '57P', '40003'],
  },
}
