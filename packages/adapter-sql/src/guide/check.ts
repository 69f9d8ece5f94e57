import { checkSqlTable } from '@force-reset/adapter-sql'
import type { Database } from './database.ts'
import { usersOptions } from './users-store.ts'

export async function start(db: Database): Promise<void> {
  const problems = await checkSqlTable(db, usersOptions)
  if (problems.length > 0) throw new Error(problems.join('\n'))
}
