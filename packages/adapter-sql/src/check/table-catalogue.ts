import { type RawBuilder, sql } from 'kysely'
import type { SqlDialect } from '../dialect/sql-dialect.ts'
import type { AnyDatabase, Row } from '../options/any-database.ts'

/** A column as the database's catalogue describes it. */
export interface CatalogueColumn {
  /**
   * In small letters, a domain as the type that it is made of; on SQLite as it was declared, which
   * may be nothing.
   */
  readonly type: string
  /** Characters, bytes or bits that fit; `undefined` where there is no limit. */
  readonly length: number | undefined
  /** The database makes its value, and takes none. */
  readonly generated: boolean
  /** NOT NULL. */
  readonly required: boolean
  /** What an enumeration can hold (MariaDB, MySQL; PostgreSQL refuses others by itself). */
  readonly values: readonly string[] | undefined
  /** Text that differs may be equal in it (PostgreSQL). */
  readonly nondeterministic: boolean
}

/** A table as the catalogue describes it. */
export interface CatalogueTable {
  /** A view that changes nothing by itself (SQLite: all of them). */
  readonly view: boolean
  /** Row security is in force, and no policy of it is about changes (PostgreSQL). */
  readonly locked: boolean
  column(name: string): CatalogueColumn | undefined
}

/**
 * What the catalogue says of a table. It holds names as they are in the database, after the plugins
 * of Kysely.
 */
export async function tableCatalogue(
  db: AnyDatabase,
  dialect: SqlDialect,
  table: string,
): Promise<CatalogueTable> {
  const quoted = sql.table(table).compile(db).sql
  const { rows } = await columnQueries[dialect.name](quoted).execute(db)
  const columns = new Map(rows.map((row) => [String(row['n']), columnOf(row)]))
  return {
    view: Number(rows[0]?.['v'] ?? 0) === 1,
    locked: Number(rows[0]?.['s'] ?? 0) === 1,
    column: (name) => columns.get(namesIn(sql.ref(name).compile(db).sql)[0] ?? ''),
  }
}

function columnOf(row: Row): CatalogueColumn {
  const length = row['l']
  return {
    type: String(row['t']).toLowerCase(),
    length: length === null || length === undefined ? undefined : Number(length),
    generated: Number(row['g']) === 1,
    required: Number(row['r']) === 1,
    values: valuesIn(row['e']),
    nondeterministic: Number(row['d'] ?? 0) === 1,
  }
}

/** Of `enum('N','Y')`, and of a set. */
function valuesIn(type: unknown): readonly string[] | undefined {
  if (typeof type !== 'string' || !/^(enum|set)\(/i.test(type)) return undefined
  return [...type.matchAll(/'((?:[^']|'')*)'/g)].map(([, value = '']) =>
    value.replaceAll("''", "'"),
  )
}

/** The names in quoted ones: one, or that of a schema and another. */
function namesIn(quoted: string): readonly string[] {
  return [...quoted.matchAll(/"((?:[^"]|"")*)"|`((?:[^`]|``)*)`/g)].map(
    ([, double, back]) => double?.replaceAll('""', '"') ?? back?.replaceAll('``', '`') ?? '',
  )
}

/**
 * Of each column: name, type, length, whether it is generated and whether it is required; with
 * short aliases, as in every statement of the store.
 */
const columnQueries: Readonly<Record<SqlDialect['name'], (quoted: string) => RawBuilder<Row>>> = {
  postgres: (
    quoted,
  ) => sql<Row>`SELECT c.column_name AS n, c.data_type AS t, c.character_maximum_length AS l,
      CASE WHEN c.is_generated = 'ALWAYS' OR c.identity_generation = 'ALWAYS' THEN 1 ELSE 0 END AS g,
      CASE WHEN c.is_nullable = 'NO' THEN 1 ELSE 0 END AS r,
      CASE WHEN EXISTS (SELECT 1 FROM pg_collation AS o WHERE o.collname = c.collation_name AND o.collnamespace = to_regnamespace(quote_ident(c.collation_schema))
        AND NOT o.collisdeterministic) THEN 1 ELSE 0 END AS d,
      CASE WHEN row_security_active(k.oid) AND NOT EXISTS (SELECT 1 FROM pg_policy AS p WHERE p.polrelid = k.oid AND p.polcmd IN ('w', '*') AND p.polpermissive)
        THEN 1 ELSE 0 END AS s
    FROM pg_class AS k JOIN pg_namespace AS m ON m.oid = k.relnamespace JOIN information_schema.columns AS c ON c.table_schema = m.nspname AND c.table_name = k.relname
    WHERE k.oid = to_regclass(${quoted})`,
  mysql: (quoted) => {
    const [name, schema] = namesIn(quoted).toReversed()
    return sql<Row>`SELECT column_name AS n, data_type AS t, COALESCE(character_maximum_length, CASE WHEN data_type = 'bit' THEN numeric_precision END) AS l, CASE WHEN COALESCE(generation_expression, '') = '' THEN 0 ELSE 1 END AS g,
        CASE WHEN is_nullable = 'NO' THEN 1 ELSE 0 END AS r, column_type AS e
      FROM information_schema.columns WHERE table_schema = COALESCE(${schema ?? null}, DATABASE()) AND table_name = ${name}`
  },
  sqlite: (quoted) => {
    const [name, schema] = namesIn(quoted).toReversed()
    return sql<Row>`SELECT x.name AS n, x.type AS t, NULL AS l, CASE WHEN x.hidden IN (2, 3) THEN 1 ELSE 0 END AS g, x."notnull" AS r,
        EXISTS (SELECT 1 FROM pragma_table_list AS k WHERE k.name = ${name} AND k.schema = COALESCE(${schema ?? null}, k.schema) AND k.type = 'view') AS v
      FROM pragma_table_xinfo(${name}, ${schema ?? null}) AS x`
  },
}
