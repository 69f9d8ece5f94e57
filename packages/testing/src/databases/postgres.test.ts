import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { randomPassword } from '../directories/sample-users.ts'
import { remainsAfterKill } from '../fixtures/outlive.fixture.ts'
import { canConnect, exposedSockets } from '../process/loopback.ts'
import { runTool } from '../process/run-tool.ts'
import { describeWithServer } from '../vitest.ts'
import { type PostgresServer, startPostgres } from './postgres.ts'

/**
 * The complaint of psql when somebody connects with these parameters; empty when there is none.
 */
async function connectionFault(
  server: PostgresServer,
  parameters: string,
  password = server.password,
): Promise<string> {
  const { user, host, port, database } = server
  const url = `postgresql://${user}@${host}:${port}/${database}?${parameters}`
  const outcome = await runTool('psql', ['-Xq', url, '-c', 'SELECT 1'], {
    env: { PGPASSWORD: password },
  })
  return outcome.stderr.toString()
}

/**
 * The states of a server's processes, as the kernel calls them; T for a stopped one. Processes that
 * have ended do not count.
 */
async function processStates(pid: number): Promise<readonly string[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')
  const pids = [pid, ...children.split(' ').filter(Boolean).map(Number)]
  const stats = await Promise.all(pids.map((one) => readFile(`/proc/${one}/stat`, 'utf8')))
  return stats.map((stat) => /\) (\w)/.exec(stat)?.[1] ?? '').filter((state) => state !== 'Z')
}

describeWithServer('postgres', 'startPostgres', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres({
      sql: 'CREATE TABLE users (id integer PRIMARY KEY, name text NOT NULL)',
    })
  })
  afterAll(() => server.stop())

  it('listens on one port of 127.0.0.1 and on nothing else', async () => {
    expect(await server.listening()).toEqual([
      { protocol: 'tcp', address: server.host, port: server.port },
    ])
    expect(await exposedSockets(server.pid)).toEqual([])
  })

  it('lets its ordinary user in by password over verified TLS, and by nothing else', async () => {
    const verified = `sslmode=verify-full&sslrootcert=${server.caFile}`
    expect(await connectionFault(server, verified)).toBe('')
    expect(await connectionFault(server, verified, 'not the password')).toMatch(
      /password authentication failed/,
    )
    expect(await connectionFault(server, 'sslmode=disable')).toMatch(/no encryption/)
  })

  it('gives that user a database of its own and no more', async () => {
    expect(await server.query(`SELECT tableowner FROM pg_tables WHERE tablename = 'users'`)).toBe(
      server.user,
    )
    expect(
      await server.query(
        `SELECT rolsuper, rolcreaterole FROM pg_roles WHERE rolname = '${server.user}'`,
      ),
    ).toBe('f|f')
  })

  it('has the extension for searching by similarity', async () => {
    expect(await server.query(`SELECT similarity('Penrose', 'Penrouse') > 0.3`)).toBe('t')
  })

  it('counts the statements of ordinary users', async () => {
    const work = `SET ROLE ${server.user}; BEGIN; SELECT 1 FROM users WHERE id = 5;
      SELECT 1 FROM users WHERE id = 6; COMMIT;`
    const { value, statements } = await server.statementsDuring(() => server.query(work))
    expect(value).toBe('')
    expect(statements).toEqual(
      expect.arrayContaining([{ query: 'SELECT $1 FROM users WHERE id = $2', calls: 2, rows: 0 }]),
    )
    expect(statements.map(({ query }) => query)).toEqual(
      expect.arrayContaining(['BEGIN', 'COMMIT']),
    )
    expect((await server.statementsDuring(async () => {})).statements).toEqual([])
  })

  it('keeps what is committed over a restart, and logs parameters only when asked to', async () => {
    const quiet = randomPassword()
    const loud = randomPassword()
    const insert = (id: number, value: string) =>
      server.query(`INSERT INTO users VALUES (${id}, '${value}')`)
    await insert(1, quiet)
    await server.restart({ logLevel: 'everything' })
    await insert(2, loud)
    expect(await server.query('SELECT count(*) FROM users')).toBe('2')
    const log = await server.log()
    expect(log.includes(quiet)).toBe(false)
    expect(log.includes(loud)).toBe(true)
    await server.restart({ logLevel: 'quiet' })
  })

  it('keeps what is committed when all of its processes are killed', async () => {
    await server.query("CREATE TABLE kept (note text); INSERT INTO kept VALUES ('committed')")
    await server.kill()
    expect(await canConnect(server)).toBe(false)
    await server.restart()
    expect(await server.query('SELECT note FROM kept')).toBe('committed')
  })

  it('answers nobody while it is frozen, and everybody afterwards', async () => {
    server.freeze()
    const asked = server.query('SELECT 1')
    const states = await processStates(server.pid)
    server.thaw()
    expect(await asked).toBe('1')
    expect(states.length).toBeGreaterThan(3)
    expect(new Set(states)).toEqual(new Set(['T']))
  })

  it('has a standby that follows it, refuses writes, and takes them once promoted', async () => {
    await server.query('CREATE TABLE followed (note text)')
    await using standby = await startPostgres({ standbyOf: server })
    await server.query("INSERT INTO followed VALUES ('before')")
    while ((await standby.query('SELECT count(*) FROM followed')) === '0');
    await expect(standby.query("INSERT INTO followed VALUES ('no')")).rejects.toThrow('read-only')
    expect(await standby.query('SELECT pg_promote()')).toBe('t')
    await standby.query("INSERT INTO followed VALUES ('after')")
    expect(await server.query('SELECT note FROM followed')).toBe('before')
  })

  it('dumps all databases, and shows its journal and, once flushed, its files', async () => {
    const canary = randomPassword()
    await server.query(`INSERT INTO users VALUES (3, '${canary}')`)
    expect(await server.dump()).toContain(canary)
    const holders = async (folder: string) => {
      const names = await readdir(join(server.dataFolder, folder), {
        recursive: true,
        withFileTypes: true,
      })
      const files = names
        .filter((name) => name.isFile())
        .map((name) => join(name.parentPath, name.name))
      const found = await Promise.all(
        files.map(async (file) => (await readFile(file)).includes(canary)),
      )
      return found.filter(Boolean).length
    }
    expect(await holders('pg_wal')).toBeGreaterThan(0)
    await server.flush()
    expect(await holders('base')).toBeGreaterThan(0)
  })

  it('says which statement was wrong', async () => {
    await expect(server.query('SELECT nothing FROM nowhere')).rejects.toThrow(
      /relation "nowhere" does not exist/,
    )
  })
})

describeWithServer('postgres', 'startPostgres with options', () => {
  it('takes settings and a wrong certificate, runs beside another, leaves no trace', async () => {
    const [server, other] = await Promise.all([
      startPostgres({
        certificate: 'expired',
        requireTls: false,
        settings: { max_connections: '7' },
      }),
      startPostgres(),
    ])
    expect(other.port).not.toBe(server.port)
    expect(await server.query('SHOW max_connections')).toBe('7')
    expect(
      await connectionFault(server, `sslmode=verify-full&sslrootcert=${server.caFile}`),
    ).toMatch(/certificate verify failed/)
    expect(await connectionFault(server, 'sslmode=disable')).toBe('')
    await Promise.all([server.stop(), other.stop()])
    expect(existsSync(server.folder)).toBe(false)
    expect(existsSync(`/proc/${server.pid}`)).toBe(false)
    expect(await canConnect(server)).toBe(false)
    await server.stop()
  })

  it('ends with the process that started it, even when that is killed', async () => {
    expect(await remainsAfterKill('postgres')).toEqual({
      before: { serverRuns: true, folderExists: true },
      after: { serverRuns: false, folderExists: false },
    })
  })
})
