import type { AnyDatabase } from '../options/any-database.ts'

/** The pool gave no connection, so nothing was sent to the database. */
export class NoConnectionError extends Error {
  override readonly name = 'NoConnectionError'

  /** What the driver or its pool said. */
  readonly reason: unknown

  constructor(reason: unknown) {
    super('There is no connection.')
    this.reason = reason
  }
}

/** Does the work on one connection of the pool. */
export async function onConnection<T>(
  db: AnyDatabase,
  work: (connection: AnyDatabase) => Promise<T>,
): Promise<T> {
  let given = false
  try {
    return await db.connection().execute((connection) => {
      given = true
      return work(connection)
    })
  } catch (error) {
    throw given ? error : new NoConnectionError(error)
  }
}
