import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { DatabaseSync } from 'node:sqlite'
import { sqliteDialect } from '@force-reset/adapter-sql/node-sqlite'
import type { AuditEvent } from '@force-reset/core'
import { verify } from 'argon2'
import { Kysely } from 'kysely'
import { expect, it } from 'vitest'
import { applicationServer, type Database } from './embed.ts'

it('resets an account of an application of its own, over HTTP', async () => {
  const database = new DatabaseSync(':memory:')
  database.exec(`CREATE TABLE staff (
      id INTEGER PRIMARY KEY, email TEXT NOT NULL, state TEXT NOT NULL, role TEXT NOT NULL,
      password_hash TEXT, must_change_password INTEGER NOT NULL DEFAULT 0, password_expires_at TEXT
    );
    INSERT INTO staff (id, email, state, role) VALUES (1, 'kim@example.com', 'enabled', 'member')`)
  const events: AuditEvent[] = []
  const server = applicationServer({
    db: new Kysely<Database>({ dialect: sqliteDialect(database) }),
    operatorOf: (cookie) =>
      cookie === 'session=help-desk' ? { id: 'help-desk', mayReset: true } : undefined,
    keep: async (event) => void events.push(event),
  }).listen(0, '127.0.0.1')
  try {
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const base = `http://127.0.0.1:${port}/admin/api/users/1`
    const headers = { Cookie: 'session=help-desk', 'Content-Type': 'application/json' }
    expect((await fetch(base)).status).toBe(401)
    const view = await (await fetch(base, { headers })).json()
    const response = await fetch(`${base}/force-reset`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ version: view.user.version }),
    })
    const answer = await response.json()
    expect(response.status).toBe(200)
    const row = database.prepare('SELECT password_hash, must_change_password FROM staff').get()
    expect(await verify(String(row?.['password_hash']), answer.temporaryPassword)).toBe(true)
    expect(row?.['must_change_password']).toBe(1)
    expect(events.map(({ type }) => type)).toEqual(['reset.attempted', 'reset.applied'])
    expect(JSON.stringify(events)).not.toContain(answer.temporaryPassword)
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toContain(
      '<force-password-reset',
    )
  } finally {
    server.close()
  }
})
