import { StoreError } from '@force-reset/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { listedIds } from '../fixtures/listed-ids.ts'
import { sqliteUsers, sqliteUsersOptions } from '../fixtures/sqlite-users.ts'
import type { AnyOptions } from '../options/any-database.ts'
import { sqlUserStore } from '../store/sql-user-store.ts'

const people = [
  { username: 'zoë.müller', display_name: 'Zoë MÜLLER', email: 'zoe@example.com' },
  { username: 'İpek', display_name: 'ÅSA Öberg', email: 'ipek@example.com' },
  { username: '100%_real', display_name: 'a!b', email: null },
  { username: 'neill', display_name: 'Sean O\u2019Neill', email: null },
  { username: "d'arcy", display_name: 'Zita\u2010Maria', email: null },
  { username: 'plain', display_name: null, email: 'PLAIN@EXAMPLE.ORG' },
]

describe('a search', () => {
  it.each([
    ['MÜLLER', ['zoë.müller']],
    ['müll', ['zoë.müller']],
    ['ZOË', ['zoë.müller']],
    ['åsa', ['İpek']],
    ['ÖBERG', ['İpek']],
    ['example.org', ['plain']],
    ['%_', ['100%_real']],
    ['a!b', ['100%_real']],
    ['_', ['100%_real']],
    ['nobody', []],
    ['müller ZOË', ['zoë.müller']],
    ['example.com öb', ['İpek']],
    [' zoë\u00a0\t müller ', ['zoë.müller']],
    ['zoë öberg', []],
    ['_ 100 % ! b', ['100%_real']],
    ['a b c d e', []],
    ["o'neill", ['neill']],
    ['O\u2019Neill, Sean', ['neill']],
    ["SEAN O'N", ['neill']],
    ['D\u2019ARCY', ["d'arcy"]],
    ['zita-m', ["d'arcy"]],
    ['zita\u2011maria D\u2018A', ["d'arcy"]],
    [' \u3000', ['100%_real', "d'arcy", 'neill', 'plain', 'zoë.müller', 'İpek']],
  ])('for %s finds it by parts, in any case, wildcards as themselves', async (search, expected) => {
    const { store } = sqliteUsers({}, people)
    expect((await store.list({ search })).users.map(({ username }) => username)).toEqual(expected)
  })
})

describe('paging', () => {
  it('lists everybody once, whatever the limit, when many share a user name', async () => {
    const names = fc.array(fc.constantFrom('a', 'b', 'B', 'ä', ''), { minLength: 0, maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(names, fc.integer({ min: 1, max: 5 }), async (usernames, limit) => {
        const { store } = sqliteUsers(
          {},
          usernames.map((username) => ({ username })),
        )
        const seen: string[] = []
        let cursor: string | undefined
        do {
          const page = await store.list({ limit, cursor })
          expect(page.users.length).toBeLessThanOrEqual(limit)
          seen.push(...page.users.map(({ id }) => id))
          cursor = page.nextCursor
        } while (cursor !== undefined)
        expect(seen.toSorted()).toEqual(usernames.map((_, i) => String(i + 1)).toSorted())
      }),
      { numRuns: 40 },
    )
  })

  it('pages over statuses that only a function knows', async () => {
    const rows = Array.from({ length: 30 }, (_, i) => ({
      id: String(i + 100),
      username: `u${i + 100}`,
      status: i % 7 === 0 ? 'on' : 'off',
    }))
    const status = {
      columns: ['status'],
      of: (row: Readonly<Record<string, unknown>>) =>
        row['status'] === 'on' ? ('active' as const) : ('suspended' as const),
    }
    const { store } = sqliteUsers({ status }, rows)
    const first = await store.list({ statuses: ['active'], limit: 3 })
    expect(first.users.map(({ id }) => id)).toEqual(['100', '107', '114'])
    const second = await store.list({ statuses: ['active'], limit: 3, cursor: first.nextCursor })
    expect(second.users.map(({ id }) => id)).toEqual(['121', '128'])
    expect(second.nextCursor).toBeUndefined()
  })

  it('lists accounts whose status nobody has named as unknown', async () => {
    const { store } = sqliteUsers({}, [{ status: 'active' }, { status: 'odd' }, { status: null }])
    expect(
      (await store.list({ statuses: ['unknown'] })).users.map(({ id, status }) => [id, status]),
    ).toEqual([
      ['2', 'unknown'],
      ['3', 'unknown'],
    ])
  })

  it('lists an account as unknown whose status a collation takes for another', async () => {
    const { run, store } = sqliteUsers(
      { status: { column: 'state', active: ['on', null], deleted: [9] } },
      [],
    )
    run('ALTER TABLE users ADD state TEXT COLLATE NOCASE')
    run(
      "INSERT INTO users (id, username, state) VALUES ('1', 'a', 'ON'), ('2', 'b', 'on'), ('3', " +
        "'c', NULL), ('4', 'd', 'x')",
    )
    expect((await store.list({ statuses: ['unknown'] })).users.map(({ id }) => id)).toEqual([
      '1',
      '4',
    ])
    expect((await store.list({ statuses: ['active', 'unknown'] })).users).toHaveLength(4)
  })

  it('lists an account with a moment that is none, such as one in nanoseconds', async () => {
    const columns = { ...sqliteUsersOptions.columns, createdAt: 'created' }
    const { run, store } = sqliteUsers({ columns }, [{}, {}, {}, {}])
    run('ALTER TABLE users ADD created')
    const moments = [
      '1700000000000000000',
      '1700000000000',
      "'2023-11-14 22:13:20'",
      '1700000000000.0',
    ]
    for (const [i, moment] of moments.entries())
      run(`UPDATE users SET created = ${moment} WHERE id = '${i + 1}'`)
    const sane = new Date(1_700_000_000_000)
    expect((await store.list({})).users.map(({ createdAt }) => createdAt)).toEqual([
      undefined,
      sane,
      sane,
      sane,
    ])
    expect((await store.find('1'))?.user.createdAt).toBeUndefined()
  })

  it('goes on after names too long for a cursor, also when the last is gone', async () => {
    const long = (letter: string) => ({ username: `${letter}${'漢'.repeat(400)}` })
    const users = sqliteUsers({}, [long('a'), long('b'), long('c')])
    const first = await users.store.list({ limit: 1 })
    const cursor = first.nextCursor ?? ''
    expect(cursor.length).toBeLessThanOrEqual(300)
    const idsAfter = async () =>
      (await users.store.list({ limit: 5, cursor })).users.map(({ id }) => id)
    expect(await idsAfter()).toEqual(['2', '3'])
    users.run("DELETE FROM users WHERE id = '1'")
    expect(await idsAfter()).toEqual(['2', '3'])
  })

  it('goes on where an account was that has a new name, and ends where all are gone', async () => {
    const users = sqliteUsers(
      {},
      ['a', 'b', 'c'].map((username) => ({ username })),
    )
    const { nextCursor: cursor } = await users.store.list({ limit: 1 })
    users.run("UPDATE users SET username = 'z' WHERE id = '1'")
    const after = await users.store.list({ limit: 5, cursor })
    expect(after.users.map(({ username }) => username)).toEqual(['b', 'c', 'z'])
    users.run('DELETE FROM users')
    expect(await users.store.list({ limit: 5, cursor })).toEqual({ users: [], truncated: false })
  })

  it('shows everybody once, whatever a column of SQLite takes for a name', async () => {
    const users = sqliteUsers({}, [])
    users.run('CREATE TABLE odd AS SELECT * FROM users')
    users.run('ALTER TABLE odd DROP COLUMN username')
    // Without a type the column keeps each value as it is given.
    users.run('ALTER TABLE odd ADD COLUMN username')
    const names = [
      ["'ada' || char(0)", "'ada' || char(0) || 'x'", 'char(0)'],
      ["CAST(x'eda080' AS TEXT)", "CAST(x'61ff62' AS TEXT)", "CAST(x'61fe62' AS TEXT)", "x'ff'"],
      ["x'616461'", "x''", "''", "'ada'", "'ada'", '42', '7', '-1.5', "'?'", "'a?'", "'é'"],
      ["'' || char(65533)", "'' || char(1114111)", `'${'y'.repeat(300)}'`, `'${'y'.repeat(301)}'`],
    ].flat()
    for (const [i, name] of names.entries())
      users.run(`INSERT INTO odd (id, username, status) VALUES ('${i}', ${name}, 'active')`)
    const store = sqlUserStore(users.db, { ...sqliteUsersOptions, table: 'odd' } as AnyOptions)
    for (const limit of [1, 2, 3, 5]) {
      const seen = await listedIds(store, { limit, most: names.length })
      expect(seen.toSorted()).toEqual(names.map((_, i) => String(i)).toSorted())
    }
  })

  it('refuses a cursor that it did not make', async () => {
    const { store } = sqliteUsers()
    for (const cursor of [
      '',
      'x',
      '%',
      '["a","1"]',
      '["a",true,7]',
      '["a\\u0000",true,"1"]',
      '[7,true,"1"]',
      Buffer.from('{"a":1}').toString('base64url'),
      Buffer.from('[1,2]').toString('base64url'),
    ]) {
      await expect(store.list({ cursor })).rejects.toThrow(StoreError)
    }
  })
})
