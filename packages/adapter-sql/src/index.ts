export { noPrivilegedUsers } from '@force-reset/core'
export type { ApplicationEvent } from './audit/audit-row.ts'
export type { SqlAuditTable } from './audit/audit-table.ts'
export type { SqlMigration, TemporaryPasswordColumns } from './audit/migrations.ts'
export {
  sqlAuditMigration,
  sqlAuditMigrationWithoutTriggers,
  sqlAuditReplaceMigration,
  sqlPendingResetsMigration,
  temporaryPasswordMigration,
} from './audit/migrations.ts'
export { sqlAudit } from './audit/sql-audit.ts'
export { sqlPendingResets } from './audit/sql-pending-resets.ts'
export { checkSqlTable } from './check/check-sql-table.ts'
export type { SqlFinding } from './check/finding.ts'
export type {
  AppliedWrite,
  ColumnName,
  ColumnValue,
  ColumnValues,
  CredentialsTable,
  EndedColumns,
  EndedKind,
  EndedTable,
  FunctionOfColumns,
  GateColumns,
  IdentityColumns,
  IdentityTable,
  NamedColumns,
  Privileged,
  RoleTable,
  SetColumns,
  SetValue,
  SignsInElsewhere,
  SqlStatusReason,
  SqlUserStoreOptions,
  StatusAnswer,
  StatusFunction,
  StatusValues,
  TableName,
  Unlock,
  ValuesOfColumn,
  VersionColumn,
  WriteFacts,
} from './options/options.ts'
export type { HashedPassword, PasswordHasher, WrittenValue } from './options/password-hasher.ts'
export type { SqlFailureKey } from './store/reasons.ts'
export type { SqlUserStore } from './store/sql-user-store.ts'
export { sqlUserStore } from './store/sql-user-store.ts'
