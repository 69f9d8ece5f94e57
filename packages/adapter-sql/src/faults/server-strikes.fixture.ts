import { until } from '../fixtures/reset-in.ts'
import { moments, type Strike, type StruckSubject } from './struck-subject.fixture.ts'

/** What happens to every server. */
export const ends: readonly Strike[] = [
  {
    fault: 'server killed, and back at once',
    strike: async ({ server }) => {
      await server.kill()
      await server.restart()
    },
  },
  {
    fault: 'server killed, and back later',
    strike: ({ server }) => server.kill(),
    heal: ({ server }) => server.restart(),
  },
  { fault: 'server restarted in order', strike: ({ server }) => server.restart() },
  {
    fault: 'server stopped in order, and back later',
    strike: ({ server }) => server.halt(),
    heal: ({ server }) => server.restart(),
  },
]

/** What makes a server slower than the deadline of the store. */
export const stalls: readonly Strike[] = [
  {
    fault: 'server frozen, and on again later',
    strike: ({ server }) => server.freeze(),
    heal: ({ server }) => server.thaw(),
  },
  {
    fault: 'server frozen, and on again before the settlement',
    moments: ['before the write', 'while the write waits for a lock', 'in place of the answer'],
    strike: ({ server }) => server.freeze(),
    beforeSettle: ({ server }) => server.thaw(),
    heal: ({ server }) => server.thaw(),
  },
  {
    fault: 'row locked for longer than the deadline',
    moments: ['while the write waits for a lock'],
    strike: () => undefined,
  },
]

const terminate = `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
  WHERE usename = 'app' AND pid <> pg_backend_pid()`

/** What an administrator, or the limits of PostgreSQL, do. */
export const postgresStrikes: readonly Strike[] = [
  {
    fault: 'connections ended by an administrator',
    strike: ({ server }) => server.query(terminate),
  },
  {
    fault: 'statement cancelled by an administrator',
    moments: ['while the write waits for a lock'],
    strike: ({ server }) =>
      server.query(`SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity
        WHERE usename = 'app' AND wait_event_type = 'Lock'`),
  },
  {
    fault: 'server read-only',
    strike: async ({ server, probe }) => {
      await server.query('ALTER SYSTEM SET default_transaction_read_only = on')
      await server.query('SELECT pg_reload_conf()')
      await until(async () => (await setting(probe)) === 'on')
    },
    heal: async ({ server, probe }) => {
      await server.query('ALTER SYSTEM RESET default_transaction_read_only')
      await server.query('SELECT pg_reload_conf()')
      await until(async () => (await setting(probe)) === 'off')
    },
  },
  {
    fault: 'no connection granted any more',
    strike: async ({ server }) => {
      await server.query(`ALTER ROLE app CONNECTION LIMIT 0; ${terminate}`)
    },
    heal: ({ server }) => server.query('ALTER ROLE app CONNECTION LIMIT -1'),
  },
]

async function setting(probe: StruckSubject['probe']): Promise<unknown> {
  return (await probe.run('SHOW default_transaction_read_only'))[0]?.[
    'default_transaction_read_only'
  ]
}

/** What an administrator, or the limits of MariaDB, do. */
export const mariaDbStrikes: readonly Strike[] = [
  { fault: 'connections ended by an administrator', strike: ({ server }) => endAll(server) },
  {
    fault: 'statement cancelled by an administrator',
    moments: ['while the write waits for a lock'],
    strike: async ({ server }) => {
      const id = await server.query(`SELECT trx_mysql_thread_id
        FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'`)
      await server.query(`KILL QUERY ${id}`)
    },
  },
  {
    fault: 'server read-only',
    // Not while the write waits for a lock: MariaDB itself waits for that write first.
    moments: moments.filter((moment) => moment !== 'while the write waits for a lock'),
    strike: ({ server }) => server.query('SET GLOBAL read_only = ON'),
    heal: ({ server }) => server.query('SET GLOBAL read_only = OFF'),
  },
  {
    fault: 'no connection granted any more',
    strike: async ({ server, probe }) => {
      await server.query("ALTER USER app@'127.0.0.1' WITH MAX_USER_CONNECTIONS 1")
      await endAll(server)
      // This connection is the only one from now on.
      await until(async () => await probe.run('SELECT 1').then(Boolean, () => false))
    },
    heal: ({ server }) => server.query("ALTER USER app@'127.0.0.1' WITH MAX_USER_CONNECTIONS 0"),
  },
]

function endAll(server: StruckSubject['server']): Promise<string> {
  return server.query('KILL CONNECTION USER app')
}
