import { noPrivilegedUsers } from '@force-reset/core'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { cheapHasher } from '../fixtures/conformance-subject.ts'
import { namedProblems } from '../fixtures/named-problems.ts'
import {
  describeOnMariaDb,
  describeOnPostgres,
  describeOnSqlite,
} from '../fixtures/on-databases.ts'
import { foundIn, resetIn, userIn, written } from '../fixtures/reset-in.ts'
import type { AnyDatabase, AnyOptions } from '../options/any-database.ts'
import { sqlUserStore } from '../store/sql-user-store.ts'

interface Account {
  readonly hash: string | null
  readonly status?: string
  readonly provider?: string
  /** Providers in the table of identities. */
  readonly identities?: readonly string[]
}

const usable = '$2b$12$abcdefghijklmnopqrstuv'
const options = {
  table: 'users',
  columns: { id: 'id', username: 'username', passwordHash: 'hash', mustChange: 'must' },
  status: { column: 'status', active: ['active'], pending: ['invited'] },
  privileged: noPrivilegedUsers,
  hasher: cheapHasher,
}
const elsewhere = {
  byColumn: { column: 'provider', values: ['saml', 'oidc'] },
  byFunction: {
    columns: ['provider'],
    of: (row: Readonly<Record<string, unknown>>) => row['provider'] === 'saml',
  },
  byRow: { table: 'identities', userId: 'user_id' },
  byProvider: { table: 'identities', userId: 'user_id', provider: 'provider', values: ['saml'] },
  withoutPassword: { table: 'identities', userId: 'user_id', onlyWithoutPassword: true },
} as const

/** One account, in tables of their own. */
async function accountOn(
  db: AnyDatabase,
  { hash, status = 'active', provider = 'local', identities = [] }: Account,
  more: Partial<AnyOptions>,
  hashType = 'varchar(200)',
) {
  for (const table of ['users', 'identities'])
    await sql`DROP TABLE IF EXISTS ${sql.table(table)}`.execute(db)
  await sql`CREATE TABLE users (id varchar(9) PRIMARY KEY, username varchar(9),
    status varchar(9), provider varchar(40), hash ${sql.raw(hashType)}, must boolean)`.execute(db)
  await sql`CREATE TABLE identities (user_id varchar(9), provider varchar(40))`.execute(db)
  await sql`INSERT INTO users (id, username, status, provider, hash)
    VALUES ('1', 'ada', ${status}, ${provider}, ${hash})`.execute(db)
  for (const one of identities) await sql`INSERT INTO identities VALUES ('1', ${one})`.execute(db)
  const all = { ...options, ...more } as AnyOptions
  return { store: sqlUserStore(db, all), all }
}

const noPassword = { ok: false, code: 'not_eligible', detail: { key: 'no_password' } }

/** What a reset through core says, and what is shown of the account. */
async function resetOf(...given: Parameters<typeof accountOn>) {
  const { store } = await accountOn(...given)
  const user = await userIn(store, '1')
  const result = await resetIn(store, '1', user.version)
  expect((await store.list({})).users[0]?.statusReason).toBe(user.statusReason)
  return { result, reason: user.statusReason }
}

function suite(open: () => AnyDatabase): void {
  it.each([
    ['by a column', 'byColumn', { provider: 'SAML' }],
    ['by a column that holds a list', 'byColumn', { provider: 'local,oidc' }],
    ['by a function', 'byFunction', { provider: 'saml' }],
    ['by a row in a table', 'byRow', { identities: ['github'] }],
    ['by a row of a provider', 'byProvider', { identities: ['github', ' Saml'] }],
    ['by a row, and no password', 'withoutPassword', { identities: ['github'], hash: null }],
    ['by a row, and no usable one', 'withoutPassword', { identities: ['github'], hash: '!x' }],
  ] as const)('is refused %s', async (_, name, account) => {
    const more = { signsInElsewhere: elsewhere[name] } as Partial<AnyOptions>
    const given = { hash: usable, ...account }
    const { result, reason } = await resetOf(open(), given, more)
    expect(result).toMatchObject(noPassword)
    expect(reason).toBe('signs_in_elsewhere')
  })

  it.each([
    ['by a column', 'byColumn', {}],
    ['by a function', 'byFunction', {}],
    ['without a row', 'byRow', {}],
    ['by a row of another provider', 'byProvider', { identities: ['github'] }],
    ['by a row, and a password', 'withoutPassword', { identities: ['github'] }],
    ['without a row, and invited', 'byRow', { hash: null, status: 'invited' }],
  ] as const)('is reset where it does not: %s', async (_, name, account) => {
    const more = { signsInElsewhere: elsewhere[name] } as Partial<AnyOptions>
    const { result, reason } = await resetOf(open(), { hash: usable, ...account }, more)
    expect(result).toMatchObject({ ok: true })
    expect(reason).toBeUndefined()
  })

  it.each([
    ['byColumn', "UPDATE users SET provider = 'saml'"],
    ['byFunction', "UPDATE users SET provider = 'saml'"],
    ['byRow', "INSERT INTO identities VALUES ('1', 'saml')"],
    ['byProvider', "INSERT INTO identities VALUES ('1', 'saml')"],
    ['withoutPassword', "INSERT INTO identities VALUES ('1', 'saml')"],
  ] as const)('is refused where it begins to between look and write, %s', async (name, change) => {
    const more = { signsInElsewhere: elsewhere[name] } as Partial<AnyOptions>
    const { store } = await accountOn(open(), { hash: null }, more)
    const found = await foundIn(store, '1')
    await sql.raw(change).execute(open())
    expect(await written(found)).toMatchObject({
      outcome: 'refused',
      code: 'not_eligible',
      detail: { key: 'no_password' },
    })
    const { rows } = await sql<{ hash: unknown }>`SELECT hash FROM users`.execute(open())
    expect(rows).toEqual([{ hash: null }])
  })

  it.each([
    ['!', true],
    ['!wq4Ld0bPsT', true],
    [`!${usable}`, true],
    ['*', true],
    ['*LK*', true],
    ['', true],
    // MySQL's own hash.
    ['*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19', false],
    ['x', false],
    [usable, false],
    [null, false],
  ] as const)('is refused by the hash %j alone: %s', async (hash, isRefused) => {
    for (const type of ['varchar(200)', 'char(200)']) {
      const { result } = await resetOf(open(), { hash }, {}, type)
      expect(result).toMatchObject(isRefused ? noPassword : { ok: true })
    }
  })

  it('is reset where it is invited, and its hash is empty', async () => {
    for (const hash of ['', null])
      expect((await resetOf(open(), { hash, status: 'invited' }, {})).result.ok).toBe(true)
    const { result } = await resetOf(open(), { hash: '!', status: 'invited' }, {})
    expect(result).toMatchObject(noPassword)
  })

  it('is refused by the rule of the application, which is asked about no NULL', async () => {
    const asked: string[] = []
    const unusableHash = (hash: string) => {
      asked.push(hash)
      return hash === 'none'
    }
    expect((await resetOf(open(), { hash: 'none' }, { unusableHash })).result).toMatchObject(
      noPassword,
    )
    expect((await resetOf(open(), { hash: '!x' }, { unusableHash })).result.ok).toBe(true)
    asked.length = 0
    expect((await resetOf(open(), { hash: null }, { unusableHash })).result.ok).toBe(true)
    expect(asked.every((hash) => hash.startsWith('$argon2'))).toBe(true)
    const more = (unusableHash: () => unknown) => ({ unusableHash }) as Partial<AnyOptions>
    const silent = await resetOf(
      open(),
      { hash: 'x' },
      more(() => undefined),
    )
    expect(silent.result).toMatchObject(noPassword)
    const throwing = more(() => {
      throw new Error('canary')
    })
    expect((await resetOf(open(), { hash: 'x' }, throwing)).result).toMatchObject({
      ok: false,
      code: 'not_eligible',
      detail: { key: 'function_failed' },
    })
  })

  it('fits the table, or is named by the check', async () => {
    for (const signsInElsewhere of Object.values(elsewhere)) {
      const more = { signsInElsewhere } as Partial<AnyOptions>
      const { all } = await accountOn(open(), { hash: usable }, more)
      expect(await namedProblems(open(), all)).toEqual([])
    }
    const byProvider = { ...elsewhere.byProvider, provider: 'issuer' }
    const { all } = await accountOn(open(), { hash: usable }, {})
    expect(await namedProblems(open(), { ...all, signsInElsewhere: byProvider })).toEqual([
      'Column identities.issuer (signsInElsewhere.provider): it is missing.',
    ])
  })
}

describeOnSqlite('an account that signs in elsewhere, on SQLite', (on) => {
  suite(() => on.db)

  it('is still rid of an unused temporary password', async () => {
    const more = { signsInElsewhere: elsewhere.byColumn } as Partial<AnyOptions>
    const { store } = await accountOn(on.db, { hash: usable }, more)
    const found = await foundIn(store, '1')
    const outcome = await written(found)
    if (outcome.outcome !== 'applied') throw new Error(outcome.outcome)
    await sql`UPDATE users SET provider = 'saml'`.execute(on.db)
    expect(
      await written(await foundIn(store, '1'), { purpose: 'expire', onlyIf: outcome.mark }),
    ).toMatchObject({ outcome: 'applied' })
  })
})

describeOnPostgres('an account that signs in elsewhere, on PostgreSQL', (on) => {
  suite(() => on.db)
})

describeOnMariaDb('an account that signs in elsewhere, on MariaDB', (on) => {
  suite(() => on.db)
})
