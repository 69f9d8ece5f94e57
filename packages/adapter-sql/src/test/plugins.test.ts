import { DatabaseSync } from 'node:sqlite'
import { CamelCasePlugin, Kysely } from 'kysely'
import { describe, expect, it } from 'vitest'
import { temporaryPasswordMigration } from '../audit/migrations.ts'
import { sqlAudit } from '../audit/sql-audit.ts'
import { namedProblems } from '../fixtures/named-problems.ts'
import { resetIn, userIn } from '../fixtures/reset-in.ts'
import { sqliteUsersOptions } from '../fixtures/sqlite-users.ts'
import { sqliteDialect } from '../node-sqlite.ts'
import type { AnyDatabase, AnyOptions, AnyTables } from '../options/any-database.ts'
import { sqlUserStore } from '../store/sql-user-store.ts'

const table = (name: string) =>
  `CREATE TABLE ${name} (id TEXT, username TEXT, email TEXT, display_name TEXT, status TEXT, ` +
  'password_hash TEXT, updated_at TEXT, is_admin INTEGER DEFAULT 0)'

async function resetsOn(db: AnyDatabase, options: AnyOptions): Promise<boolean> {
  await temporaryPasswordMigration({ table: options.table }).up(db)
  expect(await namedProblems(db, options)).toEqual([])
  const store = sqlUserStore(db, options)
  const { version } = await userIn(store, '1')
  expect((await store.list({ search: 'AD' })).users).toHaveLength(1)
  return (await resetIn(store, '1', version)).ok
}

describe('plugins of Kysely', () => {
  it('may rewrite names: the options then have them as the application writes them', async () => {
    const database = new DatabaseSync(':memory:')
    database.exec(
      `${table('app_users')}; INSERT INTO app_users (id, username, status) VALUES ('1', 'ada', ` +
        `'active')`,
    )
    const db = new Kysely<AnyTables>({
      dialect: sqliteDialect(database),
      plugins: [new CamelCasePlugin()],
    })
    const columns = {
      id: 'id',
      username: 'username',
      email: 'email',
      displayName: 'displayName',
      updatedAt: 'updatedAt',
      passwordHash: 'passwordHash',
      mustChange: 'mustChangePassword',
      expiresAt: 'passwordExpiresAt',
    }
    const privileged = { column: 'isAdmin', values: [true] }
    expect(
      await resetsOn(db, { ...sqliteUsersOptions, table: 'appUsers', columns, privileged }),
    ).toBe(true)
  })

  it('may not be withSchema: the schema belongs to the name of the table', async () => {
    const database = new DatabaseSync(':memory:')
    database.exec(`ATTACH ':memory:' AS auth; ${table('main.users')}; ${table('auth.users')}`)
    database.exec(
      "INSERT INTO main.users (id, username, status, password_hash) VALUES ('1', 'ada', " +
        "'active', 'untouched')",
    )
    database.exec("INSERT INTO auth.users (id, username, status) VALUES ('1', 'ada', 'active')")
    const db = new Kysely<AnyTables>({ dialect: sqliteDialect(database) })
    const refused = expect.objectContaining({ code: 'ERR_INVALID_CONFIG' })
    expect(() => sqlUserStore(db.withSchema('auth'), sqliteUsersOptions)).toThrow(refused)
    expect(() => sqlAudit(db.withSchema('auth'))).toThrow(refused)
    await expect(namedProblems(db.withSchema('auth'), sqliteUsersOptions)).rejects.toThrow(refused)
    expect(await resetsOn(db, { ...sqliteUsersOptions, table: 'auth.users' })).toBe(true)
    expect(database.prepare('SELECT password_hash FROM main.users').all()).toEqual([
      { password_hash: 'untouched' },
    ])
    expect(
      database.prepare("SELECT 1 AS n FROM auth.users WHERE password_hash LIKE '$argon2id%'").all(),
    ).toEqual([{ n: 1 }])
  })
})
