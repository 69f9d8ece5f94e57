import { readFile } from 'node:fs/promises'
import {
  type MariaDbServer,
  type PostgresServer,
  searchFiles,
  startMariaDb,
  startPostgres,
} from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { expect, it } from 'vitest'
import { conformanceSubject } from '../fixtures/conformance-subject.ts'
import { activeAccount, resetIn } from '../fixtures/reset-in.ts'
import {
  mariaDbDatabase,
  mariaDbGrant,
  postgresDatabase,
  type TestDatabase,
} from '../fixtures/server-databases.ts'
import { oneTable, rolesAndSessions } from '../fixtures/table-shapes.ts'

/**
 * Resets on a server that logs whatever it can be made to, and a look into everything that it has
 * written.
 */
async function whatIsLeft(
  server: PostgresServer | MariaDbServer,
  databases: readonly TestDatabase[],
) {
  const passwords: string[] = []
  const hashes: string[] = []
  for (const [i, { db, probe, close }] of databases.entries()) {
    const subject = await conformanceSubject(
      i === 0 ? oneTable : rolesAndSessions,
      probe,
      db,
      close,
    )
    const { id, user } = await activeAccount(subject)
    const result = await resetIn(subject.store, id, user.version)
    if (!result.ok) throw new Error(`Not reset: ${result.code}`)
    passwords.push(result.temporaryPassword.reveal())
    hashes.push(String((await probe.run('SELECT password_hash AS hash FROM users'))[0]?.['hash']))
    // The positive control: a careless application writes a password in clear.
    if (i === 0) await probe.run('UPDATE users SET display_name = ?', ['planted-canary-4711'])
    await close()
  }
  await server.flush()
  const dump = await server.dump()
  const secrets = [...passwords, 'planted-canary-4711', ...hashes]
  const files = await searchFiles([server.logFile, server.dataFolder], secrets)
  const placesOf = (secret: string) =>
    files.sightings
      .filter((sighting) => sighting.secret === secrets.indexOf(secret))
      .map(({ file }) => file)
  return {
    passwords: passwords.map((password) => ({
      files: placesOf(password),
      inDump: dump.includes(password),
    })),
    canary: {
      files: placesOf('planted-canary-4711'),
      inDump: dump.includes('planted-canary-4711'),
    },
    hashes: hashes.map((hash) => ({
      inLog: placesOf(hash).includes(server.logFile),
      inData: placesOf(hash).some((file) => file !== server.logFile),
    })),
    log: await readFile(server.logFile, 'utf8'),
    files: files.files,
  }
}

/** Otherwise the flush before the search throws most of the journal away. */
const keepJournal = { wal_keep_size: '64MB' }

const nowhere = { files: [], inDump: false }

describeWithServer('postgres', 'what PostgreSQL writes down of a reset', () => {
  it('is never the temporary password: in the log, tables, journal or a dump', async () => {
    await using server = await startPostgres({ logLevel: 'everything', settings: keepJournal })
    const left = await whatIsLeft(server, [
      await postgresDatabase(server),
      await postgresDatabase(server),
    ])
    expect(left.passwords).toEqual([nowhere, nowhere])
    expect(left.canary.inDump).toBe(true)
    expect(left.canary.files).toContain(server.logFile)
    expect(left.canary.files.some((file) => file.includes('/pg_wal/'))).toBe(true)
    // The hash is where it belongs, and in the log of a server that logs parameters:
    // log_parameter_max_length = 0 keeps it out.
    expect(left.hashes).toEqual([
      { inLog: true, inData: true },
      { inLog: true, inData: true },
    ])
    expect(left.log).toContain('UPDATE "users"')
  })

  it('is not the hash either, in a log of all statements without parameters', async () => {
    await using server = await startPostgres({
      settings: {
        ...keepJournal,
        log_statement: 'all',
        log_parameter_max_length: '0',
        log_parameter_max_length_on_error: '0',
      },
    })
    const left = await whatIsLeft(server, [await postgresDatabase(server)])
    expect(left.log).toContain('UPDATE "users"')
    expect(left.hashes).toEqual([{ inLog: false, inData: true }])
  })

  it.each([
    ['default', true],
    ['terse', false],
  ])(
    'is the hash where a constraint refuses the row, with log_error_verbosity = %s: %s',
    async (verbosity, inLog) => {
      await using server = await startPostgres({ settings: { log_error_verbosity: verbosity } })
      const { db, probe, close } = await postgresDatabase(server)
      const subject = await conformanceSubject(oneTable, probe, db, close)
      const { id, user } = await activeAccount(subject)
      await probe.run('ALTER TABLE users ADD CHECK (must_change_password = false)')
      expect(await resetIn(subject.store, id, user.version)).toMatchObject({
        ok: false,
        code: 'password_rejected',
      })
      await close()
      const log = await server.log()
      expect(log).toContain('violates check constraint')
      expect(log.includes('$argon2id$')).toBe(inLog)
    },
  )
})

describeWithServer('mariadb', 'what MariaDB writes down of a reset', () => {
  it('is never the temporary password: in the log, tables, binary log or a dump', async () => {
    await using server = await startMariaDb({ logLevel: 'everything' })
    await server.query(mariaDbGrant)
    const left = await whatIsLeft(server, [
      await mariaDbDatabase(server),
      await mariaDbDatabase(server),
    ])
    expect(left.passwords).toEqual([nowhere, nowhere])
    expect(left.canary.inDump).toBe(true)
    expect(left.canary.files).toContain(server.logFile)
    expect(left.canary.files.some((file) => /binlog\.\d/.test(file))).toBe(true)
    // The general log holds whole statements; it is off unless somebody switches it on.
    expect(left.hashes).toEqual([
      { inLog: true, inData: true },
      { inLog: true, inData: true },
    ])
  })

  it('is the hash in the slow query log too, where there is one', async () => {
    await using server = await startMariaDb({
      settings: {
        'slow-query-log': 'ON',
        'slow-query-log-file': 'slow.log',
        'long-query-time': '0',
      },
    })
    await server.query(mariaDbGrant)
    await whatIsLeft(server, [await mariaDbDatabase(server)])
    const slow = await readFile(`${server.dataFolder}/slow.log`, 'utf8')
    expect(slow).toMatch(/UPDATE `users` .*argon2id/)
  })
})
