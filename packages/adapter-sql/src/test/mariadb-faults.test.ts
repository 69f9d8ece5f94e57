import { type MariaDbServer, startFaultProxy, startMariaDb } from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { cheapHasher, conformanceSubject } from '../fixtures/conformance-subject.ts'
import { expectRefusalInTransaction } from '../fixtures/expect-refusal-in-transaction.ts'
import {
  lossesAfterAnswer,
  openPool,
  poolSize,
  writtenWithLosses,
} from '../fixtures/lost-connections.ts'
import { namedProblems } from '../fixtures/named-problems.ts'
import {
  activeAccount,
  foundIn,
  orderedPassword,
  resetIn,
  settled,
  until,
  userIn,
  written,
} from '../fixtures/reset-in.ts'
import { mariaDbDatabase, mariaDbGrant, type Reach } from '../fixtures/server-databases.ts'
import type { TableShape } from '../fixtures/table-shape.ts'
import {
  credentialsAndRoles,
  credentialsTable,
  numbered,
  oneTable,
  rolesAlone,
  rolesAndSessions,
  splitTables,
} from '../fixtures/table-shapes.ts'
import type { AnyOptions } from '../options/any-database.ts'
import { sqlUserStore } from '../store/sql-user-store.ts'

describeWithServer('mariadb', 'concurrency and faults of MariaDB', () => {
  let server: MariaDbServer
  beforeAll(async () => {
    server = await startMariaDb()
    await server.query(`${mariaDbGrant}; SET GLOBAL log_bin_trust_function_creators = ON`)
  })
  afterAll(async () => await server?.stop())

  /**
   * Whether a transaction waits for a lock. The tables of information_schema that tell this are a
   * cache, which is never renewed while somebody keeps asking.
   */
  const isWaitingForLock = async (): Promise<boolean> => {
    const status = await server.query('SHOW ENGINE INNODB STATUS')
    return /LOCK WAIT/.test(status.slice(status.indexOf('LIST OF TRANSACTIONS')))
  }

  const accountOn = async (shape: TableShape, reach: Reach = {}) => {
    const { db, probe, close } = await mariaDbDatabase(server, reach)
    const subject = await conformanceSubject(shape, probe, db, close)
    return { ...subject, ...(await activeAccount(subject)), db, probe, close }
  }

  it('200 resets of one account are one reset and 199 conflicts', async () => {
    const { store, id, user, close } = await accountOn(rolesAndSessions)
    const results = await Promise.all(
      Array.from({ length: 200 }, () => resetIn(store, id, user.version)),
    )
    expect(results.filter((result) => result.ok)).toHaveLength(1)
    expect(results.filter((result) => !result.ok && result.code === 'conflict')).toHaveLength(199)
    await close()
  })

  for (const shape of [oneTable, credentialsTable, splitTables, rolesAndSessions]) {
    it(`a status that another transaction changes meanwhile is seen: ${shape.name}`, async () => {
      const { db, id, found, close } = await accountOn(shape)
      let resetting: ReturnType<typeof written> | undefined
      await db.transaction().execute(async (trx) => {
        await trx
          .updateTable(shape.options.table)
          .set({ status: 'suspended' })
          .where('id', '=', id)
          .execute()
        resetting = written(found)
        await until(isWaitingForLock)
      })
      expect(await resetting).toMatchObject({
        outcome: 'refused',
        code: 'not_eligible',
        detail: { status: 'suspended' },
      })
      await close()
    })
  }

  it.each([
    { shape: rolesAlone, touch: 'UPDATE users SET username = username' },
    { shape: rolesAndSessions, touch: 'UPDATE users SET username = username' },
    { shape: credentialsAndRoles, touch: 'UPDATE accounts SET username = username' },
    { shape: credentialsAndRoles, touch: 'UPDATE credentials SET temporary = temporary' },
  ])(
    'a role that is granted while the reset waits is seen: $shape.name, $touch',
    async ({ shape, touch }) => {
      for (const isolation of ['READ-COMMITTED', 'REPEATABLE-READ']) {
        await server.query(`SET GLOBAL tx_isolation = '${isolation}'`)
        const { db, id, found, username, password, signIn, close } = await accountOn(shape)
        let resetting: ReturnType<typeof written> | undefined
        await db.transaction().execute(async (trx) => {
          await sql`SELECT * FROM ${sql.table(touch.split(' ')[1] ?? '')} FOR UPDATE`.execute(trx)
          await sql.raw(touch).execute(trx)
          await sql`INSERT INTO user_roles (user_id, role) VALUES (${id}, 'admin')`.execute(trx)
          resetting = written(found)
          await until(isWaitingForLock)
        })
        expect(await resetting).toMatchObject({ outcome: 'refused', code: 'conflict' })
        expect(await signIn(username, password)).toBe('open')
        await close()
      }
    },
  )

  it.each([
    [
      'a CHECK that refuses the values',
      'ALTER TABLE users ADD CHECK (must_change_password = 0)',
      'password_rejected',
      'constraint',
    ],
    [
      'a column that is too short',
      'ALTER TABLE users MODIFY password_expires_at varchar(3)',
      'password_rejected',
      'constraint',
    ],
    [
      'a column that is missing',
      'ALTER TABLE users DROP COLUMN must_change_password',
      'store_unavailable',
      'schema',
    ],
    [
      'a trigger that fails',
      "CREATE TRIGGER t BEFORE UPDATE ON users FOR EACH ROW SIGNAL SQLSTATE '45000' SET " +
        "MESSAGE_TEXT = 'canary'",
      'store_unavailable',
      'trigger',
    ],
    [
      'a view that cannot be changed',
      'ALTER TABLE users RENAME TO people; CREATE VIEW users AS SELECT DISTINCT * FROM people',
      'store_unavailable',
      'not_updatable',
    ],
  ])(
    '%s is named without the words of the driver, and nothing is changed',
    async (_, change, code, key) => {
      const { store, id, user, probe, close } = await accountOn(oneTable)
      for (const statement of change.split(/; (?=CREATE VIEW)/)) await probe.run(statement)
      const before = await probe.run('SELECT * FROM users')
      const result = await resetIn(store, id, user.version)
      expect(result).toMatchObject({ ok: false, code, detail: { key } })
      expect(JSON.stringify(result)).not.toMatch(
        /canary|argon2id|CONSTRAINT|Data too long|Unknown column/,
      )
      expect(await probe.run('SELECT * FROM users')).toEqual(before)
      await close()
    },
  )

  it('a foreign key to what a reset deletes is named, and not the table of users', async () => {
    const { store, id, user, username, password, signIn, probe, close } =
      await accountOn(rolesAndSessions)
    await probe.run('ALTER TABLE sessions ADD number int AUTO_INCREMENT PRIMARY KEY')
    await probe.run(
      'CREATE TABLE devices (session int, FOREIGN KEY (session) REFERENCES sessions (number))',
    )
    await probe.run('INSERT INTO devices SELECT number FROM sessions')
    const result = await resetIn(store, id, user.version)
    expect(result).toMatchObject({
      ok: false,
      code: 'store_unavailable',
      detail: { key: 'referenced' },
    })
    expect(JSON.stringify(result)).not.toMatch(/devices|users/)
    expect(await signIn(username, password)).toBe('open')
    await close()
  })

  it('a database that is not there, and a user who is not let in, are named', async () => {
    for (const [reach, failure] of [
      [{ database: 'app_nowhere' }, { code: 'store_denied', detail: { key: 'denied' } }],
      [{ database: 'test_nowhere' }, { code: 'store_unavailable', detail: { key: 'no_database' } }],
      [
        { password: 'wrong' },
        {
          code: 'store_denied',
          detail: { what: expect.stringContaining("did not let the application's user in") },
        },
      ],
    ] as const) {
      const { db, close } = await mariaDbDatabase(server, reach)
      const store = sqlUserStore(db, { ...oneTable.options, hasher: cheapHasher } as AnyOptions)
      await expect(store.find('1')).rejects.toMatchObject(failure)
      await close()
    }
  })

  it.each([
    ['is locked', 'ACCOUNT LOCK', 'store_denied', 'denied', 'ER_4151'],
    [
      'has to change its password',
      'PASSWORD EXPIRE',
      'store_denied',
      'denied',
      'ER_MUST_CHANGE_PASSWORD',
    ],
    [
      'has used up its connections',
      'WITH MAX_USER_CONNECTIONS 1',
      'store_unavailable',
      'quota',
      'ER_USER_LIMIT_REACHED',
    ],
    [
      'has used up its queries',
      'WITH MAX_QUERIES_PER_HOUR 1',
      'store_unavailable',
      'quota',
      'ER_USER_LIMIT_REACHED',
    ],
  ])('a user of the database who %s is named', async (what, how, code, key, driver) => {
    const user = what.replaceAll(' ', '_')
    await server.query(`CREATE USER ${user}@'127.0.0.1' IDENTIFIED BY 'canary-of-the-pool' ${how}`)
    await server.query(mariaDbGrant.replace('app@', `${user}@`))
    const { db, close } = await mariaDbDatabase(server, { user, password: 'canary-of-the-pool' })
    const store = sqlUserStore(db, { ...oneTable.options, hasher: cheapHasher } as AnyOptions)
    const failures = await Promise.all(
      ['1', '2'].map((id) => store.find(id).catch((error: unknown) => error)),
    )
    expect(failures).toContainEqual(
      expect.objectContaining({
        code,
        detail: expect.objectContaining({ key, cause: expect.objectContaining({ code: driver }) }),
      }),
    )
    expect(JSON.stringify(failures)).not.toMatch(/canary|has_|is_/)
    await close()
  })

  it.each([0, 1])(
    'a pool that gives no connection, because only %i may wait, is named: nothing was changed',
    async (waiting) => {
      const none = {
        code: 'store_unavailable',
        detail: { key: 'no_connection', cure: expect.stringContaining('make the pool larger') },
      }
      const account = await accountOn(oneTable, { connections: 1, waiting })
      const { db, store, id, found, user, username, password, signIn, close } = account
      const first: Promise<unknown>[] = []
      await db.connection().execute(async () => {
        if (waiting > 0) first.push(store.find(id))
        expect(await written(found)).toMatchObject({
          outcome: 'refused',
          ...none,
        })
        await expect(store.find(id)).rejects.toMatchObject(none)
      })
      expect(await Promise.all(first)).toHaveLength(waiting)
      expect(await signIn(username, password)).toBe('open')
      expect((await resetIn(store, id, user.version)).ok).toBe(true)
      await close()
    },
  )

  it('a connection without autocommit is named: no write on it looks done', async () => {
    const account = await accountOn(oneTable, { connections: 1 })
    const { db, store, id, found, user, username, password, signIn, close } = account
    await sql`SET autocommit = 0`.execute(db)
    const off = { code: 'store_unavailable', detail: { key: 'autocommit_off' } }
    expect(await resetIn(store, id, user.version)).toMatchObject({ ok: false, ...off })
    expect(await written(found)).toMatchObject({
      outcome: 'refused',
      ...off,
    })
    await expect(store.list({})).rejects.toMatchObject(off)
    expect(
      await namedProblems(db, { ...oneTable.options, hasher: cheapHasher } as AnyOptions),
    ).toEqual([expect.stringMatching(/^autocommit: /)])
    await sql`SET autocommit = 1`.execute(db)
    expect(await signIn(username, password)).toBe('open')
    expect((await resetIn(store, id, user.version)).ok).toBe(true)
    await close()
  })

  it.each([oneTable, credentialsTable, rolesAndSessions])(
    'a transaction that somebody began by hand is named, and nothing is changed: $name',
    async (shape) => {
      await expectRefusalInTransaction(shape, await accountOn(shape))
    },
  )

  it('a row that stays locked and a server that is read-only are named', async () => {
    const { db, store, id, found, user, close } = await accountOn(oneTable)
    try {
      await db.transaction().execute(async (trx) => {
        await sql`SELECT * FROM users FOR UPDATE`.execute(trx)
        await db.connection().execute(async (connection) => {
          await sql`SET SESSION innodb_lock_wait_timeout = 1`.execute(connection)
        })
        expect(await written(found)).toMatchObject({
          outcome: 'refused',
          code: 'busy',
          detail: { key: 'row_locked' },
        })
      })
      await server.query('SET GLOBAL read_only = ON')
      expect(await resetIn(store, id, user.version)).toMatchObject({
        ok: false,
        code: 'store_unavailable',
        detail: { key: 'read_only' },
      })
    } finally {
      await server.query('SET GLOBAL read_only = OFF')
      await close()
    }
  })

  it('a deadlock that inTransaction swallows undoes the write: the store says so', async () => {
    const { db, probe, close } = await mariaDbDatabase(server)
    await probe.run('CREATE TABLE other (id int PRIMARY KEY)')
    await probe.run('INSERT INTO other VALUES (1), (2), (3)')
    let swallowed: unknown
    const options: Partial<AnyOptions> = {
      inTransaction: async (trx) => {
        await sql`SELECT * FROM other WHERE id = 1 FOR UPDATE`.execute(trx)
        const { promise: locked, resolve: hasLocked } = Promise.withResolvers<void>()
        const rival = db.transaction().execute(async (own) => {
          // The heavier transaction wins a deadlock.
          await sql`UPDATE other SET id = id + 10 WHERE id > 1`.execute(own)
          await sql`INSERT INTO other SELECT seq FROM seq_100_to_400`.execute(own)
          hasLocked()
          await sql`SELECT * FROM other WHERE id = 1 FOR UPDATE`.execute(own)
        })
        await locked
        await until(isWaitingForLock)
        await sql`SELECT * FROM other WHERE id = 12 FOR UPDATE`
          .execute(trx)
          .catch((error: unknown) => {
            swallowed = error
          })
        await rival
      },
    }
    const subject = await conformanceSubject(
      { ...oneTable, options: { ...oneTable.options, ...options } as TableShape['options'] },
      probe,
      db,
      close,
    )
    const { id, user, username, password } = await activeAccount(subject)
    const result = await resetIn(subject.store, id, user.version)
    expect(swallowed).toMatchObject({ errno: 1213 })
    expect(result).toMatchObject({ ok: false, detail: { key: 'transaction_refused' } })
    expect(await subject.signIn(username, password)).toBe('open')
    await close()
  })

  it.each(lossesAfterAnswer)(
    'a committed write whose answer is lost, and $requests requests after it, is $settled',
    async ({ requests, settled: expected }) => {
      const proxy = await startFaultProxy({ to: server })
      const { db, found, username, signIn, close } = await accountOn(oneTable, {
        port: proxy.port,
        connections: poolSize,
      })
      await openPool(db)
      const losses = { answer: 1, requests }
      const { outcomes, settleAgain } = await writtenWithLosses(found, proxy, losses)
      expect(outcomes).toEqual({ written: 'unknown', settled: expected })
      expect(await signIn(username, orderedPassword)).toBe('change_password')
      expect(await settleAgain()).toMatchObject({ outcome: 'applied' })
      await close()
      await proxy.stop()
    },
  )

  it('a connection lost after the write: the reset is found to have happened once', async () => {
    const proxy = await startFaultProxy({ to: server })
    const { store, id, user, username, signIn, close } = await accountOn(oneTable, {
      port: proxy.port,
      connections: 1,
    })
    const cut = proxy.cutBeforeAnswer(2)
    const result = await resetIn(store, id, user.version)
    await cut
    if (!result.ok) throw new Error(`Not reset: ${result.code}`)
    expect(await signIn(username, result.temporaryPassword.reveal())).toBe('change_password')
    await close()
    await proxy.stop()
  })

  it.each(
    [
      'varbinary(300)',
      'binary(200)',
      'char(200)',
      'char(200) CHARACTER SET latin1',
      'blob',
    ].flatMap((type) => [
      { type, mode: '' },
      { type, mode: ',PAD_CHAR_TO_FULL_LENGTH' },
    ]),
  )(
    'a write whose answer is lost is found to have happened in a column $type, sql_mode $mode',
    async ({ type, mode }) => {
      await server.query(`SET GLOBAL sql_mode = CONCAT(@@GLOBAL.sql_mode, '${mode}')`)
      const proxy = await startFaultProxy({ to: server })
      const { store, id, probe, close } = await accountOn(oneTable, {
        port: proxy.port,
        connections: 1,
      })
      await probe.run(`ALTER TABLE users MODIFY password_hash ${type}`)
      const { version } = await userIn(store, id)
      const cut = proxy.cutBeforeAnswer(2)
      const result = await resetIn(store, id, version)
      await cut
      expect(result).toMatchObject({ ok: true, receipt: { mustChange: 'application' } })
      const found = await foundIn(store, id)
      const again = proxy.cutBeforeAnswer(1)
      const outcome = await written(found)
      expect(outcome).toMatchObject({ outcome: 'unknown' })
      await again
      await probe.run("UPDATE users SET password_hash = 'chosen-by-the-user'")
      expect(await settled(outcome)).toEqual({ outcome: 'not_applied' })
      await close()
      await proxy.stop()
      await server.query('SET GLOBAL sql_mode = DEFAULT')
    },
  )

  it.each(['ascii', 'latin1', 'utf8mb3', 'utf8mb4'])(
    'text that an id in %s cannot be finds nobody, on no page either',
    async (charset) => {
      const { store, id, probe, close } = await accountOn(oneTable)
      await probe.run(
        `ALTER TABLE users MODIFY id char(36) CHARACTER SET ${charset}, ` +
          `MODIFY username varchar(90) CHARACTER SET ${charset}`,
      )
      for (const text of ['日本', 'é', '😀', `${id}日本`]) {
        expect(await store.find(text)).toBeUndefined()
        // Its collations take é for e.
        if (text !== 'é') expect((await store.list({ search: text })).users).toEqual([])
        const cursor = JSON.stringify([text, true, text])
        await store
          .list({ cursor })
          .catch((error: unknown) => expect(error).toMatchObject({ code: 'invalid_request' }))
      }
      expect((await userIn(store, id)).id).toBe(id)
      await close()
    },
  )

  it('an id of text that MariaDB would take for a number finds nobody', async () => {
    const { store, id, close } = await accountOn(numbered)
    expect((await userIn(store, id)).id).toBe(id)
    for (const like of [`${id}x`, ` ${id}`, `${id} `, `0${id}`, `${id}.0`, String(BigInt(id) + 1n)])
      expect(await store.find(like)).toBeUndefined()
    await close()
  })
})
