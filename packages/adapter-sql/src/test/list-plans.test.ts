import { noPrivilegedUsers } from '@force-reset/core'
import { type PostgresServer, startPostgres } from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { accountPages } from '../account/account-page.ts'
import { accountReader } from '../account/account-reader.ts'
import type { PagePlace } from '../account/page-cursor.ts'
import { dialectOf } from '../dialect/dialect-of.ts'
import { postgresDatabase, type TestDatabase } from '../fixtures/server-databases.ts'
import { sqlUserStore } from '../store/sql-user-store.ts'

const accounts = 100_000
/** A page of fifty, and one more. */
const rows = 51
const options = {
  table: 'users',
  columns: { id: 'id', username: 'email', displayName: 'full_name', passwordHash: 'password_hash' },
  status: { column: 'state', active: ['enabled'] },
  privileged: noPrivilegedUsers,
  hasher: () => 'x',
} as const

interface PlanNode {
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Rows Removed by Filter'?: number
  readonly 'Rows Removed by Index Recheck'?: number
  readonly Plans?: readonly PlanNode[]
}

function planOf(answer: unknown): PlanNode {
  const [plan] = answer as readonly { readonly Plan: PlanNode }[]
  if (plan === undefined) throw new Error('There is no plan')
  return plan.Plan
}

/** Rows that the database has looked at, in all parts of its plan. */
function rowsIn(node: PlanNode): number {
  const own =
    node['Actual Rows'] +
    (node['Rows Removed by Filter'] ?? 0) +
    (node['Rows Removed by Index Recheck'] ?? 0)
  return (
    own * node['Actual Loops'] + (node.Plans ?? []).reduce((sum, child) => sum + rowsIn(child), 0)
  )
}

describeWithServer(
  'postgres',
  `lists of ${accounts.toLocaleString('en')} accounts on PostgreSQL, with the indexes of the guide`,
  () => {
    let server: PostgresServer
    let database: TestDatabase
    beforeAll(async () => {
      server = await startPostgres({ settings: { shared_buffers: '64MB' } })
      database = await postgresDatabase(server)
      const { run } = database.probe
      await run(
        'CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL, full_name text, ' +
          'state text, password_hash text)',
      )
      await run(
        `INSERT INTO users SELECT n, substr(md5(n::text), 1, 8) || '@example.com', 'Person ' || ` +
          `md5((n + 1)::text), 'enabled', 'x' FROM generate_series(1, ${accounts}) n`,
      )
      await run('CREATE INDEX users_list ON users (email, id)')
      await run('CREATE INDEX users_email_part ON users USING gin (email gin_trgm_ops)')
      await run('CREATE INDEX users_full_name_part ON users USING gin (full_name gin_trgm_ops)')
      await run('VACUUM ANALYZE users')
    })
    afterAll(async () => {
      await database?.close()
      await server?.stop()
    })

    const plansFor = async (query: { readonly search?: string; readonly after?: PagePlace }) => {
      const dialect = dialectOf(database.db)
      const pages = accountPages(dialect, options, accountReader(dialect, options), {
        search: query.search,
        after: query.after,
        rows,
      })
      const plans: PlanNode[] = []
      for (const page of pages) {
        const { sql, parameters } = page.compile(database.db)
        const [row] = await database.probe.run(
          `EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`,
          parameters as readonly string[],
        )
        plans.push(planOf(row?.['QUERY PLAN']))
        if (plans.at(-1)?.['Actual Rows'] === rows) break
      }
      return plans
    }
    const rowsFor = async (query: Parameters<typeof plansFor>[0]) =>
      (await plansFor(query)).reduce((sum, plan) => sum + rowsIn(plan), 0)
    /**
     * The rows that the search among the next accounts looks at. Each of the 2,000 counts three
     * times: in the index, in the part and in the filter.
     */
    const next = 3 * 2_000

    it('look at the rows of a page, however far in it is', async () => {
      const [far] = await database.probe.run(
        'SELECT email, id FROM users ORDER BY email, id OFFSET 90000 LIMIT 1',
      )
      const after = { username: String(far?.['email']), id: String(far?.['id']), isWhole: true }
      expect(await rowsFor({})).toBeLessThan(300)
      expect(await rowsFor({ after })).toBeLessThan(300)
    })

    it.each(['@EXAMPLE.COM', 'Person'])(
      'look at few rows more than they find for a part of many names: %s',
      async (search) => {
        expect(await rowsFor({ search })).toBeLessThan(1_000)
      },
    )

    it.each(['acbd18', 'c4ca4238', 'person 28c8', '28c8 a person', 'nobody-has-this', 'e nobody'])(
      'look at the rows that come next, and few more than they find, for a part of few names: %s',
      async (search) => {
        expect(await rowsFor({ search })).toBeLessThan(next + 1_000)
      },
    )

    it('look at the next rows, and at those that fit at the end of the list', async () => {
      const standing = 4_000
      await database.probe.run(
        `INSERT INTO users SELECT ${accounts} + n, 'yvonne' || n || '@example.com', 'Yvonne ' || ` +
          `n, 'enabled', 'x' FROM generate_series(1, ${standing}) n`,
      )
      await database.probe.run('VACUUM ANALYZE users')
      // Each that fits once in the index, once or twice in the part, once in the sort.
      expect(await rowsFor({ search: 'yvonne' })).toBeLessThan(next + 5 * standing)
      const inOrder = await database.probe.run(
        "SELECT email FROM users WHERE email LIKE 'yvonne%' ORDER BY email, id LIMIT 100",
      )
      const store = sqlUserStore(database.db, options)
      const { users, nextCursor } = await store.list({ search: 'yvonne', limit: 50 })
      const second = await store.list({ search: 'yvonne', limit: 50, cursor: nextCursor })
      expect([...users, ...second.users].map(({ username }) => username)).toEqual(
        inOrder.map(({ email }) => email),
      )
    })

    it('would look at all of them without the indexes, as the count shows', async () => {
      await database.probe.run('DROP INDEX users_email_part, users_full_name_part')
      expect(await rowsFor({ search: 'nobody-has-this' })).toBeGreaterThan(accounts - 1)
    })
  },
)
