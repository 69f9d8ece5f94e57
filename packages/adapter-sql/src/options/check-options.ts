import type { Survivor } from '@force-reset/core'
import { ForceResetError, noPrivilegedUsers } from '@force-reset/core'
import { checkReadable, factsProblem, keysOf, readable } from '@force-reset/core/store'
import { dialectOf } from '../dialect/dialect-of.ts'
import { elsewhereRule, privilegeRule, rowsRules, ruleColumns } from './account-rule.ts'
import type { AnyDatabase, AnyOptions } from './any-database.ts'
import { checkNames } from './check-names.ts'
import { isText, isWrittenValue } from './column-value.ts'
import { nameOf, statusColumns, statusReasons, statusValues } from './named-columns.ts'
import { columnName } from './names-in-database.ts'
import type { ColumnValue, EndedKind } from './options.ts'
import { secretName } from './secret.ts'
import { endedTables, isEndedColumns, isFromHasher, setColumns } from './set-columns.ts'

const longestTimeoutMs = 600_000

/**
 * Refuses options that cannot work.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG`, naming the option.
 * @example
 * checkOptions(db, options)
 */
export function checkOptions(db: AnyDatabase, options: AnyOptions): void {
  readable('sqlUserStore: db', () => checkDatabase(db))
  if (typeof options !== 'object' || options === null) fail('the options are missing')
  checkReadable('sqlUserStore', options)
  checkNames(options)
  const { columns, credentials, hasher, privileged, secret, ended = [] } = options
  const hashes = [columns?.passwordHash, credentials?.columns?.passwordHash].filter(
    (name) => name !== undefined,
  )
  if (hashes.length !== 1)
    fail('passwordHash has to be named once: in columns, or in credentials.columns')
  checkText({
    table: options.table,
    'columns.id': columns?.id,
    'columns.username': columns?.username,
    passwordHash: hashes[0],
  })
  checkTextIfGiven({
    'columns.email': columns.email,
    'columns.displayName': columns.displayName,
    'columns.createdAt': columns.createdAt,
    'columns.updatedAt': columns.updatedAt,
    'columns.passwordSetAt': columns.passwordSetAt,
    'columns.lockedUntil': columns.lockedUntil,
    'columns.endsOn': columns.endsOn,
    'columns.lastSignIn': columns.lastSignIn,
    tokenVersion: options.tokenVersion,
    endpoint: options.endpoint,
  })
  if (typeof hasher !== 'function') fail('hasher has to be a function; argon2id() makes one')
  checkPrivileged(privileged)
  checkElsewhere(options.signsInElsewhere)
  checkStatus(options.status)
  checkConditions('scope', options.scope)
  if (credentials !== undefined) checkBeside('credentials', credentials)
  if (!Array.isArray(ended)) fail('ended has to be a list of tables and columns')
  for (const one of ended) checkEndedOne(options, one)
  checkEnded(options)
  if (options.set !== undefined) checkSet('set', options.set)
  if (credentials?.set !== undefined) checkSet('credentials.set', credentials.set)
  checkGate('columns', columns)
  if (credentials !== undefined) {
    checkGate('credentials.columns', credentials.columns)
    if (hasGate(columns) && hasGate(credentials.columns))
      fail(
        'mustChange and expiresAt have to be in one table: in columns, or in credentials.columns',
      )
  }
  if (options.unlock !== undefined)
    checkConditions('unlock.set', Object(options.unlock).set ?? {}, { optional: true })
  checkFunctions({
    now: options.now,
    inTransaction: options.inTransaction,
    'unlock.locked': options.unlock?.locked,
    unusableHash: options.unusableHash,
  })
  checkVersionColumn(options)
  checkWrittenColumns(db, options)
  checkFacts(db, options, hashes[0])
  checkFlag('sessionsAreCached', options.sessionsAreCached)
  checkSurvives(options.survives)
  keysOf(secret, secretName)
  checkMilliseconds('timeoutMs', options.timeoutMs)
  checkMilliseconds('hashTimeoutMs', options.hashTimeoutMs)
}

function checkDatabase(db: AnyDatabase): void {
  if (db?.isTransaction === true) {
    fail(
      'db is a transaction, which could be rolled back after the temporary password was ' +
        'shown. Pass the database, and use inTransaction',
    )
  }
  dialectOf(db)
}

/** The password could change without its version, and one account be reset twice. */
function checkVersionColumn({ credentials, versionColumn }: AnyOptions): void {
  if (versionColumn === undefined) return
  checkText({ 'versionColumn.column': Object(versionColumn).column })
  if (credentials !== undefined)
    fail('versionColumn needs the password in the same row; with credentials, leave it out')
  if (!['reset', 'database'].includes(versionColumn.raisedBy))
    fail("versionColumn.raisedBy has to be 'reset' or 'database'")
}

function checkText(names: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(names))
    if (typeof value !== 'string' || value === '') fail(`${name} has to be a name`)
}

function checkTextIfGiven(names: Readonly<Record<string, unknown>>): void {
  const given = Object.entries(names).filter(([, value]) => value !== undefined)
  checkText(Object.fromEntries(given))
}

const survivors: Readonly<Record<Survivor, true>> = {
  replicas: true,
  kerberos_tickets: true,
  cached_logons: true,
  sessions: true,
  tokens: true,
  reset_links: true,
  api_keys: true,
  in_flight_sign_ins: true,
  previous_password: true,
  other_hashes: true,
  other_credentials: true,
  temporary_password: true,
  caches: true,
}

/** Receipts would tell an operator nonsense, or nothing. */
function checkSurvives(survives: unknown): void {
  if (survives === undefined) return
  const known = (one: unknown) => typeof one === 'string' && Object.hasOwn(survivors, one)
  if (!Array.isArray(survives) || !Array.from(survives).every(known))
    fail(`survives has to be a list of ${Object.keys(survivors).join(', ')}`)
}

function checkFunctions(functions: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(functions)) {
    if (value !== undefined && typeof value !== 'function')
      fail(`${name} has to be a function, and is ${typeof value}`)
  }
}

/** What is written with a password is nothing to show: a hash, a salt, a token. */
function checkFacts(db: AnyDatabase, options: AnyOptions, hash: unknown): void {
  const { facts, tokenVersion } = options
  if (facts === undefined) return
  const problem = factsProblem(facts)
  if (problem !== undefined) fail(`facts ${problem}`)
  const set = setColumns(options).filter(({ alias }) => alias === 'u')
  const written = [String(hash), ...set.map(({ name }) => name), tokenVersion ?? []].flat()
  const names = written.map((column) => nameInDatabase(db, column))
  for (const [name, column] of Object.entries(facts)) {
    checkText({ [`facts.${name}`]: column })
    if (names.includes(nameInDatabase(db, column)))
      fail(`facts.${name} names a column that is written with the password`)
  }
}

/** A list with something in it. Text has a length too, but is no list. */
function isList(values: unknown): values is readonly unknown[] {
  return Array.isArray(values) && values.length > 0
}

function checkPrivileged(privileged: AnyOptions['privileged']): void {
  if (privileged === noPrivilegedUsers) return
  if (typeof privileged !== 'object' || privileged === null) {
    fail('privileged has to be a column, a table of roles, or the symbol noPrivilegedUsers')
  }
  if ('of' in privileged) {
    checkColumnsFunction('privileged', privileged)
    return
  }
  checkValues('privileged.values', privileged.values)
  if ('role' in privileged) {
    checkText({ 'privileged.role': privileged.role })
    if (privileged.ordinary !== undefined) checkValues('privileged.ordinary', privileged.ordinary)
    checkBeside('privileged', privileged)
  } else {
    checkText({ 'privileged.column': privileged.column })
  }
}

function checkElsewhere(elsewhere: AnyOptions['signsInElsewhere']): void {
  if (elsewhere === undefined) return
  if (typeof elsewhere !== 'object' || elsewhere === null)
    fail('signsInElsewhere has to be a column, a function of columns, or a table of identities')
  if ('of' in elsewhere) {
    checkColumnsFunction('signsInElsewhere', elsewhere)
    return
  }
  if (!('table' in elsewhere)) {
    checkText({ 'signsInElsewhere.column': elsewhere.column })
    checkValues('signsInElsewhere.values', elsewhere.values)
    return
  }
  const { provider, values, onlyWithoutPassword = false } = elsewhere
  checkBeside('signsInElsewhere', elsewhere)
  if ((provider === undefined) !== (values === undefined))
    fail('signsInElsewhere.provider and signsInElsewhere.values go together')
  if (provider !== undefined) {
    checkText({ 'signsInElsewhere.provider': provider })
    checkValues('signsInElsewhere.values', values)
  }
  checkFlag('signsInElsewhere.onlyWithoutPassword', onlyWithoutPassword)
}

function checkFlag(name: string, value: unknown = false): void {
  if (typeof value !== 'boolean') fail(`${name} has to be true or false`)
}

function checkValues(name: string, values: unknown): void {
  if (!isList(values)) fail(`${name} has to name at least one value`)
  checkConditions(name, values)
}

function checkColumnsFunction(
  name: string,
  { columns, of }: { readonly columns: unknown; readonly of: unknown },
): void {
  if (!isList(columns)) fail(`${name}.columns has to name at least one column`)
  checkText(
    Object.fromEntries(
      Object.entries([...columns]).map(([at, column]) => [`${name}.columns.${at}`, column]),
    ),
  )
  if (typeof of !== 'function') fail(`${name}.of has to be a function, and is ${typeof of}`)
}

/** A table beside the accounts. */
function checkBeside(
  name: string,
  beside: Pick<NonNullable<AnyOptions['credentials']>, 'table' | 'userId' | 'where'>,
): void {
  checkText({ [`${name}.table`]: beside?.table, [`${name}.userId`]: beside?.userId })
  checkConditions(`${name}.where`, beside.where)
}

const endedKindNames: readonly EndedKind[] = ['sessions', 'reset_links', 'api_keys', 'tokens']

function checkEndedOne(
  { table, credentials }: AnyOptions,
  one: NonNullable<AnyOptions['ended']>[number],
): void {
  if (typeof one !== 'object' || one === null) fail('ended has to be a list of tables and columns')
  if (one.holds !== undefined && !endedKindNames.includes(one.holds))
    fail(`ended.holds has to be one of ${endedKindNames.join(', ')}`)
  if (!isEndedColumns(one)) {
    checkBeside('ended', one)
    return
  }
  checkText({ 'ended.table': one.table })
  if (![table, credentials?.table].includes(one.table))
    fail('ended.table has to be the table of the accounts or of credentials, named as it is there')
  checkSet('ended.columns', one.columns)
}

/** A mistyped value would be written to every account that is reset. */
function checkSet(name: string, columns: unknown): void {
  const entries = typeof columns === 'object' && columns !== null ? Object.entries(columns) : []
  if (entries.length === 0) fail(`${name} has to name a column and its value, or be left out`)
  for (const [column, source] of entries) {
    if (isFromHasher(source)) checkText({ [`${name}.${column}.fromHasher`]: source.fromHasher })
    else if (typeof source !== 'function' && !isWrittenValue(source)) {
      fail(
        `${name}.${column} has to be text, a finite number, a Date, bytes, true, false, null, ` +
          `a function or { fromHasher }, and is of type ${typeof source}`,
      )
    }
  }
}

/** The account, its password or its roles would be deleted with its sessions. */
function checkEnded(options: AnyOptions): void {
  const { table, credentials } = options
  const kept: readonly (readonly [option: string, table: string | undefined])[] = [
    ['table', table],
    ['credentials', credentials?.table],
    ...rowsRules(options).map(({ option, rule }) => [option, rule.table] as const),
  ]
  for (const one of endedTables(options)) {
    const [option] =
      kept.find(([, name]) => name !== undefined && mayBeSameTable(name, one.table)) ?? []
    if (option !== undefined) fail(`ended deletes rows of the table that ${option} names`)
  }
}

/** A name without its schema may be the table of any. */
function mayBeSameTable(one: string, other: string): boolean {
  const [name, schema] = one.toLowerCase().split('.').toReversed()
  const [otherName, otherSchema] = other.toLowerCase().split('.').toReversed()
  return (
    name === otherName &&
    (schema === undefined || otherSchema === undefined || schema === otherSchema)
  )
}

/** A flag needs two values that differ, or nobody is made to change the password. */
function checkGate(
  name: string,
  { mustChange, expiresAt }: Pick<AnyOptions['columns'], 'mustChange' | 'expiresAt'>,
): void {
  const given = (column: unknown) => (typeof column === 'string' ? column : Object(column).column)
  if (mustChange !== undefined) checkText({ [`${name}.mustChange`]: given(mustChange) })
  if (expiresAt !== undefined) checkText({ [`${name}.expiresAt`]: given(expiresAt) })
  if (typeof mustChange === 'object') {
    const { on, off } = mustChange
    checkConditions(`${name}.mustChange`, { on, off })
    if (isSame(on, off)) fail(`${name}.mustChange has to have two different values`)
  }
  if (typeof expiresAt === 'object' && typeof expiresAt.write !== 'function')
    fail(`${name}.expiresAt.write has to be a function`)
}

/** Must-change and expiry stand in one table: one statement of the application clears both. */
function hasGate({
  mustChange,
  expiresAt,
}: Pick<AnyOptions['columns'], 'mustChange' | 'expiresAt'>): boolean {
  return mustChange !== undefined || expiresAt !== undefined
}

/**
 * Two options must not write the same column: the later one would win. No option may write over the
 * hash, or over a column by which an account is found and judged.
 */
function checkWrittenColumns(db: AnyDatabase, options: AnyOptions): void {
  const {
    table,
    columns,
    credentials,
    status,
    privileged,
    scope = {},
    signsInElsewhere,
    unlock,
    tokenVersion,
    versionColumn,
  } = options
  const owners = new Map<string, string>()
  // One table may have two names, such as users and public.users.
  const isSameTable = credentials !== undefined && mayBeSameTable(credentials.table, table)
  const columnIn = (of: string, name: string) =>
    JSON.stringify([isSameTable ? table : of, nameInDatabase(db, name)])
  const kept: readonly (readonly [option: string, name: string | undefined])[] = [
    ['columns.id', columns.id],
    ['columns.username', columns.username],
    ['columns.email', columns.email],
    ['columns.displayName', columns.displayName],
    ...('of' in status ? [] : [['status', status.column] as const]),
    ...(typeof privileged === 'object' && 'column' in privileged
      ? [['privileged', privileged.column] as const]
      : []),
    ...(signsInElsewhere !== undefined && 'column' in signsInElsewhere
      ? [['signsInElsewhere', signsInElsewhere.column] as const]
      : []),
    ...Object.keys(scope).map((name) => ['scope', name] as const),
  ]
  for (const [option, name] of kept)
    if (name !== undefined) owners.set(columnIn(table, name), option)
  const write = (of: string, option: string, name: string | undefined): void => {
    if (name === undefined) return
    const owner = owners.get(columnIn(of, name))
    if (owner !== undefined) fail(`${option} writes the column that ${owner} names`)
    owners.set(columnIn(of, name), option)
  }
  const writeGate = (
    of: string,
    option: string,
    gate: Partial<Pick<AnyOptions['columns'], 'passwordHash' | 'mustChange' | 'expiresAt'>>,
  ) => {
    write(of, `${option}.passwordHash`, gate.passwordHash)
    write(of, `${option}.mustChange`, gate.mustChange && nameOf(gate.mustChange))
    write(of, `${option}.expiresAt`, gate.expiresAt && nameOf(gate.expiresAt))
  }
  writeGate(table, 'columns', columns)
  if (credentials !== undefined)
    writeGate(credentials.table, 'credentials.columns', credentials.columns)
  for (const [name, value] of Object.entries(unlock?.set ?? {}))
    if (value !== undefined) write(table, 'unlock.set', name)
  write(table, 'tokenVersion', tokenVersion)
  // One number may be both.
  if (versionColumn?.raisedBy === 'reset' && versionColumn.column !== tokenVersion)
    write(table, 'versionColumn', versionColumn.column)
  for (const { of, option, name } of judgedColumns(options)) owners.set(columnIn(of, name), option)
  for (const one of setColumns(options)) write(one.table, one.option, one.name)
}

/** More columns by which an account is found and judged. `unlock` may write some of them. */
function judgedColumns(
  options: AnyOptions,
): readonly { readonly of: string; readonly option: string; readonly name: string }[] {
  const { table, status, credentials, versionColumn } = options
  const own = (option: string, names: readonly string[]) =>
    names.map((name) => ({ of: table, option, name }))
  const beside = credentials
    ? [credentials.userId, ...Object.keys(credentials.where ?? {})].map((name) => ({
        of: credentials.table,
        option: 'credentials',
        name,
      }))
    : []
  return [
    ...own('status', statusColumns(status)),
    ...own('privileged', ruleColumns(privilegeRule(options))),
    ...own('signsInElsewhere', ruleColumns(elsewhereRule(options))),
    ...own('versionColumn', versionColumn ? [versionColumn.column] : []),
    ...beside,
  ]
}

/** The name behind the plugins of Kysely. Most databases take capitals for small letters. */
function nameInDatabase(db: AnyDatabase, name: string): string {
  return columnName(db, dialectOf(db), name).toLowerCase()
}

/**
 * A condition without a value is no condition. With a tenant that is `undefined`, an operator would
 * reach the accounts of all tenants.
 */
function checkConditions(name: string, values: unknown, { optional = false } = {}): void {
  if (values === undefined) return
  const entries = typeof values === 'object' && values !== null ? Object.entries(values) : []
  if (entries.length === 0) fail(`${name} has to name a column and its value, or be left out`)
  for (const [column, value] of entries) {
    if (optional && value === undefined) continue
    if (value !== null && !['string', 'number', 'bigint', 'boolean'].includes(typeof value)) {
      fail(
        `${name}.${column} has to be text, a number, true, false or null, and is ` +
          `${Array.isArray(value) ? 'a list' : typeof value}`,
      )
    }
    if (typeof value === 'number' && !Number.isFinite(value))
      fail(`${name}.${column} has to be a finite number`)
  }
}

function checkStatus(status: AnyOptions['status']): void {
  if (typeof status !== 'object' || status === null) fail('status has to say which column holds it')
  if ('of' in status) {
    checkColumnsFunction('status', status)
    return
  }
  checkText({ 'status.column': status.column })
  if (!isList(status.active)) fail('status.active has to name at least one value')
  for (const name of ['pending', 'suspended', 'deleted'] as const) {
    if (status[name] !== undefined && !Array.isArray(status[name]))
      fail(`status.${name} has to be a list of values`)
  }
  const values = statusValues(status)
  checkConditions('status', values)
  if (values.some((value, i) => values.slice(i + 1).some((other) => isSame(value, other))))
    fail('status names a value twice')
  checkReasons(status.reasons, values)
}

/** A reason for a value that means no status would never be shown. */
function checkReasons(reasons: unknown, values: readonly ColumnValue[]): void {
  if (reasons === undefined) return
  if (typeof reasons !== 'object' || reasons === null)
    fail('status.reasons has to name a reason and its values')
  for (const [name, meant] of Object.entries(reasons)) {
    if (!statusReasons.some((reason) => reason === name))
      fail(`status.reasons.${name} is no reason; the reasons are ${statusReasons.join(', ')}`)
    checkValues(`status.reasons.${name}`, meant)
    if (![...meant].every((value) => values.includes(value)))
      fail(`status.reasons.${name} has a value that names no status`)
  }
}

/** Whether a database may write both values as the same text, such as 1 and true. */
function isSame(value: ColumnValue, other: ColumnValue): boolean {
  const textOf = (one: ColumnValue) => (one === null ? null : String(one))
  return isText(value, textOf(other)) || isText(other, textOf(value))
}

function checkMilliseconds(name: string, value: number | undefined): void {
  if (
    value !== undefined &&
    !(Number.isInteger(value) && value >= 1 && value <= longestTimeoutMs)
  ) {
    fail(`${name} has to be a whole number of milliseconds from 1 to ${longestTimeoutMs}`)
  }
}

function fail(message: string): never {
  throw new ForceResetError('ERR_INVALID_CONFIG', `sqlUserStore: ${message}`)
}
