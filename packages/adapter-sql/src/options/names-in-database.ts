import { sql } from 'kysely'
import type { SqlDialect, TableNames } from '../dialect/sql-dialect.ts'
import type { AnyDatabase } from './any-database.ts'

/** The names of a table in the database, after the plugins of Kysely. */
export function namesOf(db: AnyDatabase, dialect: SqlDialect, table: string): TableNames {
  const quoted = sql.table(table).compile(db).sql
  const [name = '', schema = null] = namesIn(dialect, quoted).toReversed()
  return { quoted, name, schema }
}

/** The name of a column in the database, after the plugins of Kysely. */
export function columnName(db: AnyDatabase, dialect: SqlDialect, name: string): string {
  return namesIn(dialect, sql.ref(name).compile(db).sql).at(-1) ?? name
}

/** The parts of a quoted name: a schema and a table, or one name. */
function namesIn({ quote }: SqlDialect, quoted: string): readonly string[] {
  const names = new RegExp(`${quote}((?:[^${quote}]|${quote}${quote})*)${quote}`, 'g')
  return [...quoted.matchAll(names)].map(([, name = '']) => name.replaceAll(quote + quote, quote))
}
