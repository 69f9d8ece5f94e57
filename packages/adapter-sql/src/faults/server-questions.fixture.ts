import type { StruckServer } from './struck-subject.fixture.ts'

/** What PostgreSQL is asked. */
export const postgresQuestions: Pick<StruckServer, 'busy' | 'isWaiting'> = {
  busy: `SELECT count(*) AS n FROM pg_stat_activity WHERE backend_type = 'client backend'
    AND state <> 'idle' AND pid <> pg_backend_pid()`,
  isWaiting: async (server) =>
    (await server.query("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")) !==
    '0',
}

/** What MariaDB is asked. */
export const mariaDbQuestions: Pick<StruckServer, 'busy' | 'isWaiting'> = {
  busy: `SELECT count(*) AS n FROM information_schema.processlist WHERE command <> 'Sleep'
    AND command <> 'Daemon' AND id <> CONNECTION_ID()`,
  isWaiting: async (server) => {
    const status = await server.query('SHOW ENGINE INNODB STATUS')
    return /LOCK WAIT/.test(status.slice(status.indexOf('LIST OF TRANSACTIONS')))
  },
}
