import { visibleText } from '@force-reset/core'
import { nearestName } from '@force-reset/core/store'
import { administratorWords } from '../words/administrator.ts'
import { ConfigurationError } from './configuration-error.ts'
import {
  type ColumnRule,
  defaultUsersTable,
  momentColumns,
  type RolesTable,
  type RowsTable,
  type StatusColumn,
  type UsersColumns,
  type UsersTable,
} from './users-table.ts'

const words = administratorWords.config

/**
 * Reads the configuration file of an existing table. {@link defaultUsersTable} fills in what the
 * file leaves out. `null` says that the table has no such optional column.
 *
 * @throws {ConfigurationError} The file is not JSON, or has an unknown name or a wrong type. An
 *   unknown name is a typing mistake, which would otherwise change nothing.
 */
export function parseUsersTable(json: string): UsersTable {
  const file = recordOf(parse(json), words.file, [
    'table',
    'columns',
    'status',
    'privileged',
    'signsInElsewhere',
    'facts',
    'unlock',
    'tokenVersion',
    'sessions',
    'resetLinks',
    'apiKeys',
    'endedColumns',
    'timeColumns',
  ] satisfies readonly (keyof UsersTable)[])
  return {
    table: file['table'] === undefined ? defaultUsersTable.table : nameOf(file['table'], 'table'),
    columns: readColumns(file['columns']),
    status: readStatus(file['status']),
    privileged: readPrivileged(file['privileged']),
    ...optionally('signsInElsewhere', readColumnRule, file),
    ...optionally('facts', readFacts, file),
    ...optionally('unlock', readUnlock, file),
    ...optionally('tokenVersion', nameOf, file),
    ...optionally('sessions', readRows, file),
    ...optionally('resetLinks', readRows, file),
    ...optionally('apiKeys', readRows, file),
    endedColumns: namesOf(file['endedColumns'] ?? [], 'endedColumns'),
    timeColumns: namesOf(file['timeColumns'] ?? timesByDefault(file), 'timeColumns'),
  }
}

/** What the file may leave out. */
function optionally<K extends keyof UsersTable, T>(
  name: K,
  read: (value: unknown, place: string) => T,
  file: Readonly<Record<string, unknown>>,
): { readonly [P in K]?: T } {
  const value = file[name]
  if (value === undefined || value === null) return {}
  return Object.fromEntries([[name, read(value, name)]]) as { readonly [P in K]?: T }
}

function readColumns(value: unknown): UsersColumns {
  const given =
    value === undefined
      ? {}
      : recordOf(value, 'columns', [...Object.keys(defaultUsersTable.columns), ...momentColumns])
  const required = (key: 'id' | 'username' | 'passwordHash' | 'mustChange' | 'expiresAt') =>
    given[key] === undefined ? defaultUsersTable.columns[key] : nameOf(given[key], `columns.${key}`)
  const optional = <K extends 'email' | 'displayName' | 'createdAt' | 'updatedAt'>(
    key: K,
  ): { readonly [P in K]?: string } => {
    if (given[key] === null) return {}
    const name =
      given[key] === undefined
        ? defaultUsersTable.columns[key]
        : nameOf(given[key], `columns.${key}`)
    return Object.fromEntries([[key, name]]) as { readonly [P in K]?: string }
  }
  return {
    id: required('id'),
    username: required('username'),
    passwordHash: required('passwordHash'),
    mustChange: required('mustChange'),
    expiresAt: required('expiresAt'),
    ...optional('email'),
    ...optional('displayName'),
    ...optional('createdAt'),
    ...optional('updatedAt'),
    ...Object.fromEntries(
      momentColumns.flatMap((key) =>
        given[key] === undefined || given[key] === null
          ? []
          : [[key, nameOf(given[key], `columns.${key}`)]],
      ),
    ),
  }
}

function readStatus(value: unknown): StatusColumn {
  if (value === undefined) return defaultUsersTable.status
  const given = recordOf(value, 'status', [...Object.keys(defaultUsersTable.status), 'reasons'])
  const values = (key: 'active' | 'pending' | 'suspended' | 'deleted') =>
    given[key] === undefined ? [] : valuesOf(given[key], `status.${key}`)
  return {
    column: nameOf(given['column'], 'status.column'),
    active: values('active'),
    pending: values('pending'),
    suspended: values('suspended'),
    deleted: values('deleted'),
    ...readReasons(given['reasons']),
  }
}

function readReasons(value: unknown): Pick<StatusColumn, 'reasons'> {
  if (value === undefined) return {}
  const given = recordOf(value, 'status.reasons', ['disabled', 'ended', 'blocked', 'locked'])
  const reasons = Object.entries(given).map(([name, values]) => [
    name,
    valuesOf(values, `status.reasons.${name}`),
  ])
  return { reasons: Object.fromEntries(reasons) }
}

function readPrivileged(value: unknown): UsersTable['privileged'] {
  if (value === undefined) return defaultUsersTable.privileged
  if (value === 'none') return 'none'
  return 'table' in Object(value)
    ? readRoles(value, 'privileged')
    : readColumnRule(value, 'privileged')
}

function readColumnRule(value: unknown, place: string): ColumnRule {
  const given = recordOf(value, place, ['column', 'values'])
  return {
    column: nameOf(given['column'], `${place}.column`),
    values: valuesOf(given['values'], `${place}.values`),
  }
}

/** Names as operators read them, and columns. */
function readFacts(value: unknown, place: string): NonNullable<UsersTable['facts']> {
  const given = Object.entries(recordOf(value, place))
  return Object.fromEntries(
    given.map(([name, column]) => [name, nameOf(column, `${place}.${visibleText(name)}`)]),
  )
}

function readRoles(value: unknown, place: string): RolesTable {
  const given = recordOf(value, place, ['table', 'userId', 'role', 'values'])
  return {
    table: nameOf(given['table'], `${place}.table`),
    userId: nameOf(given['userId'], `${place}.userId`),
    role: nameOf(given['role'], `${place}.role`),
    values: valuesOf(given['values'], `${place}.values`),
  }
}

/** Another table may write its times in another form. */
function timesByDefault({ table, columns }: Readonly<Record<string, unknown>>): readonly string[] {
  return table === undefined && columns === undefined ? defaultUsersTable.timeColumns : []
}

function namesOf(value: unknown, place: string): readonly string[] {
  return valuesOf(value, place).map((name) => nameOf(name, place))
}

function readRows(value: unknown, place: string): RowsTable {
  const given = recordOf(value, place, ['table', 'userId'])
  return {
    table: nameOf(given['table'], `${place}.table`),
    userId: nameOf(given['userId'], `${place}.userId`),
  }
}

/** Columns and their values. The names of the columns are the application's own. */
function readUnlock(value: unknown, place: string): NonNullable<UsersTable['unlock']> {
  const given = recordOf(value, place)
  return Object.fromEntries(
    Object.entries(given).map(([column, one]) => {
      if (one === null || typeof one === 'boolean') return [column, one]
      if (typeof one === 'number' || typeof one === 'string') return [column, one]
      throw new ConfigurationError(words.notValue(`${place}.${column}`))
    }),
  )
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    throw new ConfigurationError(words.notJson)
  }
}

function recordOf(
  value: unknown,
  place: string,
  known?: readonly string[],
): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ConfigurationError(words.notObject(place))
  const entries = Object.entries(value)
  const [stranger] = entries.find(([key]) => known && !known.includes(key)) ?? []
  if (stranger !== undefined && known)
    throw new ConfigurationError(
      words.unknownName(place, visibleText(stranger), known, nearestName(stranger, known)),
    )
  return Object.fromEntries(entries)
}

function nameOf(value: unknown, place: string): string {
  if (typeof value !== 'string' || value === '') throw new ConfigurationError(words.notName(place))
  return value
}

function valuesOf(value: unknown, place: string): readonly string[] {
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string'))
    throw new ConfigurationError(words.notStrings(place))
  return value
}
