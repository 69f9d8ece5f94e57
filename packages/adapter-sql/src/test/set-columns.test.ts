import { randomUUID } from 'node:crypto'
import { noPrivilegedUsers } from '@force-reset/core'
import { markOf } from '@force-reset/core/store'
import { CamelCasePlugin, sql } from 'kysely'
import { beforeEach, describe, expect, it } from 'vitest'
import { cheapHasher } from '../fixtures/conformance-subject.ts'
import {
  describeOnMariaDb,
  describeOnPostgres,
  describeOnSqlite,
} from '../fixtures/on-databases.ts'
import { foundIn, orderedPassword, resetIn, userIn, written } from '../fixtures/reset-in.ts'
import { sqliteUsers, sqliteUsersOptions } from '../fixtures/sqlite-users.ts'
import type { AnyDatabase, AnyOptions, Row } from '../options/any-database.ts'
import type { WriteFacts } from '../options/options.ts'
import { sqlUserStore } from '../store/sql-user-store.ts'

const at = Date.UTC(2026, 0, 2, 3, 4, 5, 678)

const inOneTable = {
  table: 'people',
  columns: { id: 'id', username: 'name', passwordHash: 'hash' },
  status: { column: 'state', active: ['on'], suspended: ['off'] },
  privileged: noPrivilegedUsers,
  hasher: cheapHasher,
  now: () => at,
} satisfies AnyOptions

const inTwoTables = {
  ...inOneTable,
  columns: { id: 'id', username: 'name' },
  credentials: { table: 'secrets', userId: 'person_id', columns: { passwordHash: 'hash' } },
} satisfies AnyOptions

/** What a database calls its types. */
interface Types {
  readonly moment: string
  readonly flag: string
  readonly bytes: string
}

async function run(db: AnyDatabase, ...texts: readonly string[]): Promise<readonly Row[]> {
  let rows: readonly Row[] = []
  for (const text of texts) ({ rows } = await sql.raw<Row>(text).execute(db))
  return rows
}

function suite(on: { readonly db: AnyDatabase }, { moment, flag, bytes }: Types): void {
  beforeEach(async () => {
    await run(
      on.db,
      'DROP TABLE IF EXISTS people',
      'DROP TABLE IF EXISTS secrets',
      'DROP TABLE IF EXISTS remembered',
      'DROP TABLE IF EXISTS sessions',
      `CREATE TABLE people (id int PRIMARY KEY, name varchar(40), hash varchar(200),
        state varchar(9), remember_token varchar(100), security_stamp varchar(40) NOT NULL,
        api_token varchar(100), salt varchar(40), raw_salt ${bytes}, changed_by varchar(8),
        is_fresh ${flag}, tries int, updated_at ${moment}, changed_at varchar(30))`,
      `INSERT INTO people (id, name, hash, state, remember_token, security_stamp, api_token, tries)
        VALUES (1, 'kim', 'old', 'on', 'remember', 'stamp', 'key', 3),
          (2, 'lee', 'old', 'on', 'remember', 'stamp', 'key', 3)`,
      `CREATE TABLE secrets (person_id int, hash varchar(200), salt varchar(40),
        reset_token varchar(40), updated_at ${moment})`,
      "INSERT INTO secrets (person_id, hash, reset_token) VALUES (1, 'old', 'link')",
      'CREATE TABLE remembered (person_id int)',
      'INSERT INTO remembered VALUES (1), (1), (2)',
      'CREATE TABLE sessions (person_id int)',
      'INSERT INTO sessions VALUES (1), (2)',
    )
  })

  const reset = async (options: AnyOptions) => {
    const store = sqlUserStore(on.db, options)
    const { version } = await userIn(store, '1')
    return await resetIn(store, '1', version, { requireMustChange: false })
  }
  const rowOf = async (id: number, table = 'people', key = 'id'): Promise<Row> =>
    (await run(on.db, `SELECT * FROM ${table} WHERE ${key} = ${id}`))[0] ?? {}
  const momentIn = (value: unknown) =>
    value instanceof Date ? value.getTime() : Date.parse(String(value))
  const everything = async () =>
    JSON.stringify([
      await run(on.db, 'SELECT * FROM people ORDER BY id'),
      await run(on.db, 'SELECT * FROM secrets'),
      await run(on.db, 'SELECT * FROM remembered'),
    ])

  it('end with the hash: tokens are cleared, and a required stamp is made anew', async () => {
    const other = await rowOf(2)
    const result = await reset({
      ...inOneTable,
      ended: [
        {
          table: 'people',
          columns: { remember_token: null, security_stamp: () => randomUUID() },
        },
        { table: 'people', columns: { api_token: 'none' }, holds: 'api_keys' },
      ],
    })
    expect(result).toMatchObject({
      ok: true,
      receipt: {
        sessionsRevoked: null,
        survives: ['sessions', 'reset_links', 'in_flight_sign_ins'],
      },
    })
    const row = await rowOf(1)
    expect(row).toMatchObject({ remember_token: null, api_token: 'none' })
    expect(String(row['security_stamp'])).toMatch(/^[0-9a-f-]{36}$/)
    expect(row['hash']).not.toBe('old')
    expect(await rowOf(2)).toEqual(other)
  })

  it('take values of every type, of functions, and of the hasher', async () => {
    const told: WriteFacts[] = []
    const result = await reset({
      ...inOneTable,
      hasher: async (password) => ({
        hash: await cheapHasher(password),
        values: { salt: 'pepper', raw: new Uint8Array([0, 1, 255]) },
      }),
      set: {
        updated_at: ({ now }) => now,
        changed_at: ({ now }) => now.toISOString(),
        changed_by: (facts) => {
          told.push(facts)
          return String(facts.operatorId)
        },
        salt: { fromHasher: 'salt' },
        raw_salt: { fromHasher: 'raw' },
        is_fresh: true,
        tries: 42,
      },
    })
    expect(result.ok).toBe(true)
    const row = await rowOf(1)
    expect(momentIn(row['updated_at'])).toBe(at)
    expect(row).toMatchObject({
      changed_at: new Date(at).toISOString(),
      changed_by: 'operator',
      salt: 'pepper',
      tries: 42,
    })
    expect([true, 1]).toContain(row['is_fresh'])
    expect([...Buffer.from(row['raw_salt'] as Uint8Array)]).toEqual([0, 1, 255])
    expect(told).toEqual([
      {
        resetId: result.resetId,
        purpose: 'reset',
        userId: '1',
        username: 'kim',
        operatorId: 'operator',
        reason: undefined,
        correlationId: undefined,
        now: new Date(at),
      },
    ])
  })

  it('are written in the table of passwords too, where both have one', async () => {
    const result = await reset({
      ...inTwoTables,
      hasher: async (password) => ({
        hash: await cheapHasher(password),
        values: { salt: 'pepper' },
      }),
      credentials: {
        ...inTwoTables.credentials,
        set: { salt: { fromHasher: 'salt' }, updated_at: ({ now }) => now },
      },
      set: { changed_by: 'help' },
      ended: [
        { table: 'secrets', columns: { reset_token: null }, holds: 'reset_links' },
        { table: 'people', columns: { remember_token: null } },
      ],
    })
    expect(result).toMatchObject({
      ok: true,
      receipt: { survives: ['sessions', 'api_keys', 'in_flight_sign_ins'] },
    })
    expect(await rowOf(1)).toMatchObject({ changed_by: 'help', remember_token: null, hash: 'old' })
    const secret = await rowOf(1, 'secrets', 'person_id')
    expect(secret).toMatchObject({ salt: 'pepper', reset_token: null })
    expect(momentIn(secret['updated_at'])).toBe(at)
    expect(secret['hash']).not.toBe('old')
  })

  it('are written in the table of passwords alone, where the account itself stays', async () => {
    const result = await reset({
      ...inTwoTables,
      ended: [{ table: 'secrets', columns: { reset_token: null } }],
    })
    expect(result.ok).toBe(true)
    expect(await rowOf(1, 'secrets', 'person_id')).toMatchObject({ reset_token: null })
  })

  it('end when a sweep ends an unused temporary password, as at a reset', async () => {
    const purposes: string[] = []
    const store = sqlUserStore(on.db, {
      ...inOneTable,
      ended: [{ table: 'people', columns: { remember_token: null } }],
      set: {
        changed_by: ({ purpose }) => {
          purposes.push(purpose)
          return purpose
        },
      },
    })
    const first = await written(await foundIn(store, '1'))
    if (first.outcome !== 'applied') throw new Error(first.outcome)
    await run(on.db, "UPDATE people SET remember_token = 'again' WHERE id = 1")
    const found = await foundIn(store, '1')
    expect(found.standing(first.mark).now).toBe('temporary')
    const order = { purpose: 'expire', onlyIf: first.mark } as const
    expect(await written(found, order)).toMatchObject({ outcome: 'applied' })
    expect(await rowOf(1)).toMatchObject({ remember_token: null, changed_by: 'expire' })
    expect(purposes).toEqual(['reset', 'expire'])
    const other = { ...order, onlyIf: markOf('sql1.AAAA') } as const
    expect(await written(await foundIn(store, '1'), other)).toMatchObject({ code: 'conflict' })
  })

  it('refuse a value that does not fit, and nothing is changed', async () => {
    const before = await everything()
    const sessions = { table: 'remembered', userId: 'person_id' } as const
    for (const [set, code] of [
      [{ changed_by: 'longer than eight' }, 'password_rejected'],
      [{ security_stamp: null }, 'password_rejected'],
      [{ tries: 'three' }, 'store_unavailable'],
    ] as const) {
      if (moment === 'text' && !('security_stamp' in set)) continue
      expect(await reset({ ...inOneTable, set, ended: [sessions] })).toMatchObject({
        ok: false,
        code,
      })
      expect(await everything()).toBe(before)
    }
  })

  it('refuse a reset before the write where a function throws or gives no value', async () => {
    const before = await everything()
    const failing: readonly (readonly [() => string, object])[] = [
      [
        () => {
          throw Object.assign(new RangeError('canary'), { code: 'E_STAMP', value: 'canary' })
        },
        { key: 'column_function', cause: { name: 'RangeError', code: 'E_STAMP' } },
      ],
      [() => JSON.parse('[1]'), { key: 'column_value', parameters: { option: 'set.salt' } }],
      [() => JSON.parse('{}').missing, { key: 'column_value' }],
    ]
    for (const [salt, detail] of failing) {
      const result = await reset({ ...inOneTable, set: { salt } })
      expect(result).toMatchObject({ ok: false, code: 'store_unavailable', detail })
      expect(JSON.stringify(result)).not.toContain('canary')
    }
    const unknown = { ...inOneTable, set: { salt: { fromHasher: 'salt' } } } as const
    expect(await reset(unknown)).toMatchObject({ ok: false, detail: { key: 'column_value' } })
    expect(await everything()).toBe(before)
  })

  it('are not counted as sessions, as tables of tokens are not', async () => {
    const remembered = { table: 'remembered', userId: 'person_id', holds: 'tokens' } as const
    const sessions = { table: 'sessions', userId: 'person_id' } as const
    expect(await reset({ ...inOneTable, ended: [remembered] })).toMatchObject({
      receipt: {
        sessionsRevoked: null,
        survives: ['sessions', 'reset_links', 'api_keys', 'in_flight_sign_ins'],
      },
    })
    await run(on.db, 'INSERT INTO remembered VALUES (1), (1), (1)')
    expect(await reset({ ...inOneTable, ended: [remembered, sessions] })).toMatchObject({
      receipt: {
        sessionsRevoked: 1,
        survives: ['reset_links', 'api_keys', 'in_flight_sign_ins'],
      },
    })
    expect(await run(on.db, 'SELECT * FROM remembered')).toHaveLength(1)
  })

  it('name sessions as survivors where the application caches them', async () => {
    const ended = [{ table: 'sessions', userId: 'person_id' }] as const
    const sessionsAreCached = true
    expect(await reset({ ...inOneTable, ended, sessionsAreCached })).toMatchObject({
      receipt: {
        sessionsRevoked: 1,
        survives: ['sessions', 'tokens', 'reset_links', 'api_keys', 'in_flight_sign_ins'],
      },
    })
    const survives = ['in_flight_sign_ins'] as const
    expect(await reset({ ...inOneTable, ended, survives, sessionsAreCached })).toMatchObject({
      receipt: { survives: ['sessions', 'in_flight_sign_ins'] },
    })
  })

  it('are no conflict with the reset’s own version, and are found by the next look', async () => {
    await run(on.db, 'ALTER TABLE people ADD lock_version int NOT NULL DEFAULT 7')
    const result = await reset({
      ...inOneTable,
      columns: { ...inOneTable.columns, updatedAt: 'updated_at' },
      versionColumn: { column: 'lock_version', raisedBy: 'reset' },
      set: { updated_at: ({ now }) => now },
    })
    expect(result.ok).toBe(true)
    expect(await rowOf(1)).toMatchObject({ lock_version: 8 })
  })
}

describe('columns that a reset sets', () => {
  describeOnSqlite('on SQLite', (on) => {
    suite(on, { moment: 'text', flag: 'integer', bytes: 'blob' })
  })
  describeOnPostgres('on PostgreSQL', (on) => {
    suite(on, { moment: 'timestamptz', flag: 'boolean', bytes: 'bytea' })

    it('are written in another schema, where the database changes the version', async () => {
      await run(
        on.db,
        'CREATE SCHEMA IF NOT EXISTS hr',
        'CREATE TABLE hr.people AS TABLE people',
        "UPDATE hr.people SET remember_token = 'hr'",
      )
      const store = sqlUserStore(on.db, {
        ...inOneTable,
        table: 'hr.people',
        versionColumn: { column: 'xmin', raisedBy: 'database' },
        ended: [{ table: 'hr.people', columns: { remember_token: null } }],
        set: { updated_at: ({ now }) => now },
      })
      const { version } = await userIn(store, '1')
      const result = await resetIn(store, '1', version, { requireMustChange: false })
      expect(result.ok).toBe(true)
      const rows = await run(on.db, 'SELECT id, remember_token FROM hr.people ORDER BY id')
      expect(rows).toEqual([
        { id: 1, remember_token: null },
        { id: 2, remember_token: 'hr' },
      ])
      expect(await run(on.db, 'SELECT remember_token FROM people WHERE id = 1')).toEqual([
        { remember_token: 'remember' },
      ])
    })
  })
  describeOnMariaDb('on MariaDB', (on) => {
    suite(on, { moment: 'datetime(3)', flag: 'boolean', bytes: 'varbinary(40)' })

    it('are written where the database itself changes the version', async () => {
      await run(
        on.db,
        `ALTER TABLE people ADD touched timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)
          ON UPDATE CURRENT_TIMESTAMP(6)`,
      )
      const store = sqlUserStore(on.db, {
        ...inOneTable,
        versionColumn: { column: 'touched', raisedBy: 'database' },
        ended: [{ table: 'people', columns: { remember_token: null } }],
      })
      const { version } = await userIn(store, '1')
      const result = await resetIn(store, '1', version, { requireMustChange: false })
      expect(result.ok).toBe(true)
      expect((await userIn(store, '1')).version).not.toBe(version)
    })
  })
})

describe('columns that a reset sets, on their way', () => {
  it('have the values of the first write when the write is sent again', async () => {
    let asked = 0
    const users = sqliteUsers({
      set: {
        updated_at: () => {
          asked += 1
          return `time-${asked}`
        },
      },
    })
    users.faults.loseAnswer()
    expect(await users.reset('1')).toMatchObject({ ok: true })
    const held = users.faults.hold()
    expect(await users.reset('1')).toMatchObject({ ok: true })
    held()
    expect(asked).toBe(2)
    expect(users.run('SELECT updated_at FROM users')).toEqual([{ updated_at: 'time-2' }])
  })

  it('go through a plugin that rewrites names', async () => {
    const users = sqliteUsers()
    const db = users.db.withPlugin(new CamelCasePlugin())
    const store = sqlUserStore(db, {
      ...sqliteUsersOptions,
      set: { updatedAt: ({ now }) => now },
      ended: [{ table: 'users', columns: { lockedUntil: 'never' } }],
    })
    const { version } = await userIn(store, '1')
    expect((await resetIn(store, '1', version)).ok).toBe(true)
    const [row] = users.run('SELECT updated_at, locked_until FROM users')
    expect(row?.['locked_until']).toBe('never')
    expect(Date.parse(String(row?.['updated_at']))).toBeGreaterThan(0)
  })

  it('never hold the temporary password that a hasher gives away beside the hash', async () => {
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
    for (const salt of [text, (bytes: Uint8Array) => new Uint8Array([9, ...bytes])]) {
      const users = sqliteUsers({
        hasher: (bytes) => ({ hash: 'h', values: { salt: salt(bytes) } }),
        set: { updated_at: { fromHasher: 'salt' } },
      })
      const before = users.everything()
      expect(await written(await users.look('1'))).toMatchObject({
        outcome: 'refused',
        detail: { key: 'hasher_plaintext' },
      })
      expect(users.everything()).toBe(before)
      expect(before).not.toContain(orderedPassword)
    }
  })
})

describe('the part of the application in the transaction', () => {
  it('is told who asks, why, and with which reference', async () => {
    const told: unknown[] = []
    const users = sqliteUsers({
      inTransaction: (_, applied) => {
        told.push(applied)
        return Promise.resolve()
      },
    })
    const asked = { operatorId: 'lee', reason: 'INC-4711', correlationId: 'c-1' }
    await written(await users.look('1'), asked)
    await written(await users.look('1'), { purpose: 'expire' })
    const shared = { resetId: 'r', userId: '1', username: 'user-1' }
    expect(told).toEqual([
      { ...shared, purpose: 'reset', ...asked },
      { ...shared, purpose: 'expire' },
    ])
  })
})
