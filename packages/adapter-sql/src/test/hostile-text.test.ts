import { noPrivilegedUsers, StoreError } from '@force-reset/core'
import { describe, expect, it } from 'vitest'
import { cheapHasher } from '../fixtures/conformance-subject.ts'
import { listedIds } from '../fixtures/listed-ids.ts'
import { describeWithMariaDb, describeWithPostgres } from '../fixtures/on-databases.ts'
import type { TestDatabase } from '../fixtures/server-databases.ts'
import { sqliteUsers } from '../fixtures/sqlite-users.ts'
import { type SqlUserStore, sqlUserStore } from '../store/sql-user-store.ts'

/**
 * What an operator, or a program in an operator's name, can put where an id, a search or a cursor
 * is expected.
 */
const texts = [
  '\0',
  'ada\0',
  '\ud800',
  'ada\udfff',
  '\u202e',
  '\u001a',
  '🙂'.repeat(200),
  'x'.repeat(1_024 * 1_024),
  '%',
  '_',
  '!',
  '!%',
  '\\',
  '\\%',
  "'",
  "''",
  '"',
  '`',
  ';',
  '$1',
  '?',
  ':id',
  '@@version',
  '[a-z]',
  '*',
  "' OR 1=1 -- ",
  "\\' OR 1=1 -- ",
  "') OR ('1'='1",
  '1 OR 1=1',
  '1; DROP TABLE users',
  "1'/*",
  '1e0',
  '0x1',
  '01',
  ' 1',
  '1 ',
  '+1',
  '1.0',
  '١',
  ...[
    'null',
    'NaN',
    'Infinity',
    '-0',
    '9223372036854775808',
    '{1}',
    '(1)',
    '00000000-0000-0000-0000-000000000000',
    '2024-13-45',
  ],
]

/**
 * Nobody has any of these as id, name or email address: so whatever is found has been let in by the
 * text.
 */
async function nothingIsLetIn(store: SqlUserStore): Promise<void> {
  for (const text of texts) {
    expect(await store.find(text)).toBeUndefined()
    const page = await store.list({ search: text }).catch(code)
    // SQLite takes no pattern of a megabyte; core lets no more than 200 characters through.
    if (page === 'store_unavailable') expect(text.length).toBeGreaterThan(1_000)
    else expect(page).toEqual({ users: [], truncated: false })
    // A cursor is only a place: anything in it is a place among the accounts, or malformed.
    for (const place of [
      [text, true, text],
      [text, false, text],
      [text, true, null],
      [text, true, '1'],
      ['ada', true, text],
    ]) {
      const cursor = JSON.stringify(place)
      const after = await store.list({ cursor }).catch(code)
      expect(
        after === 'invalid_request' || (typeof after === 'object' && after.users.length <= 3),
      ).toBe(true)
    }
  }
  // The search that finds nobody above finds those who are there.
  expect((await store.list({ search: 'AD' })).users).toHaveLength(1)
  expect((await store.list({})).users).toHaveLength(3)
}

function code(error: unknown): StoreError['code'] {
  if (error instanceof StoreError) return error.code
  throw error
}

const options = {
  table: 'users',
  columns: { id: 'id', username: 'username', passwordHash: 'hash' },
  status: { column: 'status', active: ['active'] },
  privileged: noPrivilegedUsers,
  hasher: cheapHasher,
} as const

async function onTable(
  { db, probe, close }: TestDatabase,
  idType: string,
  ids: readonly string[],
): Promise<void> {
  await probe.run(
    `CREATE TABLE users (id ${idType} PRIMARY KEY, username varchar(300), status varchar(20), ` +
      'hash varchar(300))',
  )
  for (const [i, id] of ids.entries())
    await probe.run('INSERT INTO users VALUES (?, ?, ?, ?)', [
      id,
      ['ada', 'bob', 'cid'][i] ?? null,
      'active',
      'h',
    ])
  await nothingIsLetIn(sqlUserStore(db, options))
  await close()
}

const columns = [
  ['numbers', 'bigint', ['3', '4', '9007199254740993']],
  ['text', 'varchar(100)', ['u3', 'u4', 'u5']],
  [
    'UUIDs',
    'uuid',
    [
      '0190b5a4-7b4e-7c3e-9f2a-3b1c5d7e9f10',
      '0190b5a4-7b4e-7c3e-9f2a-3b1c5d7e9f11',
      '0190b5a4-7b4e-7c3e-9f2a-3b1c5d7e9f12',
    ],
  ],
] as const

/**
 * Names that a column takes as text or as bytes, in hexadecimal digits. Some hold NUL, or bytes
 * that are no text. Some are alike but for letters, blanks or case. Some are longer than a cursor
 * takes.
 */
const oddNames = [
  ...['', '20', '3f', '613f', '614162', '6141', '6161', '61', '6120', '7a', '7a', '7a', '09'],
  ...['c3a9', 'c389', 'f09f9982', 'efbfbd', '61efbfbd', '3432', '2d31'],
  ...['79'.repeat(250), `${'79'.repeat(250)}7a`],
]
/** Names that no column of text takes in PostgreSQL; others take the first three. */
const withNul = ['00', '6100', '610062']
const noText = ['ff', '61ff62', '61fe62', 'eda080']

/** Everybody is on one page, and nobody on two. */
async function showsEverybodyOnce(
  { db, probe, close }: TestDatabase,
  { type, names, value }: { type: string; names: readonly string[]; value: string },
): Promise<void> {
  await probe.run(
    `CREATE TABLE users (id int PRIMARY KEY, username ${type}, status varchar(20), ` +
      'hash varchar(300))',
  )
  for (const [i, name] of names.entries())
    await probe.run(`INSERT INTO users VALUES (${i}, ${value}, 'active', 'h')`, [name])
  const store = sqlUserStore(db, options)
  for (const limit of [1, 2, 7]) {
    const seen = await listedIds(store, { limit, most: names.length })
    expect(seen.toSorted()).toEqual(names.map((_, i) => String(i)).toSorted())
  }
  await close()
}

describe('hostile text on SQLite', () => {
  it('lets nobody in', async () => {
    const rows = [3, 4, 5].map((n, i) => ({
      id: `u${n}`,
      username: ['ada', 'bob', 'cid'][i] ?? null,
    }))
    await nothingIsLetIn(sqliteUsers({}, rows).store)
  })
})

describeWithPostgres('hostile text on PostgreSQL', (on) => {
  it.each(columns)('lets nobody in where ids are %s', async (_, idType, ids) =>
    onTable(await on.open(), idType, ids),
  )

  it.each([
    ['text', "convert_from(decode(?, 'hex'), 'UTF8')"],
    ['char(300)', "convert_from(decode(?, 'hex'), 'UTF8')"],
    ['bytea', "decode(?, 'hex')"],
  ])('shows everybody once, whatever the name in %s is', async (type, value) => {
    const names = type === 'bytea' ? [...oddNames, ...withNul, ...noText] : oddNames
    await showsEverybodyOnce(await on.open(), { type, names, value })
  })
})

describeWithMariaDb('hostile text on MariaDB', (on) => {
  it.each(columns)('lets nobody in where ids are %s', async (_, idType, ids) =>
    onTable(await on.open(), idType, ids),
  )

  it.each([
    ['varchar(300) CHARACTER SET utf8mb4', 'CONVERT(UNHEX(?) USING utf8mb4)'],
    ['varchar(300) CHARACTER SET latin1', 'CONVERT(UNHEX(?) USING latin1)'],
    ['varbinary(300)', 'UNHEX(?)'],
  ])('shows everybody once, whatever the name in %s is', async (type, value) => {
    const others = type.includes('utf8mb4') ? [] : noText
    const names = [...oddNames, ...withNul, ...others]
    await showsEverybodyOnce(await on.open(), { type, names, value })
  })
})
