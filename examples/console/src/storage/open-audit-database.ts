import { closeSync, existsSync, openSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { ConfigurationError } from '../settings/parse-users-table.ts'
import { openDatabase } from './open-database.ts'

/**
 * Opens the SQLite file of an audit trail that is kept beside a directory, and creates it where
 * there is none: readable by nobody else, as it holds names.
 *
 * @throws {ConfigurationError} It is not there and cannot be created.
 */
export function openAuditDatabase(path: string | undefined): DatabaseSync {
  if (path !== undefined && !existsSync(path)) create(path)
  return openDatabase(path)
}

function create(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch {
    throw new ConfigurationError(
      'AUDIT_DATABASE names a file that is not there and cannot be created.',
    )
  }
}
