import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { randomPassword } from '../directories/sample-users.ts'
import { remainsAfterKill } from '../fixtures/outlive.fixture.ts'
import { canConnect, exposedSockets } from '../process/loopback.ts'
import { runTool } from '../process/run-tool.ts'
import { describeWithServer } from '../vitest.ts'
import { type MariaDbServer, startMariaDb } from './maria-db.ts'

/**
 * The complaint of the client when the ordinary user connects like this and runs SQL; empty when
 * there is none.
 */
async function clientFault(
  server: MariaDbServer,
  options: readonly string[],
  { password = server.password, sql = 'SELECT 1' } = {},
) {
  const where = [
    '--no-defaults',
    '--protocol=tcp',
    `--host=${server.host}`,
    `--port=${server.port}`,
    `--user=${server.user}`,
  ]
  const outcome = await runTool('mariadb', [...where, ...options, server.database], {
    env: { MYSQL_PWD: password },
    input: sql,
  })
  return outcome.stderr.toString()
}

describeWithServer('mariadb', 'startMariaDb', () => {
  let server: MariaDbServer
  let verified: readonly string[]
  beforeAll(async () => {
    server = await startMariaDb({
      sql: 'CREATE TABLE users (id integer PRIMARY KEY, name varchar(99) NOT NULL)',
    })
    verified = [`--ssl-ca=${server.caFile}`, '--ssl-verify-server-cert']
  })
  afterAll(() => server.stop())

  it('listens on one port of 127.0.0.1 and on nothing else', async () => {
    expect(await server.listening()).toEqual([
      { protocol: 'tcp', address: server.host, port: server.port },
    ])
    expect(await exposedSockets(server.pid)).toEqual([])
  })

  it('lets its ordinary user in by password over verified TLS, and by nothing else', async () => {
    expect(await clientFault(server, verified)).toBe('')
    expect(await clientFault(server, verified, { password: 'not the password' })).toMatch(
      /Access denied/,
    )
    expect(await clientFault(server, ['--skip-ssl'])).toMatch(/Access denied/)
  })

  it('gives that user a database of its own alone, and has nobody without a password', async () => {
    expect(
      await clientFault(server, verified, {
        sql: 'DROP TABLE users; CREATE TABLE users (id integer PRIMARY KEY, name varchar(99))',
      }),
    ).toBe('')
    expect(await clientFault(server, verified, { sql: 'SELECT * FROM mysql.user' })).toMatch(
      /denied/,
    )
    const open = `SELECT user, host FROM mysql.user
      WHERE authentication_string = '' AND user <> 'mariadb.sys'`
    expect(await server.query(open)).toBe('')
  })

  it('counts the statements of ordinary users', async () => {
    const sql = 'BEGIN; SELECT 1 FROM users WHERE id = 5; SELECT 1 FROM users WHERE id = 5; COMMIT'
    const { value, statements } = await server.statementsDuring(() =>
      clientFault(server, verified, { sql }),
    )
    expect(value).toBe('')
    expect(statements).toEqual(
      expect.arrayContaining([{ query: 'SELECT 1 FROM users WHERE id = 5', calls: 2 }]),
    )
    expect(statements.map(({ query }) => query)).toEqual(
      expect.arrayContaining(['BEGIN', 'COMMIT']),
    )
    expect((await server.statementsDuring(async () => {})).statements).toEqual([])
  })

  it('keeps what is committed over a restart, and logs statements only when asked to', async () => {
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

  it('keeps what is committed when it is killed', async () => {
    await server.query("CREATE TABLE kept (note text); INSERT INTO kept VALUES ('committed')")
    await server.kill()
    expect(await canConnect(server)).toBe(false)
    await server.restart()
    expect(await server.query('SELECT note FROM kept')).toBe('committed')
  })

  it('answers nobody while it is frozen, and everybody afterwards', async () => {
    server.freeze()
    const asked = server.query('SELECT 1')
    const stat = await readFile(`/proc/${server.pid}/stat`, 'utf8')
    server.thaw()
    expect(await asked).toBe('1')
    expect(stat).toMatch(/\) T /)
  })

  it('dumps all databases, and shows its journals and, once flushed, its files', async () => {
    const canary = randomPassword()
    await server.query(`INSERT INTO users VALUES (3, '${canary}')`)
    expect((await server.dump()).includes(canary)).toBe(true)
    await server.flush()
    const files = await readdir(server.dataFolder, { recursive: true })
    const holds = async (name: string) =>
      (await readFile(join(server.dataFolder, name))).includes(canary)
    expect(await holds('app/users.ibd')).toBe(true)
    const journals = files.filter((name) => /^binlog\.\d+$|^ib_logfile/.test(name))
    expect((await Promise.all(journals.map(holds))).filter(Boolean).length).toBe(2)
  })

  it('says which statement was wrong', async () => {
    await expect(server.query('SELECT nothing FROM nowhere')).rejects.toThrow(
      /Table 'app.nowhere' doesn't exist/,
    )
  })
})

describeWithServer('mariadb', 'startMariaDb with options', () => {
  it('takes settings and a wrong certificate, runs beside another, leaves no trace', async () => {
    const [server, other] = await Promise.all([
      startMariaDb({
        certificate: 'expired',
        requireTls: false,
        settings: { 'max-connections': '13' },
      }),
      startMariaDb(),
    ])
    expect(other.port).not.toBe(server.port)
    expect(await server.query('SELECT @@max_connections')).toBe('13')
    expect(
      await clientFault(server, [`--ssl-ca=${server.caFile}`, '--ssl-verify-server-cert']),
    ).toMatch(/certificate has expired/)
    expect(await clientFault(server, ['--skip-ssl'])).toBe('')
    await Promise.all([server.stop(), other.stop()])
    expect(existsSync(server.folder)).toBe(false)
    expect(existsSync(`/proc/${server.pid}`)).toBe(false)
    expect(await canConnect(server)).toBe(false)
    await server.stop()
  })

  it('ends with the process that started it, even when that is killed', async () => {
    expect(await remainsAfterKill('mariadb')).toEqual({
      before: { serverRuns: true, folderExists: true },
      after: { serverRuns: false, folderExists: false },
    })
  })
})
