import { sql } from 'kysely'
import type {
  CatalogueColumn,
  CatalogueRow,
  SqlDialect,
  TableNames,
  TableProblem,
} from '../dialect/sql-dialect.ts'
import type { AnyDatabase } from '../options/any-database.ts'

/** A table as the catalogue describes it. */
export interface CatalogueTable {
  /** Why a reset cannot change the table. */
  readonly problem: TableProblem | undefined
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
  const [row] = rows
  return {
    problem: row && dialect.tableProblem(row),
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

function columnOf(row: CatalogueRow): CatalogueColumn {
  const { t, l, g, r } = row
  return {
    type: String(t).toLowerCase(),
    length: l === null || l === undefined ? undefined : Number(l),
    generated: Number(g) === 1,
    required: Number(r) === 1,
    row,
  }
}

/** The parts of a quoted name: a schema and a table, or one name. */
function namesIn({ quote }: SqlDialect, quoted: string): readonly string[] {
  const names = new RegExp(`${quote}((?:[^${quote}]|${quote}${quote})*)${quote}`, 'g')
  return [...quoted.matchAll(names)].map(([, name = '']) => name.replaceAll(quote + quote, quote))
}
