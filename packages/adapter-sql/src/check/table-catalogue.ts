import type {
  CatalogueColumn,
  CatalogueRow,
  SqlDialect,
  TableProblem,
} from '../dialect/sql-dialect.ts'
import type { AnyDatabase } from '../options/any-database.ts'
import { columnName, namesOf } from '../options/names-in-database.ts'

/** A table as the catalogue describes it. */
export interface CatalogueTable {
  /** Why a reset cannot change the table. */
  readonly problem: TableProblem | undefined
  /** The names of its columns in the database. */
  readonly names: readonly string[]
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
    names: [...columns.keys()],
    column: (name) => columns.get(columnName(db, dialect, name)),
  }
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
