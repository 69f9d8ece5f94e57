import { ForceResetError } from '@force-reset/core'
import type { AnyDatabase, AnyOptions } from './any-database.ts'
import { noPrivilegedUsers } from './options.ts'
import { dialectOf } from './sql-dialect.ts'

/** RFC 2104, section 3: a key shorter than the digest weakens it. */
const leastKeyBytes = 32
const longestTimeoutMs = 600_000

/** @throws {ForceResetError} `ERR_INVALID_CONFIG`, naming the option. */
export function checkOptions(db: AnyDatabase, options: AnyOptions): void {
  if (db?.isTransaction === true) {
    fail('db is a transaction, which could be rolled back after the temporary password was shown. Pass the database, and use inTransaction')
  }
  dialectOf(db)
  if (typeof options !== 'object' || options === null) fail('the options are missing')
  const { columns, credentials, hasher, privileged, status, versionKey } = options
  const hashes = [columns?.passwordHash, credentials?.columns?.passwordHash].filter((name) => name !== undefined)
  if (hashes.length !== 1) fail('passwordHash has to be named once: in columns, or in credentials.columns')
  const names = { table: options.table, 'columns.id': columns.id, 'columns.username': columns.username, passwordHash: hashes[0] }
  for (const [name, value] of Object.entries(names)) if (typeof value !== 'string' || value === '') fail(`${name} has to be a name`)
  if (typeof hasher !== 'function') fail('hasher has to be a function; argon2id() makes one')
  if (privileged === undefined) fail('privileged has to be a column, a table of roles, or the symbol noPrivilegedUsers')
  if (privileged !== noPrivilegedUsers && !('of' in privileged) && !(privileged.values?.length > 0)) {
    fail('privileged.values has to name at least one value')
  }
  checkStatus(status)
  checkConditions('scope', options.scope)
  checkConditions('credentials.where', credentials?.where)
  if (privileged !== noPrivilegedUsers && 'where' in privileged) checkConditions('privileged.where', privileged.where)
  for (const { where } of options.ended ?? []) checkConditions('ended.where', where)
  checkVersionColumn(options)
  if (versionKey !== undefined && !(versionKey.byteLength >= leastKeyBytes))
    fail(`versionKey has to be at least ${leastKeyBytes} bytes long`)
  checkMilliseconds('timeoutMs', options.timeoutMs)
  checkMilliseconds('hashTimeoutMs', options.hashTimeoutMs)
}

/** The password could change without its version, and one account be reset twice. */
function checkVersionColumn({ credentials, versionColumn }: AnyOptions): void {
  if (versionColumn === undefined) return
  if (credentials !== undefined) fail('versionColumn needs the password in the same row; with credentials, leave it out')
  if (!['reset', 'database'].includes(versionColumn.raisedBy)) fail("versionColumn.raisedBy has to be 'reset' or 'database'")
}

/** A condition without a value would be none: with a tenant that is `undefined`, an operator would reach the accounts of all. */
function checkConditions(name: string, values: unknown): void {
  if (values === undefined) return
  const entries = typeof values === 'object' && values !== null ? Object.entries(values) : []
  if (entries.length === 0) fail(`${name} has to name a column and its value, or be left out`)
  for (const [column, value] of entries) {
    if (value !== null && !['string', 'number', 'bigint', 'boolean'].includes(typeof value)) {
      fail(`${name}.${column} has to be text, a number, true, false or null, and is ${Array.isArray(value) ? 'a list' : typeof value}`)
    }
  }
}

function checkStatus(status: AnyOptions['status']): void {
  if (status === undefined) fail('status has to say which column holds it')
  if ('of' in status) return
  const values = [status.active, status.pending ?? [], status.suspended ?? [], status.deleted ?? []].flat().map(String)
  if (!(status.active?.length > 0)) fail('status.active has to name at least one value')
  if (new Set(values).size < values.length) fail('status names a value twice')
}

function checkMilliseconds(name: string, value: number | undefined): void {
  if (value !== undefined && !(Number.isInteger(value) && value >= 1 && value <= longestTimeoutMs)) {
    fail(`${name} has to be a whole number of milliseconds from 1 to ${longestTimeoutMs}`)
  }
}

function fail(message: string): never {
  throw new ForceResetError('ERR_INVALID_CONFIG', `sqlUserStore: ${message}`)
}
