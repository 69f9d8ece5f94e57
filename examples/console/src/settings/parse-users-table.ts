import { administratorWords } from '../words/administrator.ts'
import { ConfigurationError } from './configuration-error.ts'
import {
  defaultUsersTable,
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
    'sessions',
    'endedColumns',
    'timeColumns',
  ])
  const sessions = readSessions(file['sessions'])
  return {
    table: file['table'] === undefined ? defaultUsersTable.table : nameOf(file['table'], 'table'),
    columns: readColumns(file['columns']),
    status: readStatus(file['status']),
    privileged: readPrivileged(file['privileged']),
    ...(sessions ? { sessions } : {}),
    endedColumns: namesOf(file['endedColumns'] ?? [], 'endedColumns'),
    timeColumns: namesOf(file['timeColumns'] ?? timesByDefault(file), 'timeColumns'),
  }
}

function readColumns(value: unknown): UsersColumns {
  const given =
    value === undefined ? {} : recordOf(value, 'columns', Object.keys(defaultUsersTable.columns))
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
  }
}

function readStatus(value: unknown): StatusColumn {
  if (value === undefined) return defaultUsersTable.status
  const given = recordOf(value, 'status', Object.keys(defaultUsersTable.status))
  const values = (key: 'active' | 'pending' | 'suspended' | 'deleted') =>
    given[key] === undefined ? [] : valuesOf(given[key], `status.${key}`)
  return {
    column: nameOf(given['column'], 'status.column'),
    active: values('active'),
    pending: values('pending'),
    suspended: values('suspended'),
    deleted: values('deleted'),
  }
}

function readPrivileged(value: unknown): UsersTable['privileged'] {
  if (value === undefined) return defaultUsersTable.privileged
  if (value === 'none') return 'none'
  const given = recordOf(value, 'privileged', ['column', 'values'])
  return {
    column: nameOf(given['column'], 'privileged.column'),
    values: valuesOf(given['values'], 'privileged.values'),
  }
}

function readSessions(value: unknown): UsersTable['sessions'] {
  if (value === undefined || value === null) return undefined
  const given = recordOf(value, 'sessions', ['table', 'userId'])
  return {
    table: nameOf(given['table'], 'sessions.table'),
    userId: nameOf(given['userId'], 'sessions.userId'),
  }
}

/** Another table may write its times in another form. */
function timesByDefault({ table, columns }: Readonly<Record<string, unknown>>): readonly string[] {
  return table === undefined && columns === undefined ? defaultUsersTable.timeColumns : []
}

function namesOf(value: unknown, place: string): readonly string[] {
  return valuesOf(value, place).map((name) => nameOf(name, place))
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
  known: readonly string[],
): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ConfigurationError(words.notObject(place))
  const entries = Object.entries(value)
  const stranger = entries.find(([key]) => !known.includes(key))
  if (stranger) throw new ConfigurationError(words.unknownName(place, stranger[0], known))
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
