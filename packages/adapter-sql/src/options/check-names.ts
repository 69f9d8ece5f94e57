import { checkNames as refuseOthers } from '@force-reset/core/store'
import type { AnyOptions, AnyTables } from './any-database.ts'
import type {
  CredentialsTable,
  EndedColumns,
  EndedTable,
  FunctionOfColumns,
  GateColumns,
  IdentityTable,
  RoleTable,
  StatusFunction,
  StatusValues,
  Unlock,
  ValuesOfColumn,
  VersionColumn,
} from './options.ts'

/** All names of an object of options: one that is missing, or too many, does not compile. */
type Names<T> = Readonly<Record<KeyOf<T>, true>>
type KeyOf<T> = T extends unknown ? keyof T : never
/** The forms of an option that is an object. */
type Form<T> = Extract<T, object>

const storeNames: Names<AnyOptions> = {
  table: true,
  columns: true,
  credentials: true,
  status: true,
  privileged: true,
  facts: true,
  signsInElsewhere: true,
  unusableHash: true,
  hasher: true,
  scope: true,
  unlock: true,
  tokenVersion: true,
  set: true,
  sessionsAreCached: true,
  versionColumn: true,
  ended: true,
  inTransaction: true,
  survives: true,
  secret: true,
  endpoint: true,
  hashTimeoutMs: true,
  timeoutMs: true,
  now: true,
}
const gateNames: Names<GateColumns<AnyTables, string>> = { mustChange: true, expiresAt: true }
const columnsNames: Names<AnyOptions['columns']> = {
  ...gateNames,
  id: true,
  username: true,
  email: true,
  displayName: true,
  createdAt: true,
  updatedAt: true,
  passwordSetAt: true,
  lockedUntil: true,
  endsOn: true,
  lastSignIn: true,
  passwordHash: true,
}
const mustChangeNames: Names<Form<GateColumns<AnyTables, string>['mustChange']>> = {
  column: true,
  on: true,
  off: true,
}
const expiresAtNames: Names<Form<GateColumns<AnyTables, string>['expiresAt']>> = {
  column: true,
  write: true,
}
const credentialsNames: Names<CredentialsTable<AnyTables, string>> = {
  table: true,
  userId: true,
  where: true,
  columns: true,
  set: true,
}
const passwordNames: Names<CredentialsTable<AnyTables, string>['columns']> = {
  ...gateNames,
  passwordHash: true,
}
const statusNames: Names<StatusValues<AnyTables, string>> = {
  column: true,
  active: true,
  pending: true,
  suspended: true,
  deleted: true,
  reasons: true,
}
const functionNames: Names<FunctionOfColumns<AnyTables, string>> &
  Names<StatusFunction<AnyTables, string>> = { columns: true, of: true }
const valuesNames: Names<ValuesOfColumn<AnyTables, string>> = { column: true, values: true }
const roleNames: Names<RoleTable<AnyTables, string>> = {
  table: true,
  userId: true,
  role: true,
  values: true,
  ordinary: true,
  where: true,
}
const identityNames: Names<IdentityTable<AnyTables, string>> = {
  table: true,
  userId: true,
  provider: true,
  values: true,
  where: true,
  onlyWithoutPassword: true,
}
const unlockNames: Names<Unlock<AnyTables, string>> = { set: true, locked: true }
const versionNames: Names<VersionColumn<AnyTables, string>> = { column: true, raisedBy: true }
const endedNames: Names<EndedTable<AnyTables, string>> = {
  table: true,
  userId: true,
  holds: true,
  where: true,
}
const endedColumnsNames: Names<EndedColumns<AnyTables, string>> = {
  table: true,
  columns: true,
  holds: true,
}

/**
 * Refuses an option that nobody reads, at every depth. The names of columns in `where`, `set` and
 * `scope` are the application's own; `checkReasons` looks at the names of `status.reasons`.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG`, naming the option.
 * @example
 * checkNames(options)
 */
export function checkNames(options: AnyOptions): void {
  const { columns, credentials, status, privileged, signsInElsewhere, ended } = options
  check(options, storeNames)
  check(columns, columnsNames, 'columns')
  checkGate(columns, 'columns')
  check(credentials, credentialsNames, 'credentials')
  check(credentials?.columns, passwordNames, 'credentials.columns')
  checkGate(credentials?.columns, 'credentials.columns')
  check(status, isFunctionRule(status) ? functionNames : statusNames, 'status')
  checkRule(privileged, roleNames, 'privileged')
  checkRule(signsInElsewhere, identityNames, 'signsInElsewhere')
  check(options.unlock, unlockNames, 'unlock')
  check(options.versionColumn, versionNames, 'versionColumn')
  if (Array.isArray(ended)) for (const one of ended) checkEnded(one)
}

/** Columns of the account, or the rows of another table. */
function checkEnded(ended: unknown): void {
  check(ended, 'columns' in Object(ended) ? endedColumnsNames : endedNames, 'ended')
}

function checkGate(gate: Partial<AnyOptions['columns']> | undefined, path: string): void {
  check(gate?.mustChange, mustChangeNames, `${path}.mustChange`)
  check(gate?.expiresAt, expiresAtNames, `${path}.expiresAt`)
}

/** A rule is a function of columns, a table beside the accounts, or a column. */
function checkRule(rule: unknown, ofTable: Readonly<Record<string, true>>, path: string): void {
  const ofColumn = isFunctionRule(rule) ? functionNames : valuesNames
  const isTable = Object.keys(ofTable).some((name) => name !== 'values' && name in Object(rule))
  check(rule, isTable ? ofTable : ofColumn, path)
}

function isFunctionRule(rule: unknown): boolean {
  return 'of' in Object(rule) || 'columns' in Object(rule)
}

function check(options: unknown, names: Readonly<Record<string, true>>, path?: string): void {
  const start = path === undefined ? 'sqlUserStore: ' : `sqlUserStore: ${path}.`
  refuseOthers(options, Object.keys(names), start)
}
