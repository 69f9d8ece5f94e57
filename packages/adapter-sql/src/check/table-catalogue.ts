import { sql } from 'kysely'
import type { CatalogueRow, SqlDialect, TableNames } from '../dialect/sql-dialect.ts'
import type { AnyDatabase } from '../options/any-database.ts'

/** A column as the database's catalogue describes it. */
export interface CatalogueColumn {
  /** In small letters, a domain as its own type. On SQLite as declared, which may be empty. */
  readonly type: string
  /** Characters, bytes or bits that fit; `undefined` where nothing limits them. */
  readonly length: number | undefined
  /** The database makes the value, and takes none. */
  readonly generated: boolean
  /** NOT NULL. */
  readonly required: boolean
  /** The values of an enumeration (MariaDB, MySQL; PostgreSQL refuses others by itself). */
  readonly values: readonly string[] | undefined
  /** Different texts may be equal in this column (PostgreSQL). */
  readonly nondeterministic: boolean
}

/** A table as the catalogue describes it. */
export interface CatalogueTable {
  /** A view that changes nothing by itself (every view of SQLite). */
  readonly view: boolean
  /** Row security is in force, and no policy allows changes (PostgreSQL). */
  readonly locked: boolean
  column(name: string): CatalogueColumn | undefined
}

/** Reads the catalogue's description of a table. */
export async function tableCatalogue(
  db: AnyDatabase,
  dialect: SqlDialect,
  table: string,
): Promise<CatalogueTable> {
  const { rows } = await dialect.catalogue(namesOf(db, dialect, table)).execute(db)
  const columns = new Map(rows.map((row) => [String(row.n), columnOf(row)]))
  return {
    view: Number(rows[0]?.v ?? 0) === 1,
    locked: Number(rows[0]?.s ?? 0) === 1,
    column: (name) => {
      const [inDatabase = ''] = namesIn(dialect, sql.ref(name).compile(db).sql)
      return columns.get(inDatabase)
    },
  }
}

/** The names of a table in the database, after the plugins of Kysely. */
export function namesOf(db: AnyDatabase, dialect: SqlDialect, table: string): TableNames {
  const quoted = sql.table(table).compile(db).sql
  const [name = '', schema = null] = namesIn(dialect, quoted).toReversed()
  return { quoted, name, schema }
}

function columnOf({ t, l, g, r, e, d }: CatalogueRow): CatalogueColumn {
  return {
    type: String(t).toLowerCase(),
    length: l === null || l === undefined ? undefined : Number(l),
    generated: Number(g) === 1,
    required: Number(r) === 1,
    values: valuesIn(e),
    nondeterministic: Number(d ?? 0) === 1,
  }
}

/** The values in `enum('N','Y')`, and in a set. */
function valuesIn(type: unknown): readonly string[] | undefined {
  if (typeof type !== 'string' || !/^(enum|set)\(/i.test(type)) return undefined
  return [...type.matchAll(/'((?:[^']|'')*)'/g)].map(([, value = '']) =>
    value.replaceAll("''", "'"),
  )
}

/** The parts of a quoted name: a schema and a table, or one name. */
function namesIn({ quote }: SqlDialect, quoted: string): readonly string[] {
  const names = new RegExp(`${quote}((?:[^${quote}]|${quote}${quote})*)${quote}`, 'g')
  return [...quoted.matchAll(names)].map(([, name = '']) => name.replaceAll(quote + quote, quote))
}
