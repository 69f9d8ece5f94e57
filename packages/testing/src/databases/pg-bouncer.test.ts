import { existsSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { exposedSockets } from '../process/loopback.ts'
import { mustRun, runTool } from '../process/run-tool.ts'
import { describeWithServer } from '../vitest.ts'
import { type PgBouncerServer, startPgBouncer } from './pg-bouncer.ts'
import { type PostgresServer, startPostgres } from './postgres.ts'

describeWithServer('pgbouncer', 'startPgBouncer', () => {
  let postgres: PostgresServer
  let pool: PgBouncerServer
  beforeAll(async () => {
    postgres = await startPostgres()
    pool = await startPgBouncer(postgres, { poolSize: 1 })
  })
  afterAll(async () => {
    await pool.stop()
    await postgres.stop()
  })

  const address = (
    { user, host, port, database }: PgBouncerServer | PostgresServer,
    parameters: string,
  ) => `postgresql://${user}@${host}:${port}/${database}?${parameters}`
  const verified = () => `sslmode=verify-full&sslrootcert=${pool.caFile}`
  const environment = () => ({ PGPASSWORD: pool.password })

  it('listens on one port of 127.0.0.1 and on nothing else', async () => {
    expect(await pool.listening()).toEqual([
      { protocol: 'tcp', address: pool.host, port: pool.port },
    ])
    expect(await exposedSockets(pool.pid)).toEqual([])
  })

  it('lets the database user in by password over verified TLS, and by nothing else', async () => {
    const fault = async (parameters: string, password = pool.password) => {
      const outcome = await runTool('psql', ['-Xq', address(pool, parameters), '-c', 'SELECT 1'], {
        env: { PGPASSWORD: password },
      })
      return outcome.stderr.toString()
    }
    expect(await fault(verified())).toBe('')
    expect(await fault(verified(), 'not the password')).toMatch(/authentication failed/)
    expect(await fault('sslmode=disable')).toMatch(/SSL required/)
  })

  /**
   * The PostgreSQL processes of two sessions. The second session runs while the first does nothing.
   */
  const processes = async (server: PgBouncerServer | PostgresServer) => {
    const inner = `psql -XqAt '${address(server, verified())}' -c 'SELECT pg_backend_pid()'`
    const input = `SELECT pg_backend_pid();\n\\! ${inner}\n`
    const printed = await mustRun('psql', ['-XqAt', address(server, verified())], {
      env: environment(),
      input,
      timeoutMs: 10_000,
    })
    return printed.trim().split('\n')
  }

  it('lends one connection to two sessions in turn, which PostgreSQL itself does not', async () => {
    const pooled = await processes(pool)
    expect(pooled).toHaveLength(2)
    expect(new Set(pooled).size).toBe(1)
    expect(new Set(await processes(postgres)).size).toBe(2)
  })

  it('tells its pools', async () => {
    const [names, ...rows] = (await pool.show('POOLS')).trim().split('\n')
    expect(names).toContain('pool_mode')
    expect(
      rows.some(
        (row) => row.startsWith(`${pool.database}|${pool.user}|`) && row.includes('|transaction'),
      ),
    ).toBe(true)
  })

  it('takes other modes, and leaves nothing behind', async () => {
    const other = await startPgBouncer(postgres, { poolMode: 'session', requireTls: false })
    expect(await other.show('POOLS')).toContain('pool_mode')
    await other.stop()
    expect(existsSync(other.folder)).toBe(false)
    expect(existsSync(`/proc/${other.pid}`)).toBe(false)
  })
})
