import { DatabaseSync } from 'node:sqlite'
import { Kysely, SqliteDialect, sql } from 'kysely'
import { createAuditTable } from './src/audit-trail.ts'
import { createConsole } from './src/console.ts'
import { createSampleDatabase } from './src/demo/sample-database.ts'
import { listen } from './src/listen.ts'
import { defaultUsersTable } from './src/users-table.ts'

const raw = new DatabaseSync(':memory:')
const db = new Kysely<any>({
  dialect: new SqliteDialect({
    database: {
      close() {
        raw.close()
      },
      prepare(q: string) {
        const s = raw.prepare(q)
        return {
          reader: s.columns().length > 0,
          all: (p: any) => s.all(...p),
          run: (p: any) => s.run(...p),
          iterate: (p: any) => s.iterate(...p),
        }
      },
    } as any,
  }),
})
await createAuditTable(db)
const known = await createSampleDatabase(db)
const rows = (await sql<any>`select * from users order by username`.execute(db)).rows
const users = rows.map((r) => ({
  id: r.id,
  username: r.username,
  email: r.email ?? undefined,
  displayName: r.display_name ?? undefined,
  status: r.status,
  privileged: r.role === 'admin',
  version: 'v',
  createdAt: new Date(r.created_at),
  updatedAt: new Date(r.updated_at),
}))
const store: any = {
  name: 'scratch',
  capabilities: {
    recheck: { version: 'in_write', status: 'in_write' },
    expiry: true,
    unlock: false,
    sessions: false,
    mustChange: 'application',
    survives: [],
  },
  find: async (id: string) => users.find((u) => u.id === id),
  list: async (q: any) => {
    const m = users.filter(
      (u) =>
        (!q.statuses || q.statuses.includes(u.status)) &&
        (u.username + (u.email ?? '')).toLowerCase().includes((q.search ?? '').toLowerCase()),
    )
    const s = Number(q.cursor ?? 0)
    return { users: m.slice(s, s + q.limit), nextCursor: m.length > s + q.limit ? String(s + q.limit) : undefined, truncated: false }
  },
  replacePassword: async () => ({ outcome: 'refused', code: 'busy' }),
}
const handler = await createConsole({
  db,
  table: defaultUsersTable,
  store,
  operator: { username: 'operator', password: 'pw' },
  secure: false,
  trustProxy: false,
  userPages: true,
  demo: true,
  temporaryPasswordSeconds: 86400,
  log: console.error,
})
const l = await listen(handler, { host: '127.0.0.1', port: 3999, tls: undefined })
console.log(l.origin, known)
