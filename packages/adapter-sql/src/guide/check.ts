import { checkSqlTable } from '@force-reset/adapter-sql'
import type { Database } from './database.ts'
import { usersOptions } from './users-store.ts'

export async function start(db: Database, log: (warning: string) => void): Promise<void> {
  const findings = await checkSqlTable(db, usersOptions)
  const problems = findings.filter(({ level }) => level === 'problem')
  for (const { level, message } of findings) if (level === 'warning') log(message)
  if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join('\n'))
}
