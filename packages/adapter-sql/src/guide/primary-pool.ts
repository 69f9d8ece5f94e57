import pg from 'pg'

/** Connections to servers that take writes; a standby is refused. */
export function openPrimary(options: pg.PoolConfig): pg.Pool {
  return new pg.Pool({
    ...options,
    verify: (client, done) => {
      client.query('SHOW transaction_read_only').then(
        ({ rows: [row] }) =>
          done(row?.transaction_read_only === 'off' ? undefined : new Error('read-only')),
        (error: Error) => done(error),
      )
    },
  })
}
