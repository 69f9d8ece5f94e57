/**
 * What a database can say when a statement fails, in the order in which codes are looked up. A new
 * kind does not compile until every dialect has said which of its codes mean that kind. An empty
 * list says that the database has no such code.
 */
export const failureKinds = [
  /** The transaction lost against another one and can succeed when it is repeated. */
  'contention',
  /** Another transaction held a lock for too long. */
  'row_locked',
  'read_only',
  /** The database user lacks a right. */
  'denied',
  /** The server did not let the database user in. */
  'not_let_in',
  'no_database',
  /** A view, or a column that the database generates. */
  'not_updatable',
  'too_many_connections',
  /** The database user has used up a limit of its own. */
  'quota',
  /** A table or a column is missing, or of another type. */
  'schema',
  /** A foreign key. */
  'referenced',
  'trigger',
  /** Another constraint, or a value that does not fit. */
  'constraint',
  'statement_timeout',
  /** No space left. */
  'full',
  /** The server ended the connection. */
  'connection',
] as const

export type SqlFailureKind = (typeof failureKinds)[number]

/**
 * The codes of one database for every kind of failure. Text is the beginning of an SQLSTATE (ISO
 * 9075); a number is the database's own.
 */
export type FailureTable = Readonly<Record<SqlFailureKind, readonly (string | number)[]>>
