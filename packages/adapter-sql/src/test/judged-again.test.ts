import { noPrivilegedUsers } from '@force-reset/core'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { cheapHasher } from '../fixtures/conformance-subject.ts'
import {
  describeOnMariaDb,
  describeOnPostgres,
  describeOnSqlite,
} from '../fixtures/on-databases.ts'
import { foundIn, plainOrder, settled, written } from '../fixtures/reset-in.ts'
import { sqliteUsers } from '../fixtures/sqlite-users.ts'
import type { AnyDatabase, AnyOptions, Row } from '../options/any-database.ts'
import { sqlUserStore } from '../store/sql-user-store.ts'

const minute = 60_000

/** A clock of the test's own, and a status that goes by it. */
function clocked() {
  let now = Date.UTC(2030, 0, 1)
  const start = now
  return {
    now: () => now,
    pass: (milliseconds: number) => {
      now += milliseconds
    },
    options: {
      now: () => now,
      status: {
        columns: ['ends_at'],
        of: (row: Row, moment: Date) =>
          moment.getTime() >= Number(row['ends_at'])
            ? { status: 'suspended' as const, reason: 'ended' as const }
            : 'active',
      },
    },
    endsAt: start + minute,
  }
}

const layouts = {
  'one table': { columns: { id: 'id', username: 'username', passwordHash: 'hash' } },
  'a table of passwords': {
    columns: { id: 'id', username: 'username' },
    credentials: { table: 'secrets', userId: 'user_id', columns: { passwordHash: 'secret' } },
  },
} as const

/** An account that ends a minute from now, and the clock that it goes by. */
async function accountOn(
  db: AnyDatabase,
  layout: keyof typeof layouts,
  more: Partial<AnyOptions> = {},
) {
  for (const table of ['users', 'secrets'])
    await sql`DROP TABLE IF EXISTS ${sql.table(table)}`.execute(db)
  await sql`CREATE TABLE users (id varchar(9) PRIMARY KEY, username varchar(9), ends_at bigint,
    hash varchar(200))`.execute(db)
  await sql`CREATE TABLE secrets (user_id varchar(9), secret varchar(200))`.execute(db)
  const clock = clocked()
  await sql`INSERT INTO users VALUES ('1', 'ada', ${BigInt(clock.endsAt)}, 'old')`.execute(db)
  await sql`INSERT INTO secrets VALUES ('1', 'old')`.execute(db)
  const store = sqlUserStore(db, {
    table: 'users',
    ...layouts[layout],
    privileged: noPrivilegedUsers,
    hasher: cheapHasher,
    ...clock.options,
    ...more,
  } as AnyOptions)
  const hashes = async () => {
    const { rows } = await sql`SELECT hash, secret FROM users JOIN secrets
      ON user_id = id`.execute(db)
    return rows
  }
  return { store, clock, hashes }
}

const untouched = [{ hash: 'old', secret: 'old' }]
const ended = { code: 'not_eligible', detail: { reason: 'store', key: 'account_expired' } }

function suite(open: () => AnyDatabase): void {
  for (const layout of Object.keys(layouts) as readonly (keyof typeof layouts)[]) {
    it(`is refused where it ends between the look and the write: ${layout}`, async () => {
      const { store, clock, hashes } = await accountOn(open(), layout)
      const found = await foundIn(store, '1')
      clock.pass(minute)
      expect(await written(found)).toMatchObject({ outcome: 'refused', ...ended })
      expect(await hashes()).toEqual(untouched)
    })

    it(`is refused where it ends while the password is hashed: ${layout}`, async () => {
      let passes = () => {}
      const { store, clock, hashes } = await accountOn(open(), layout, {
        hasher: async (password) => {
          passes()
          return await cheapHasher(password)
        },
      })
      const found = await foundIn(store, '1')
      passes = () => clock.pass(minute)
      const prepared = await found.prepare(plainOrder)
      if (prepared.outcome !== 'prepared') throw new Error(prepared.code)
      expect(await prepared.write()).toMatchObject({ outcome: 'refused', ...ended })
      expect(await hashes()).toEqual(untouched)
    })

    it(`is reset a moment before it ends: ${layout}`, async () => {
      const { store, clock } = await accountOn(open(), layout)
      const found = await foundIn(store, '1')
      clock.pass(minute - 1)
      expect(await written(found)).toMatchObject({ outcome: 'applied' })
    })
  }

  it('is refused where a function that goes by the clock calls it privileged by then', async () => {
    const clock = clocked()
    const { store, hashes } = await accountOn(open(), 'one table', {
      privileged: { columns: ['username'], of: () => clock.now() >= clock.endsAt },
    } as Partial<AnyOptions>)
    const found = await foundIn(store, '1')
    expect(found.user.privileged).toBe(false)
    clock.pass(minute)
    expect(await written(found)).toMatchObject({ outcome: 'refused', code: 'conflict' })
    expect(await hashes()).toEqual(untouched)
  })
}

describeOnSqlite('an account whose status goes by the clock, on SQLite', (on) => {
  suite(() => on.db)

  it('is not written again once it has ended, and its outcome stays unknown', async () => {
    const clock = clocked()
    const users = sqliteUsers({
      now: clock.now,
      status: {
        columns: ['username'],
        of: (_: Row, moment: Date) => (moment.getTime() >= clock.endsAt ? 'suspended' : 'active'),
      },
    } as Partial<AnyOptions>)
    const arrive = users.faults.hold()
    const outcome = await written(await users.look('1'))
    clock.pass(minute)
    const writes = () => users.statements.filter((text) => text.startsWith('UPDATE')).length
    const before = writes()
    expect(await settled(outcome)).toEqual({ outcome: 'unknown' })
    expect(writes()).toBe(before)
    arrive()
    expect(await settled(outcome)).toMatchObject({ outcome: 'applied' })
  })
})

describe('the reason of a status', () => {
  const status = {
    column: 'status',
    active: ['active'],
    suspended: ['off', 'expired', 'locked', 'too-many', 'other'],
    reasons: { disabled: ['off'], ended: ['expired'], blocked: ['locked'], locked: ['too-many'] },
  }

  it.each([
    ['off', 'disabled', 'account_disabled'],
    ['expired', 'ended', 'account_expired'],
    ['locked', 'blocked', 'account_blocked'],
    ['too-many', 'locked', 'locked'],
  ])('of the value %s is %s, with words and a cure of its own', async (value, reason, key) => {
    const users = sqliteUsers({ status } as Partial<AnyOptions>)
    const before = await users.look('1')
    users.run('UPDATE users SET status = ?', value)
    expect(await users.find('1')).toMatchObject({ status: 'suspended', statusReason: reason })
    for (const outcome of [await written(before), await written(await users.look('1'))])
      expect(outcome).toMatchObject({
        outcome: 'refused',
        code: 'not_eligible',
        detail: { key, cure: expect.any(String), what: expect.any(String) },
      })
    expect(await users.reset('1')).toMatchObject({ ok: false, code: 'not_eligible' })
  })

  it('is not told where the options do not tell it', async () => {
    const users = sqliteUsers({ status } as Partial<AnyOptions>, [{ status: 'other' }])
    expect(await users.find('1')).toMatchObject({ status: 'suspended', statusReason: undefined })
    expect(await written(await users.look('1'))).toMatchObject({
      code: 'not_eligible',
      detail: { reason: 'status', status: 'suspended' },
    })
  })

  it('comes with the status of a function, and an unknown one is not shown', async () => {
    for (const [answer, shown] of [
      [
        { status: 'suspended', reason: 'blocked' },
        { status: 'suspended', statusReason: 'blocked' },
      ],
      [
        { status: 'suspended', reason: 'canary' },
        { status: 'suspended', statusReason: undefined },
      ],
      [{ reason: 'blocked' }, { status: 'unknown', statusReason: undefined }],
      [null, { status: 'unknown', statusReason: undefined }],
    ] as const) {
      const users = sqliteUsers({
        status: { columns: ['status'], of: () => answer },
      } as unknown as Partial<AnyOptions>)
      expect(await users.find('1')).toMatchObject(shown)
    }
  })

  it('is a lock of failed sign-ins, which a reset lifts, where `unlock` sees one', async () => {
    const users = sqliteUsers(
      { unlock: { set: { failed_logins: 0 }, locked: (row: Row) => row['failed_logins'] === 5 } },
      [{ failed_logins: 5 }],
    )
    expect(await users.find('1')).toMatchObject({ status: 'active', statusReason: 'locked' })
    expect(await users.reset('1')).toMatchObject({ ok: true, receipt: { unlocked: true } })
    expect((await users.find('1')).statusReason).toBeUndefined()
  })
})

describeOnPostgres('an account whose status goes by the clock, on PostgreSQL', (on) => {
  suite(() => on.db)

  it('is judged after the wait for its rows, where several tables are judged', async () => {
    const { db } = on
    const { store, clock, hashes } = await accountOn(db, 'a table of passwords')
    const found = await foundIn(store, '1')
    let resetting: ReturnType<typeof written> | undefined
    await db.transaction().execute(async (trx) => {
      await sql`SELECT 1 FROM users FOR UPDATE`.execute(trx)
      resetting = written(found)
      for (let waiting = 0; waiting === 0; ) {
        const [row] = await on.probe.run(
          "SELECT count(*) AS n FROM pg_stat_activity WHERE wait_event_type = 'Lock'",
        )
        waiting = Number(row?.['n'])
      }
      clock.pass(minute)
    })
    expect(await resetting).toMatchObject({ outcome: 'refused', ...ended })
    expect(await hashes()).toEqual(untouched)
  })
})

describeOnMariaDb('an account whose status goes by the clock, on MariaDB', (on) => {
  suite(() => on.db)
})
