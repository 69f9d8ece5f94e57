import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { sqliteDialect } from '@force-reset/adapter-sql/node-sqlite'
import { Kysely } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { operator } from '../browser/console-site.fixture.ts'
import { createSampleDatabase } from '../demo/sample-database.ts'
import { readSettings } from '../settings/settings.ts'
import { startConsole } from '../start-console.ts'

describe('the start of a console on a database', () => {
  let folder: string
  let path: string
  let database: DatabaseSync
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'console-database-'))
    path = join(folder, 'users.db')
    const db = new Kysely<unknown>({ dialect: sqliteDialect(new DatabaseSync(path)) })
    await createSampleDatabase(db)
    await db.destroy()
    database = new DatabaseSync(path)
  })
  afterEach(() => {
    database.close()
    rmSync(folder, { recursive: true })
  })

  /** Starts a console, signs in once, and stops it. Returns what the console logged. */
  const start = async (config?: object): Promise<readonly string[]> => {
    const file = join(folder, 'console.json')
    if (config) writeFileSync(file, JSON.stringify(config))
    const read = readSettings({
      DATABASE_URL: path,
      OPERATOR_USERNAME: operator.username,
      OPERATOR_PASSWORD: operator.password,
      PORT: '0',
      ...(config ? { CONSOLE_CONFIG: file } : {}),
    })
    if (!read.ok) throw new Error(read.problems.join(' '))
    const logged: string[] = []
    const running = await startConsole(read.settings, { log: (line) => logged.push(line) })
    const body = new URLSearchParams({ ...operator })
    await fetch(`${running.origin}/console/sign-in`, { method: 'POST', body, redirect: 'manual' })
    await running.close()
    return logged
  }
  const trail = () =>
    database
      .prepare('SELECT event_type, source_address FROM force_reset_audit ORDER BY event_number')
      .all()
      .map((row) => ({ ...row }))

  it('makes the table of the trail once, and keeps the trail at the next start', async () => {
    expect(await start()).toEqual([])
    expect(await start()).toEqual([])
    const signedIn = { event_type: 'operator.signed_in', source_address: '127.0.0.1' }
    expect(trail()).toEqual([signedIn, signedIn])
  })

  it.each([
    ['UPDATE force_reset_audit SET operator_id = NULL', /never changed/],
    ['DELETE FROM force_reset_audit', /never deleted/],
    ['INSERT OR REPLACE INTO force_reset_audit SELECT * FROM force_reset_audit', /never replaced/],
  ])('leaves a trail that refuses %s', async (statement, words) => {
    await start()
    expect(() => database.exec(statement)).toThrow(words)
    expect(trail()).toHaveLength(1)
  })

  it('gives the trail of an earlier console the triggers that it lacked', async () => {
    await start()
    database.exec(
      'DROP TRIGGER force_reset_audit_numbered; DROP TRIGGER force_reset_audit_replaced',
    )
    const rewrite = 'INSERT OR REPLACE INTO force_reset_audit SELECT * FROM force_reset_audit'
    database.exec(rewrite)
    expect(await start()).toEqual([])
    expect(() => database.exec(rewrite)).toThrow(/never replaced/)
    expect(trail()).toHaveLength(2)
  })

  it('says that the triggers of the trail are missing', async () => {
    await start()
    database.exec('DROP TRIGGER force_reset_audit_kept')
    expect(await start()).toEqual([expect.stringContaining('its triggers are missing')])
  })

  it('says that the trail of an earlier console stays as it is', async () => {
    database.exec(`CREATE TABLE audit_events (seq INTEGER PRIMARY KEY);
      INSERT INTO audit_events DEFAULT VALUES;
      CREATE TRIGGER audit_events_unchanged BEFORE UPDATE ON audit_events
        BEGIN SELECT RAISE(ABORT, 'audit events are not changed'); END`)
    expect(await start()).toEqual([expect.stringMatching(/"audit_events".*does not show it/)])
    expect(database.prepare('SELECT * FROM audit_events').all()).toHaveLength(1)
    expect(trail()).toHaveLength(1)
  })

  it('leaves a table audit_events of the application alone, without a word', async () => {
    database.exec('CREATE TABLE audit_events (id INTEGER PRIMARY KEY)')
    expect(await start()).toEqual([])
  })

  it('names columns that a reset leaves as they are, unless the file names them', async () => {
    database.exec('ALTER TABLE users ADD COLUMN remember_token TEXT')
    const timeColumns = ['updated_at']
    expect(await start({ timeColumns })).toEqual([
      expect.stringMatching(/^Table users: "remember_token" may hold tokens/),
      expect.stringContaining('endedColumns'),
    ])
    expect(await start({ timeColumns, endedColumns: ['remember_token'] })).toEqual([])
  })

  it('refuses a table of the name of the trail that is another one', async () => {
    database.exec('CREATE TABLE force_reset_audit (event_number INTEGER PRIMARY KEY, note TEXT)')
    await expect(start()).rejects.toThrow(
      /^The table "force_reset_audit" has no column "event_id", .*it is not the table of the audit/,
    )
  })

  it.each([
    ['a table', { table: 'people' }, /^Table people: it is missing\.$/m],
    [
      'a column',
      { columns: { email: 'mail' } },
      /^Column users\.mail \(columns\.email\): it is missing\.$/m,
    ],
    [
      'a table of sessions',
      { sessions: { table: 'sessions', userId: 'user_id' } },
      /^Table sessions: it is missing\.$/m,
    ],
  ])('refuses a configuration that names %s that is not there', async (_, config, words) => {
    await expect(start(config)).rejects.toThrow(words)
    await expect(start(config)).rejects.toMatchObject({ name: 'ConfigurationError' })
  })

  it('takes a table of roles, a lock, a version of tokens, and tables to empty', async () => {
    database.exec(`ALTER TABLE users ADD COLUMN token_version INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE users ADD COLUMN failed_logins INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE users ADD COLUMN provider TEXT NOT NULL DEFAULT '';
      CREATE TABLE roles (user_id TEXT NOT NULL, role TEXT NOT NULL);
      CREATE TABLE sessions (user_id TEXT NOT NULL);
      CREATE TABLE reset_links (user_id TEXT NOT NULL);
      CREATE TABLE api_keys (user_id TEXT NOT NULL)`)
    const config = {
      privileged: { table: 'roles', userId: 'user_id', role: 'role', values: ['admin'] },
      signsInElsewhere: { column: 'provider', values: ['sso'] },
      unlock: { failed_logins: 0 },
      tokenVersion: 'token_version',
      sessions: { table: 'sessions', userId: 'user_id' },
      resetLinks: { table: 'reset_links', userId: 'user_id' },
      apiKeys: { table: 'api_keys', userId: 'user_id' },
    }
    expect(await start(config)).toEqual([])
    await expect(start({ ...config, tokenVersion: 'token_versions' })).rejects.toThrow(
      /^Column users\.token_versions \(tokenVersion\): it is missing\.$/m,
    )
  })

  it('refuses a column in which no temporary password would expire', async () => {
    database.exec('ALTER TABLE users DROP COLUMN password_expires_at')
    database.exec('ALTER TABLE users ADD COLUMN password_expires_at INTEGER')
    await expect(start()).rejects.toThrow(/password_expires_at .*holds no moment/)
  })
})
