import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  type FaultProxy,
  type PostgresServer,
  startFaultProxy,
  startPostgres,
} from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { ParseJSONResultsPlugin, sql } from 'kysely'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { cheapHasher, conformanceSubject } from '../fixtures/conformance-subject.ts'
import { expectRefusalInTransaction } from '../fixtures/expect-refusal-in-transaction.ts'
import {
  lossesAfterAnswer,
  openPool,
  poolSize,
  writtenWithLosses,
} from '../fixtures/lost-connections.ts'
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
import { postgresDatabase, type Reach, switchedDatabase } from '../fixtures/server-databases.ts'
import type { TableShape } from '../fixtures/table-shape.ts'
import {
  credentialsTable,
  oneTable,
  rolesAndSessions,
  splitTables,
} from '../fixtures/table-shapes.ts'
import type { AnyDatabase, AnyOptions } from '../options/any-database.ts'
import { sqlUserStore } from '../store/sql-user-store.ts'

describeWithServer('postgres', 'faults of PostgreSQL', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterEach(() => void vi.useRealTimers())
  afterAll(async () => await server?.stop())

  /**
   * Deadlines set from now on pass only by `vi.advanceTimersByTime`: a busy machine cannot make one
   * pass.
   */
  const deadlinesByHand = () => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })

  /** A store whose hash is there at once, so that a reset waits for nothing but the database. */
  const storeAtOnce = ({ db }: Account, timeoutMs: number) =>
    sqlUserStore(db, { ...oneTable.options, timeoutMs, hasher: () => 'a-hash' } as AnyOptions)

  /** What becomes of work that waits for a connection, when so many milliseconds have passed. */
  const afterWaiting = async <T>(milliseconds: number, work: () => Promise<T>): Promise<T> => {
    deadlinesByHand()
    const outcome = work()
    // Long enough for everything that does not wait for the connection: nothing else leaves the
    // process.
    for (let turn = 0; turn < 20; turn += 1) await nextTurn()
    vi.advanceTimersByTime(milliseconds)
    const settled = await outcome
    vi.useRealTimers()
    return settled
  }

  interface Setting extends Reach {
    readonly shape?: TableShape
    readonly options?: Partial<AnyOptions>
  }
  const accountOn = async ({ shape = oneTable, options = {}, ...reach }: Setting) => {
    const { db, probe, close } = await postgresDatabase(server, reach)
    const subject = await conformanceSubject(
      { ...shape, options: { ...shape.options, ...options } as TableShape['options'] },
      probe,
      db,
      close,
    )
    return { ...subject, ...(await activeAccount(subject)), db, probe, close }
  }
  type Account = Awaited<ReturnType<typeof accountOn>>

  /** What the reset is told; and that neither the driver's words nor any value are in it. */
  const refusal = async ({ store, id, user, probe }: Account) => {
    const rows = JSON.stringify(await probe.run('SELECT * FROM users'))
    const result = await resetIn(store, id, user.version)
    const text = JSON.stringify(result)
    expect(text).not.toMatch(
      /argon2id|violates|Failing row|canceling|permission denied|relation|canary/i,
    )
    expect(JSON.stringify(await probe.run('SELECT * FROM users'))).toBe(rows)
    if (result.ok) throw new Error('The reset happened')
    return {
      code: result.code,
      key: result.detail?.reason === 'store' ? result.detail.key : undefined,
    }
  }

  it.each([
    [
      'a CHECK that refuses the hash',
      'ALTER TABLE users ADD CHECK (must_change_password = false)',
      'password_rejected',
      'constraint',
    ],
    [
      'a column that is too short',
      'ALTER TABLE users ADD CHECK (true); ALTER TABLE users ALTER password_expires_at TYPE ' +
        'varchar(3)',
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
      'a column of another type',
      'ALTER TABLE users ALTER password_expires_at TYPE integer USING 1',
      'store_unavailable',
      'schema',
    ],
    ['a right that is missing', 'REVOKE UPDATE ON users FROM app', 'store_denied', 'denied'],
    [
      'a trigger that fails',
      "CREATE FUNCTION fail() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'canary %', NEW; END " +
        '$$ LANGUAGE plpgsql; CREATE TRIGGER t BEFORE UPDATE ON users FOR EACH ROW EXECUTE ' +
        'FUNCTION fail()',
      'store_unavailable',
      'trigger',
    ],
    [
      'a view that cannot be changed',
      'ALTER TABLE users RENAME TO people; CREATE VIEW users AS SELECT DISTINCT * FROM people',
      'store_unavailable',
      'not_updatable',
    ],
    [
      'conflicts that go on',
      "CREATE FUNCTION lose() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'canary' USING ERRCODE " +
        "= '40001'; END $$ LANGUAGE plpgsql; CREATE TRIGGER t BEFORE UPDATE ON users FOR EACH " +
        'ROW EXECUTE FUNCTION lose()',
      'busy',
      'contention',
    ],
  ])('%s is named, and nothing is changed', async (_, change, code, key) => {
    const account = await accountOn({})
    for (const statement of change.split(/; (?=CREATE TRIGGER|CREATE VIEW|ALTER)/))
      await account.probe.run(statement)
    expect(await refusal(account)).toEqual({ code, key })
    await account.close()
  })

  const drops =
    'CREATE FUNCTION drops() RETURNS trigger AS $$ BEGIN RETURN NULL; END $$ LANGUAGE plpgsql'
  it.each([
    [
      'a trigger that drops the change',
      oneTable,
      [drops, 'CREATE TRIGGER t BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION drops()'],
    ],
    [
      'a trigger that drops the change of the password alone',
      splitTables,
      [drops, 'CREATE TRIGGER t BEFORE UPDATE ON secrets FOR EACH ROW EXECUTE FUNCTION drops()'],
    ],
    [
      'row security that shows the row, and keeps it from the write',
      oneTable,
      [
        'ALTER TABLE users ENABLE ROW LEVEL SECURITY',
        'ALTER TABLE users FORCE ROW LEVEL SECURITY',
        'CREATE POLICY look ON users FOR SELECT USING (true)',
        'CREATE POLICY write ON users FOR UPDATE USING (false)',
      ],
    ],
  ])('%s is named, since no reload would help', async (_, shape, changes) => {
    const { store, id, user, username, password, signIn, probe, close } = await accountOn({ shape })
    for (const change of changes) await probe.run(change)
    const named = { code: 'store_unavailable', detail: { key: 'write_matched_nothing' } }
    expect(await resetIn(store, id, user.version)).toMatchObject({ ok: false, ...named })
    expect(await signIn(username, password)).toBe('open')
    await close()
  })

  it('a plugin of Kysely that reads another text than is stored is named', async () => {
    const { db, id, username, password, signIn, probe, close } = await accountOn({})
    await probe.run(`ALTER TABLE users ALTER role TYPE jsonb USING '["member"]'`)
    const options = {
      ...oneTable.options,
      hasher: cheapHasher,
      privileged: { columns: ['role'], of: () => false },
    }
    const store = sqlUserStore(db.withPlugin(new ParseJSONResultsPlugin()), options as AnyOptions)
    const { version } = await userIn(store, id)
    expect(await resetIn(store, id, version)).toMatchObject({
      ok: false,
      detail: { key: 'write_matched_nothing' },
    })
    expect(await signIn(username, password)).toBe('open')
    await close()
  })

  it.each([oneTable, credentialsTable, rolesAndSessions])(
    'a transaction that somebody began by hand is named, and nothing is changed: $name',
    async (shape) => {
      await expectRefusalInTransaction(shape, await accountOn({ shape }))
    },
  )

  it('a foreign key to what a reset deletes is named, and not the table of users', async () => {
    const account = await accountOn({ shape: rolesAndSessions })
    await account.probe.run('ALTER TABLE sessions ADD number serial UNIQUE')
    await account.probe.run('CREATE TABLE devices (session int REFERENCES sessions (number))')
    await account.probe.run('INSERT INTO devices SELECT number FROM sessions')
    expect(await refusal(account)).toEqual({ code: 'store_unavailable', key: 'referenced' })
    expect(await account.signIn(account.username, account.password)).toBe('open')
    await account.close()
  })

  it('a database that is not there, and a user who is not let in, are named', async () => {
    for (const [change, failure] of [
      [
        { database: 'nowhere' },
        { code: 'store_unavailable', detail: { key: 'no_database', cause: { sqlState: '3D000' } } },
      ],
      [
        { password: 'wrong' },
        {
          code: 'store_denied',
          detail: { key: 'denied', what: expect.stringContaining("application's user in.") },
        },
      ],
    ] as const) {
      const { db, close } = await postgresDatabase(server, change)
      const store = sqlUserStore(db, { ...oneTable.options, hasher: cheapHasher } as AnyOptions)
      await expect(store.find('1')).rejects.toMatchObject(failure)
      await close()
    }
  })

  it('a server that is read-only is named', async () => {
    const account = await accountOn({ settings: '-c default_transaction_read_only=on' })
    expect(await refusal(account)).toEqual({ code: 'store_unavailable', key: 'read_only' })
    await account.close()
  })

  it.each([
    ['-c lock_timeout=50', { code: 'busy', key: 'row_locked' }],
    // Long enough for every statement that waits for nothing.
    ['-c statement_timeout=1000', { code: 'store_unavailable', key: 'statement_timeout' }],
  ])('a row that stays locked is named with %s', async (settings, expected) => {
    const account = await accountOn({ settings, connections: 2 })
    await account.db.transaction().execute(async (trx) => {
      await sql`SELECT 1 FROM users FOR UPDATE`.execute(trx)
      expect(await refusal(account)).toEqual(expected)
    })
    await account.close()
  })

  it('a serialization failure is repeated, and the reset happens', async () => {
    const account = await accountOn({ settings: '-c default_transaction_isolation=serializable' })
    const attempts = await afterLockWait(account, 'UPDATE users SET failed_logins = 3')
    expect(attempts).toMatchObject({ outcome: 'applied' })
    await account.close()
  })

  it('a serialization failure by another reset is a conflict', async () => {
    const account = await accountOn({ settings: '-c default_transaction_isolation=serializable' })
    expect(
      await afterLockWait(account, "UPDATE users SET password_hash = 'another'"),
    ).toMatchObject({
      outcome: 'refused',
      code: 'conflict',
    })
    await account.close()
  })

  /** The store's write waits for a transaction with this change, which is then committed. */
  const afterLockWait = async ({ db, found, probe }: Account, change: string) => {
    let resetting: ReturnType<typeof written> | undefined
    await db.transaction().execute(async (trx) => {
      await sql.raw(change).execute(trx)
      resetting = written(found)
      await until(
        async () =>
          Number(
            (
              await probe.run(
                "SELECT count(*) AS n FROM pg_stat_activity WHERE wait_event_type = 'Lock'",
              )
            )[0]?.['n'],
          ) > 0,
      )
    })
    return await resetting
  }

  it('a deadlock is repeated, and the reset happens', async () => {
    await server.query('GRANT SET ON PARAMETER deadlock_timeout TO app')
    const account = await accountOn({ shape: splitTables })
    let resetting: ReturnType<typeof written> | undefined
    await account.db.transaction().execute(async (trx) => {
      // PostgreSQL ends the transaction that looks for a deadlock first; this one never looks.
      await sql`SET LOCAL deadlock_timeout = '1min'`.execute(trx)
      // Locks in the other order: the credentials first.
      await sql`SELECT 1 FROM secrets FOR UPDATE`.execute(trx)
      resetting = written(account.found)
      await until(
        async () =>
          Number(
            (
              await account.probe.run(
                "SELECT count(*) AS n FROM pg_stat_activity WHERE wait_event_type = 'Lock'",
              )
            )[0]?.['n'],
          ) > 0,
      )
      // Waits here until PostgreSQL has ended the store's transaction.
      await sql`SELECT 1 FROM accounts FOR UPDATE`.execute(trx)
    })
    expect(await resetting).toMatchObject({ outcome: 'applied' })
    expect(await server.log()).toContain('deadlock detected')
    await account.close()
  })

  const throughProxy = async (
    work: (account: Account, proxy: FaultProxy) => Promise<void>,
    options: Partial<AnyOptions> = {},
    connections = 1,
  ) => {
    const proxy = await startFaultProxy({ to: server })
    const account = await accountOn({ port: proxy.port, connections, options })
    try {
      await work(account, proxy)
    } finally {
      proxy.pass()
      proxy.cut()
      await account.close()
      await proxy.stop()
    }
  }

  for (const inTransaction of [undefined, async () => undefined]) {
    const how = inTransaction ? 'in a transaction' : 'alone'

    it(`a connection lost before the write ${how}: the reset happens all the same, once`, () =>
      throughProxy(async ({ found, username, signIn }, proxy) => {
        const cut = proxy.cutBeforeRequest()
        const outcome = await written(found)
        await cut
        if (inTransaction)
          return expect(outcome).toMatchObject({
            outcome: 'refused',
            code: 'store_unavailable',
            detail: { key: 'connection' },
          })
        expect(outcome).toMatchObject({ outcome: 'unknown', detail: { key: 'connection' } })
        expect(await settled(outcome)).toMatchObject({ outcome: 'applied' })
        expect(await signIn(username, orderedPassword)).toBe('change_password')
      }, inTransaction && { inTransaction }))

    it(`a connection lost after the write ${how}: the reset is found to have happened once`, () =>
      throughProxy(async ({ store, id, user, username, signIn }, proxy) => {
        // The look is the first request, the write the second; with a transaction BEGIN is before
        // it, a look and COMMIT after it.
        const cut = proxy.cutBeforeAnswer(inTransaction ? 5 : 2)
        const result = await resetIn(store, id, user.version)
        await cut
        if (!result.ok) throw new Error(`Not reset: ${result.code}`)
        expect(await signIn(username, result.temporaryPassword.reveal())).toBe('change_password')
      }, inTransaction && { inTransaction }))
  }

  it.each([
    'bytea USING convert_to(password_hash, current_setting($$server_encoding$$))',
    'char(300)',
    'varchar(97)',
  ])('a write whose answer is lost is found to have happened in a column %s', (type) =>
    throughProxy(async ({ store, id, probe }, proxy) => {
      await probe.run(`ALTER TABLE users ALTER password_hash TYPE ${type}`)
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
    }),
  )

  for (const [how, options, answer] of [
    ['alone', {}, 1],
    // BEGIN, the write, a look, COMMIT.
    ['in a transaction', { inTransaction: async () => undefined }, 4],
  ] as const) {
    it.each(lossesAfterAnswer)(
      `a committed write ${how} whose answer is lost, and $requests requests after it, is $settled`,
      ({ requests, settled: expected }) =>
        throughProxy(
          async ({ db, found, username, signIn }, proxy) => {
            await openPool(db)
            const losses = { answer, requests }
            const { outcomes, settleAgain } = await writtenWithLosses(found, proxy, losses)
            expect(outcomes).toEqual({ written: 'unknown', settled: expected })
            expect(await signIn(username, orderedPassword)).toBe('change_password')
            expect(await settleAgain()).toMatchObject({ outcome: 'applied' })
          },
          options,
          poolSize,
        ),
    )
  }

  it('a connection lost after a write that matched nothing: it is asked again why', () =>
    throughProxy(async ({ id, found, setStatus, username, password, signIn }, proxy) => {
      await setStatus(id, 'suspended')
      const cut = proxy.cutBeforeAnswer(2)
      expect(await written(found)).toMatchObject({
        outcome: 'refused',
        code: 'not_eligible',
        detail: { status: 'suspended' },
      })
      await cut
      await setStatus(id, 'active')
      expect(await signIn(username, password)).toBe('open')
    }))

  it('a write that matched nothing has an unknown outcome if nobody answers why', () =>
    throughProxy(async ({ id, found, setStatus }, proxy) => {
      await setStatus(id, 'suspended')
      void proxy.cutBeforeAnswer(2).then(() => proxy.refuse())
      const result = await written(found)
      expect(result).toMatchObject({
        outcome: 'unknown',
        detail: { key: 'not_confirmed', cause: {} },
      })
      expect(JSON.stringify(result)).not.toContain('Nothing was changed')
    }))

  it('a connection that the server ends while the write waits: one reset happens', async () => {
    for (let run = 1; run <= 5; run += 1) {
      const { db, store, id, user, username, signIn, close } = await accountOn({})
      let resetting: ReturnType<typeof resetIn> | undefined
      await db.transaction().execute(async (trx) => {
        await sql`SELECT 1 FROM users FOR UPDATE`.execute(trx)
        resetting = resetIn(store, id, user.version)
        const ended =
          'SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE wait_event_type = ' +
          "'Lock' AND query LIKE 'UPDATE%'"
        await until(async () => (await server.query(ended)) !== '0')
      })
      const result = await resetting
      if (!result?.ok) throw new Error(`Not reset: ${result?.code}`)
      expect(await signIn(username, result.temporaryPassword.reveal())).toBe('change_password')
      await close()
    }
  })

  it('a connection lost for good after the write is an unknown outcome', () =>
    throughProxy(async ({ store, id, user }, proxy) => {
      const cut = proxy.cutBeforeAnswer(2)
      void cut.then(() => proxy.refuse())
      expect(await resetIn(store, id, user.version)).toMatchObject({
        ok: false,
        code: 'outcome_unknown',
      })
    }))

  it('an error that inTransaction swallows ends the transaction: the store says so', async () => {
    const inTransaction = async (trx: AnyDatabase) => {
      await sql`SELECT 1 / 0`.execute(trx).catch(() => undefined)
    }
    for (const shape of [oneTable, splitTables, rolesAndSessions]) {
      const account = await accountOn({ shape, options: { inTransaction } })
      const result = await resetIn(account.store, account.id, account.user.version)
      expect(result).toMatchObject({
        ok: false,
        code: 'store_unavailable',
        detail: { key: 'transaction_refused' },
      })
      expect(await account.signIn(account.username, account.password)).toBe('open')
      await account.close()
    }
  })

  it('a trigger that keeps the old hash is noticed, with inTransaction', async () => {
    const account = await accountOn({ options: { inTransaction: async () => undefined } })
    await account.probe.run(
      'CREATE FUNCTION keep() RETURNS trigger AS $$ BEGIN NEW.password_hash := ' +
        'OLD.password_hash; RETURN NEW; END $$ LANGUAGE plpgsql',
    )
    await account.probe.run(
      'CREATE TRIGGER t BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION keep()',
    )
    expect(await refusal(account)).toEqual({
      code: 'store_unavailable',
      key: 'transaction_refused',
    })
    expect(await account.signIn(account.username, account.password)).toBe('open')
    await account.close()
  })

  it.each([oneTable, splitTables, credentialsTable])(
    'inTransaction that succeeds is committed: $name',
    async (shape) => {
      const account = await accountOn({
        shape,
        options: { inTransaction: async (trx) => void (await sql`SELECT 1`.execute(trx)) },
      })
      expect((await resetIn(account.store, account.id, account.user.version)).ok).toBe(true)
      await account.close()
    },
  )

  it.each([oneTable, credentialsTable])(
    'inTransaction that writes another password over the new one is named, and undone: $name',
    async (shape) => {
      const { columns, credentials } = shape.options
      const [table, hash] = credentials
        ? [credentials.table, credentials.columns.passwordHash]
        : [shape.options.table, columns.passwordHash]
      const inTransaction = async (trx: AnyDatabase) =>
        void (await trx
          .updateTable(table)
          .set({ [hash]: 'mine' })
          .execute())
      const account = await accountOn({ shape, options: { inTransaction } })
      const result = await resetIn(account.store, account.id, account.user.version)
      expect(result).toMatchObject({
        ok: false,
        code: 'store_unavailable',
        detail: { key: 'transaction_refused' },
      })
      expect(await account.signIn(account.username, account.password)).toBe('open')
      await account.close()
    },
  )

  it('a pool without a free connection changes nothing, also when its turn comes', async () => {
    const timeoutMs = 20_000
    const account = await accountOn({ connections: 1 })
    const store = storeAtOnce(account, timeoutMs)
    const found = await foundIn(store, account.id)
    const before = await account.probe.run('SELECT * FROM users')
    await account.db.connection().execute(async () => {
      expect(await afterWaiting(timeoutMs, () => written(found))).toMatchObject({
        outcome: 'refused',
        code: 'store_unavailable',
        detail: { key: 'timeout' },
      })
      const reset = () => resetIn(store, account.id, account.user.version)
      expect(await afterWaiting(timeoutMs, reset)).toMatchObject({
        ok: false,
        code: 'store_unavailable',
      })
    })
    await account.db.connection().execute(async () => undefined)
    expect(await account.probe.run('SELECT * FROM users')).toEqual(before)
    await account.close()
  })

  it('a pool without a connection and an unreachable server are named', async () => {
    const none = { code: 'store_unavailable', detail: { key: 'no_connection' } }
    const waitMs = 20_000
    const account = await accountOn({ connections: 1, waitMs })
    const store = storeAtOnce(account, 2 * waitMs)
    const looked = await foundIn(store, account.id)
    await account.db.connection().execute(async () => {
      expect(await afterWaiting(waitMs, () => written(looked))).toMatchObject({
        outcome: 'refused',
        ...none,
      })
      await expect(afterWaiting(waitMs, () => store.find(account.id))).rejects.toMatchObject(none)
    })
    vi.useRealTimers()
    await account.close()
    await throughProxy(async ({ store, id, found }, proxy) => {
      proxy.refuse()
      proxy.cut()
      await until(
        async () =>
          await store.find(id).then(
            () => false,
            (error: unknown) => Reflect.get(Object(error), 'detail').key === 'no_connection',
          ),
      )
      expect(await written(found)).toMatchObject({
        outcome: 'refused',
        ...none,
      })
    })
  })

  it('a write that stalls and lands after settle finds nothing to change', async () => {
    const proxy = await startFaultProxy({ to: server })
    const { db, probe, close, useDirect } = await switchedDatabase(server, proxy.port)
    const timeoutMs = 20_000
    const subject = await conformanceSubject(
      { ...oneTable, options: { ...oneTable.options, timeoutMs } as TableShape['options'] },
      probe,
      db,
      close,
    )
    const { found } = await activeAccount(subject)
    const stall = proxy.stall('to_server')
    deadlinesByHand()
    const writing = written(found)
    await stall.holding
    vi.advanceTimersByTime(timeoutMs)
    const outcome = await writing
    expect(outcome).toMatchObject({ outcome: 'unknown', detail: { key: 'timeout' } })
    vi.useRealTimers()
    useDirect()
    expect(await settled(outcome)).toMatchObject({ outcome: 'applied' })
    await probe.run("UPDATE users SET password_hash = 'chosen-by-the-user'")
    const { statements } = await server.statementsDuring(async () => {
      stall.release()
      await until(
        async () =>
          (await server.query(
            "SELECT coalesce(sum(calls), 0) FROM pg_stat_statements WHERE query LIKE 'UPDATE " +
              '"users"%\'',
          )) !== '0',
      )
    })
    expect(statements.filter(({ query }) => query.startsWith('UPDATE "users"'))).toMatchObject([
      { calls: 1, rows: 0 },
    ])
    expect(await probe.run('SELECT password_hash FROM users')).toEqual([
      { password_hash: 'chosen-by-the-user' },
    ])
    await close()
    await proxy.stop()
  })
})
