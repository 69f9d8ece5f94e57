export { checkSqlTable } from './check-sql-table.ts'
export type { SqlMigration, TemporaryPasswordColumns } from './migrations.ts'
export { sqlAuditMigration, temporaryPasswordMigration } from './migrations.ts'
export type {
  AppliedWrite,
  ColumnName,
  ColumnValue,
  ColumnValues,
  CredentialsTable,
  EndedTable,
  GateColumns,
  IdentityColumns,
  NamedColumns,
  Privileged,
  PrivilegeFunction,
  RoleTable,
  SqlUserStoreOptions,
  StatusFunction,
  StatusValues,
  TableName,
  Unlock,
  VersionColumn,
} from './options.ts'
export { noPrivilegedUsers } from './options.ts'
export type { PasswordHasher } from './password-hasher.ts'
export { sqlAudit } from './sql-audit.ts'
export type { SqlUserStore } from './sql-user-store.ts'
export { sqlUserStore } from './sql-user-store.ts'
