import { ForceResetError, noPrivilegedUsers } from '@force-reset/core'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { cheapHasher } from '../fixtures/conformance-subject.ts'
import { namedProblems } from '../fixtures/named-problems.ts'
import {
  describeOnMariaDb,
  describeOnPostgres,
  describeOnSqlite,
} from '../fixtures/on-databases.ts'
import { resetIn, userIn } from '../fixtures/reset-in.ts'
import { sqliteUsers } from '../fixtures/sqlite-users.ts'
import type { AnyDatabase, AnyOptions } from '../options/any-database.ts'
import { sqlUserStore } from '../store/sql-user-store.ts'

const now = Date.UTC(2026, 10, 28, 12)
const options = {
  table: 'users',
  columns: {
    ...{ id: 'id', username: 'username', passwordHash: 'hash', mustChange: 'must' },
    ...{ passwordSetAt: 'set_at', lockedUntil: 'locked', endsOn: 'ends', lastSignIn: 'seen' },
  },
  facts: { Department: 'dept', 'Employee number': 'no', Room: 'room' },
  status: { column: 'status', active: ['active'] },
  privileged: noPrivilegedUsers,
  hasher: cheapHasher,
  now: () => now,
} satisfies Partial<AnyOptions>

/** Values that a person, or another program, may have put into a column. */
const hostile = {
  bidi: ['\u202e4711\u2066', '\u202e4711\u2066'],
  html: ['<script>alert(1)</script>', '<script>alert(1)</script>'],
  blank: [' \n\t', undefined],
  empty: ['', undefined],
  huge: ['é🙂'.repeat(200_000), `${'é🙂'.repeat(100)}…`],
} as const

function suite(open: () => AnyDatabase, moment: string, longText: string): void {
  async function tableOf(row: Readonly<Record<string, unknown>> = {}) {
    const db = open()
    await sql`DROP TABLE IF EXISTS users`.execute(db)
    const of = sql.raw(moment)
    await sql`CREATE TABLE users (id varchar(9) PRIMARY KEY, username varchar(9), hash varchar(99),
      status varchar(9), must boolean, dept ${sql.raw(longText)}, no int, room varchar(9),
      set_at ${of}, locked ${of}, ends ${of}, seen ${of})`.execute(db)
    const { dept = null, no = null, set = null, locked = null, ends = null, seen = null } = row
    await sql`INSERT INTO users VALUES ('1', 'ada', 'x', 'active', false, ${dept}, ${no}, null,
      ${set}, ${locked}, ${ends}, ${seen})`.execute(db)
    return sqlUserStore(db, options as AnyOptions)
  }

  it('shows facts in the order of the site, in the list as alone', async () => {
    const store = await tableOf({ dept: 'Nursing', no: 4711 })
    const { facts } = await userIn(store, '1')
    expect(facts).toEqual([
      { name: 'Department', value: 'Nursing' },
      { name: 'Employee number', value: '4711' },
    ])
    expect((await store.list({})).users[0]?.facts).toEqual(facts)
    expect((await store.list({ search: 'ad' })).users[0]?.facts).toEqual(facts)
  })

  it('shows moments, and nothing in the place of what is not there', async () => {
    const full = {
      ...{ set: '2026-09-03 08:00:00', locked: '2026-11-28 12:30:00' },
      ...{ ends: '2026-12-31 23:00:00', seen: '2026-11-26 22:10:00' },
    }
    expect(await userIn(await tableOf(full), '1')).toMatchObject({
      passwordSetAt: new Date('2026-09-03T08:00:00Z'),
      lockedUntil: new Date('2026-11-28T12:30:00Z'),
      endsOn: new Date('2026-12-31T23:00:00Z'),
      lastSignIn: new Date('2026-11-26T22:10:00Z'),
    })
    const over = await tableOf({ locked: '2026-11-28 11:59:59' })
    const { facts, passwordSetAt, lockedUntil, endsOn, lastSignIn } = await userIn(over, '1')
    const nothing = [facts, passwordSetAt, lockedUntil, endsOn, lastSignIn]
    expect(nothing).toEqual(nothing.map(() => undefined))
  })

  it.each(Object.entries(hostile))('takes hostile values as text: %s', async (_, [dept, shown]) => {
    const store = await tableOf({ dept })
    const { facts } = await userIn(store, '1')
    expect(facts?.map(({ value }) => value)).toEqual(shown === undefined ? undefined : [shown])
    expect((await store.list({})).users[0]?.facts).toEqual(facts)
  })

  it('leaves facts and moments out of the version', async () => {
    const store = await tableOf({ dept: 'Nursing' })
    const { version } = await userIn(store, '1')
    await sql`UPDATE users SET dept = 'Surgery', no = 5, seen = '2026-11-28 11:00:00'`.execute(
      open(),
    )
    expect((await resetIn(store, '1', version)).ok).toBe(true)
  })

  it('searches in no fact: a fact identifies an account, never a caller', async () => {
    const store = await tableOf({ dept: 'Nursing', no: 4711 })
    expect((await store.list({ search: 'Nursing' })).users).toEqual([])
    expect((await store.list({ search: '4711' })).users).toEqual([])
  })

  it('names a column that is not there', async () => {
    await tableOf()
    const problems = async (more: object) =>
      (await namedProblems(open(), { ...options, ...more } as AnyOptions)).join('\n')
    expect(await problems({})).not.toMatch(/facts|columns\.ends/)
    expect(await problems({ facts: { Desk: 'desk' } })).toContain('facts.Desk')
    const columns = { ...options.columns, endsOn: 'endet' }
    expect(await problems({ columns })).toContain('columns.endsOn')
  })
}

describeOnSqlite('facts on SQLite', (on) => suite(() => on.db, 'text', 'text'))
describeOnPostgres('facts on PostgreSQL', (on) => suite(() => on.db, 'timestamptz', 'text'))
describeOnMariaDb('facts on MariaDB', (on) => suite(() => on.db, 'datetime(3)', 'longtext'))

/** Columns with secrets beside the hash. */
const withTokens = {
  tokenVersion: 'token_version',
  ended: [{ table: 'users', columns: { remember_token: null } }],
  set: { salt: { fromHasher: 'salt' } },
}

it.each([
  ['facts has to be', ['dept']],
  ['facts has a name', { 1: 'dept' }],
  ['facts.Department has to be a name', { Department: '' }],
  ['facts.Department has to be a name', { Department: 7 }],
  ['facts.Hash names a column that is written with the password', { Hash: 'password_hash' }],
  ['facts.Hash names a column that is written with the password', { Hash: 'PASSWORD_HASH' }],
  ['facts.Token names a column that is written with the password', { Token: 'Remember_Token' }],
  ['facts.Version names a column that is written with the password', { Version: 'token_version' }],
  ['facts.Salt names a column that is written with the password', { Salt: 'salt' }],
])('refuses with the words "%s"', (words, facts) => {
  const make = () => sqliteUsers({ ...withTokens, facts } as Partial<AnyOptions>)
  expect(make).toThrow(ForceResetError)
  expect(make).toThrow(words)
})

it('shows bytes that are no text, and a NUL, without an error', async () => {
  const users = sqliteUsers({ facts: { Department: 'dept' } } as Partial<AnyOptions>, [])
  users.run('ALTER TABLE users ADD dept')
  for (const [id, value] of ["x'ff00fe'", "'a' || char(0) || 'b'", '7.5', "x''"].entries())
    users.run(
      'INSERT INTO users (id, username, status, dept) ' +
        `VALUES ('${id}', 'u${id}', 'active', ${value})`,
    )
  const { users: all } = await users.store.list({})
  expect(all).toHaveLength(4)
  expect(all.map(({ facts }) => facts?.[0]?.value.length ?? 0)[2]).toBe(3)
  expect(all[3]?.facts).toBeUndefined()
})
