export type { SqlMigration, TemporaryPasswordColumns } from './audit/migrations.ts'
export { sqlAuditMigration, temporaryPasswordMigration } from './audit/migrations.ts'
export { sqlAudit } from './audit/sql-audit.ts'
export { checkSqlTable } from './check/check-sql-table.ts'
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
} from './options/options.ts'
export { noPrivilegedUsers } from './options/options.ts'
export type { PasswordHasher } from './options/password-hasher.ts'
export type { SqlUserStore } from './store/sql-user-store.ts'
export { sqlUserStore } from './store/sql-user-store.ts'
