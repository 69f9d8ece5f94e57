import { isWrittenAsFlag } from '../account/flag-condition.ts'
import type { SqlDialect } from '../dialect/sql-dialect.ts'
import {
  type AccountRule,
  elsewhereRule,
  privilegeRule,
  ruleColumns,
} from '../options/account-rule.ts'
import type { AnyOptions } from '../options/any-database.ts'
import { mustChangeValue, valueFor, writtenValue } from '../options/column-value.ts'
import { nameOf, statusValues } from '../options/named-columns.ts'
import type { ColumnValue } from '../options/options.ts'
import type { WrittenValue } from '../options/password-hasher.ts'
import { endedTables, type SetColumn } from '../options/set-columns.ts'
import { expiryValue, raisedByOne } from '../store/password-write.ts'

/** A column that the store needs. */
export interface NeededColumn {
  readonly table: string
  readonly name: string
  /** Where the options name it. */
  readonly option: string
  /** The value that a reset writes, or a value of the same kind. */
  readonly written?: { readonly value: unknown } | undefined
  /** The value that is written with a password of the user's own. */
  readonly cleared?: { readonly value: unknown } | undefined
  /** The values that the column is compared with. */
  readonly compared?: readonly ColumnValue[] | undefined
  /** How the column is used, where the database does not refuse a wrong type by itself. */
  readonly use?: 'id' | 'searched' | 'hash' | 'flag' | 'moment' | 'counter' | undefined
}

/** What a reset would write, without an account. */
export interface SampleWrite {
  readonly hash: string
  readonly set: readonly { readonly column: SetColumn; readonly value: WrittenValue }[]
}

/** Every column that a store with these options reads, compares or writes. */
export function neededColumns(
  dialect: SqlDialect,
  options: AnyOptions,
  sample: SampleWrite,
): readonly NeededColumn[] {
  const { hash, set } = sample
  const { table, columns, credentials, status, scope, unlock, tokenVersion, versionColumn } =
    options
  const { id, username, email, displayName, passwordHash, mustChange, expiresAt, ...moments } =
    columns
  const gate = { passwordHash, mustChange, expiresAt }
  const all = (
    of: string,
    names: readonly (string | undefined)[],
    option: string,
  ): readonly NeededColumn[] =>
    names.flatMap((name) => (name === undefined ? [] : [{ table: of, name, option }]))
  const raised = (name: string | undefined, option: string): readonly NeededColumn[] =>
    name === undefined
      ? []
      : [{ table, name, option, written: { value: raisedByOne(name) }, use: 'counter' }]
  return [
    { table, name: id, option: 'columns.id', use: 'id' },
    ...Object.entries({ username, email, displayName }).flatMap(([key, name]) =>
      name === undefined
        ? []
        : [{ table, name, option: `columns.${key}`, use: 'searched' } as const],
    ),
    ...Object.entries(moments).flatMap(([key, name]) => all(table, [name], `columns.${key}`)),
    ...Object.entries(options.facts ?? {}).flatMap(([key, name]) =>
      all(table, [name], `facts.${key}`),
    ),
    ...gateColumns(dialect, table, { ...gate, hash }, 'columns'),
    ...('of' in status
      ? all(table, status.columns, 'status')
      : [{ table, name: status.column, option: 'status', compared: statusValues(status) }]),
    ...equalColumns(table, scope, 'scope'),
    ...Object.entries(unlock?.set ?? {}).flatMap(([name, value]) =>
      value === undefined
        ? []
        : [{ table, name, option: 'unlock.set', written: { value: valueFor(dialect, value) } }],
    ),
    ...raised(tokenVersion, 'tokenVersion'),
    ...(versionColumn?.raisedBy === 'reset'
      ? raised(versionColumn.column, 'versionColumn')
      : all(table, [versionColumn?.column], 'versionColumn')),
    ...columnsOfRule(table, privilegeRule(options), { name: 'privileged', held: 'role' }),
    ...columnsOfRule(table, elsewhereRule(options), { name: 'signsInElsewhere', held: 'provider' }),
    ...(credentials ? besideColumns(credentials, 'credentials') : []),
    ...(credentials
      ? gateColumns(
          dialect,
          credentials.table,
          { ...credentials.columns, hash },
          'credentials.columns',
        )
      : []),
    ...endedTables(options).flatMap((one) => besideColumns(one, 'ended')),
    ...set.map(({ column: { table: of, name, option }, value }) => ({
      table: of,
      name,
      option,
      written: { value: writtenValue(dialect, name, value) },
    })),
  ]
}

/** The columns that a rule reads. `held` is the option for the column of its table. */
function columnsOfRule(
  table: string,
  rule: AccountRule | undefined,
  { name, held }: { readonly name: string; readonly held: string },
): readonly NeededColumn[] {
  if (rule === undefined) return []
  if (!('table' in rule)) {
    const compared = 'of' in rule ? undefined : rule.values
    return ruleColumns(rule).map((column) => ({ table, name: column, option: name, compared }))
  }
  const column = rule.held && {
    table: rule.table,
    name: rule.held.column,
    option: `${name}.${held}`,
    compared: rule.held.values,
  }
  return [...besideColumns(rule, name), ...(column ? [column] : [])]
}

/** The columns that join a table with the accounts. */
function besideColumns(
  {
    table,
    userId,
    where,
  }: Pick<NonNullable<AnyOptions['credentials']>, 'table' | 'userId' | 'where'>,
  option: string,
): readonly NeededColumn[] {
  return [
    { table, name: userId, option: `${option}.userId` },
    ...equalColumns(table, where, `${option}.where`),
  ]
}

function equalColumns(
  table: string,
  values: AnyOptions['scope'] = {},
  option: string,
): readonly NeededColumn[] {
  return Object.entries(values).map(([name, value]) => ({
    table,
    name,
    option,
    compared: [value ?? null],
  }))
}

function gateColumns(
  dialect: SqlDialect,
  table: string,
  {
    passwordHash,
    mustChange,
    expiresAt,
    hash,
  }: Partial<Pick<AnyOptions['columns'], 'passwordHash' | 'mustChange' | 'expiresAt'>> & {
    readonly hash: string
  },
  option: string,
): readonly NeededColumn[] {
  return [
    ...(passwordHash === undefined
      ? []
      : [
          {
            table,
            name: passwordHash,
            option: `${option}.passwordHash`,
            written: { value: hash },
            use: 'hash',
          } as const,
        ]),
    ...(mustChange === undefined
      ? []
      : [
          {
            table,
            name: nameOf(mustChange),
            option: `${option}.mustChange`,
            written: { value: mustChangeValue(dialect, mustChange, true) },
            cleared: { value: mustChangeValue(dialect, mustChange, false) },
            use: isWrittenAsFlag(dialect, mustChange) ? ('flag' as const) : undefined,
          },
        ]),
    ...(expiresAt === undefined
      ? []
      : [
          {
            table,
            name: nameOf(expiresAt),
            option: `${option}.expiresAt`,
            written: { value: expiryValue(dialect, expiresAt, new Date(0)) },
            cleared: { value: null },
            use: typeof expiresAt === 'string' ? ('moment' as const) : undefined,
          },
        ]),
  ]
}
