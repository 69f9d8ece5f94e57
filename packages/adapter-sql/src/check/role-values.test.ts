import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { cheapHasher } from '../fixtures/conformance-subject.ts'
import { namedProblems } from '../fixtures/named-problems.ts'
import {
  describeOnMariaDb,
  describeOnPostgres,
  describeOnSqlite,
} from '../fixtures/on-databases.ts'
import type { AnyDatabase, AnyOptions } from '../options/any-database.ts'

/** What the check says of a table with these roles. */
async function problemsWith(
  db: AnyDatabase,
  roles: readonly (string | null)[],
  more: Readonly<Record<string, unknown>> = {},
  type = 'varchar(90)',
): Promise<readonly string[]> {
  for (const table of ['users', 'roles'])
    await sql`DROP TABLE IF EXISTS ${sql.table(table)}`.execute(db)
  await sql`CREATE TABLE users (id varchar(9) PRIMARY KEY, username varchar(9),
    status varchar(9), hash varchar(200))`.execute(db)
  await sql`CREATE TABLE roles (user_id varchar(9), tenant varchar(9),
    role ${sql.raw(type)})`.execute(db)
  for (const role of roles)
    await sql`INSERT INTO roles (user_id, tenant, role) VALUES ('1', 'a', ${role})`.execute(db)
  return await namedProblems(db, {
    table: 'users',
    columns: { id: 'id', username: 'username', passwordHash: 'hash' },
    status: { column: 'status', active: ['active'] },
    privileged: { table: 'roles', userId: 'user_id', role: 'role', values: ['admin'], ...more },
    hasher: cheapHasher,
  } as AnyOptions)
}

const lists = (values: string) =>
  'Column roles.role (privileged.role): it holds lists, and each part of a list counts. Where ' +
  `that is so, name all ordinary values in privileged.ordinary. It holds ${values}.`
const akin = (values: string) =>
  'Column roles.role (privileged.role): it holds values that are like a privileged one, and not ' +
  'privileged. Where that is so, name all ordinary values in privileged.ordinary. It holds ' +
  `${values}.`
const unnamed = (values: string) =>
  'Column roles.role (privileged.role): it holds values that neither values nor ordinary names: ' +
  `${values}.`

function suite(open: () => AnyDatabase): void {
  it('is nothing for ordinary roles beside the privileged one', async () => {
    expect(await problemsWith(open(), [])).toEqual([])
    expect(
      await problemsWith(open(), ['member', 'Admin ', 'editor', 'site manager', null]),
    ).toEqual([])
  })

  it.each([
    'member,admin',
    '["member"]',
    '{member,editor}',
    'a:1:{i:0;s:5:"admin";}',
    'member|editor',
  ])('is the list %j', async (list) => {
    expect(await problemsWith(open(), ['member', list])).toEqual([lists(JSON.stringify(list))])
  })

  it('is a value with the privileged one in it, which is not privileged', async () => {
    expect(await problemsWith(open(), ['member', 'superadmin'])).toEqual([akin('"superadmin"')])
    expect(await problemsWith(open(), ['Administrator'])).toEqual([akin('"Administrator"')])
  })

  it('is every value that nobody has named, once the ordinary ones are named', async () => {
    const ordinary = ['member', 'editor', 'admin-assistant']
    const known = ['Member', 'admin', 'admin-assistant', 'member,admin', '["editor"]', null]
    const serialised = 'a:2:{i:0;s:6:"member";i:1;s:5:"admin";}'
    expect(await problemsWith(open(), [...known, serialised], { ordinary })).toEqual([])
    expect(await problemsWith(open(), [...known, 'owner'], { ordinary })).toEqual([
      unnamed('"owner"'),
    ])
    expect(await problemsWith(open(), [...known, 'member,owner'], { ordinary })).toEqual([
      unnamed('"member,owner"'),
    ])
  })

  it('is what the rows of the own tenant hold, and no more than five values of them', async () => {
    expect(await problemsWith(open(), ['a,b'], { where: { tenant: 'b' } })).toEqual([])
    const many = Array.from({ length: 7 }, () => 'admin').map((one, i) => `${one}${i}`)
    const [problem = ''] = await problemsWith(open(), many)
    expect(problem.match(/"admin\d"/g)).toHaveLength(5)
    expect(problem).toMatch(/, and 2 more\.$/)
  })
}

describeOnSqlite('what the check says of roles on SQLite', (on) => {
  suite(() => on.db)
})

describeOnPostgres('what the check says of roles on PostgreSQL', (on) => {
  suite(() => on.db)

  it.each(['text[]', 'jsonb', 'json'])('is a column of %s, which equals no value', async (type) => {
    expect(await problemsWith(on.db, [], {}, type)).toEqual([
      'Column roles.role (privileged.role): it holds arrays or JSON, and PostgreSQL compares ' +
        'neither with text. Use a function of the column, or a view with a row for each element.',
    ])
  })
})

describeOnMariaDb('what the check says of roles on MariaDB', (on) => {
  suite(() => on.db)
})
