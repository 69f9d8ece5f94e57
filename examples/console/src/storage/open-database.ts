import { closeSync, existsSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { ConfigurationError } from '../settings/configuration-error.ts'
import { administratorWords } from '../words/administrator.ts'

const words = administratorWords.files

/** Time to wait for another program that is writing to the same file. */
const busyTimeoutMs = 5_000

/**
 * Opens an SQLite database: an existing file, or an empty one in memory.
 *
 * With `synchronous = FULL` an audit event is on disk when its statement returns
 * (https://sqlite.org/pragma.html#pragma_synchronous). The journal mode stays as it is: SQLite
 * stores it in the file, which belongs to another application.
 *
 * @throws {ConfigurationError} There is no such file, or the file is no database. A mistyped path
 *   must not become a new, empty database.
 */
export function openDatabase(path: string | undefined): DatabaseSync {
  if (path === undefined) return new DatabaseSync(':memory:')
  if (!existsSync(path)) throw new ConfigurationError(words.databaseMissing)
  const database = new DatabaseSync(path, { timeout: busyTimeoutMs })
  try {
    database.exec('PRAGMA synchronous = FULL; SELECT name FROM sqlite_schema LIMIT 1')
  } catch {
    database.close()
    throw new ConfigurationError(words.databaseOther)
  }
  return database
}

/**
 * Opens the SQLite file of an audit trail that is kept beside a directory. A missing file is
 * created, readable by nobody else, because the trail holds names.
 *
 * @throws {ConfigurationError} The file is missing and cannot be created.
 */
export function openAuditDatabase(path: string | undefined): DatabaseSync {
  if (path !== undefined && !existsSync(path)) create(path)
  return openDatabase(path)
}

function create(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch {
    throw new ConfigurationError(words.trailNotCreated)
  }
}
