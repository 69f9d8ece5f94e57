import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { sqliteDialect } from '@force-reset/adapter-sql/node-sqlite'
import { Kysely } from 'kysely'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { operator } from '../browser/console-site.fixture.ts'
import { forkConsole } from '../browser/fork-console.fixture.ts'
import { createSampleDatabase } from '../demo/sample-database.ts'
import { readSettings } from '../settings/settings.ts'
import { startConsole } from '../start-console.ts'
import { operatorClient } from './operator-client.fixture.ts'

/** An endless query: the console that stores this event never comes back from storing it. */
const endless = `CREATE TRIGGER endless BEFORE INSERT ON force_reset_audit
  WHEN NEW.event_type = 'reset.applied'
  BEGIN SELECT count(*) FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
    SELECT i FROM n); END`

let folder: string
let path: string
let database: DatabaseSync
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'console-killed-'))
  path = join(folder, 'users.db')
  const db = new Kysely<unknown>({ dialect: sqliteDialect(new DatabaseSync(path)) })
  await createSampleDatabase(db)
  await db.destroy()
  database = new DatabaseSync(path, { timeout: 10_000 })
})
afterEach(() => {
  database.close()
  rmSync(folder, { recursive: true })
})

const passwordOf = (id: string): unknown =>
  database.prepare('SELECT password_hash AS hash FROM users WHERE id = ?').get(id)?.['hash']

/** A console in a process of its own dies between the write of a reset and its answer. */
async function killWithin(username: string): Promise<{ readonly id: string }> {
  const { child, origin } = await forkConsole(folder, operator, { DATABASE_URL: path })
  const exited = once(child, 'exit')
  const client = await operatorClient({ origin, operator })
  const { body } = await client.api(`/users?search=${username}`)
  const [{ id, version }] = Array.isArray(body['users']) ? body['users'] : []
  const before = passwordOf(id)
  database.exec(endless)
  const answer = client.api(`/users/${id}/force-reset`, { version }).catch(() => 'no answer')
  await vi.waitUntil(() => passwordOf(id) !== before, { timeout: 60_000 })
  child.kill('SIGKILL')
  await exited
  expect(await answer).toBe('no answer')
  database.exec('DROP TRIGGER endless')
  return { id }
}

async function start(now: () => number) {
  const read = readSettings({
    DATABASE_URL: path,
    OPERATOR_USERNAME: operator.username,
    OPERATOR_PASSWORD: operator.password,
    PORT: '0',
  })
  if (!read.ok) throw new Error(read.problems.join(' '))
  const logged: string[] = []
  const log = (line: string) => void logged.push(line)
  return { running: await startConsole(read.settings, { log, now }), logged }
}

it('ends a password that its dead predecessor showed to nobody, and says so', async () => {
  const { id } = await killWithin('mina.okafor')
  expect(statSync(`${path}.key`).mode & 0o777).toBe(0o600)
  const temporary = passwordOf(id)
  const { running, logged } = await start(() => Date.now() + 301_000)
  await vi.waitUntil(() => logged.length > 0, { timeout: 60_000 })
  expect(logged).toEqual([
    expect.stringMatching(
      /^Reset [\w-]+: the password was changed and shown to nobody\. It works no longer\.$/,
    ),
  ])
  expect(passwordOf(id)).not.toBe(temporary)
  const client = await operatorClient({ origin: running.origin, operator })
  expect(await client.page('/console/audit')).toContain('password shown to nobody')
  expect(await client.page(`/console/users/${id}`)).not.toContain('not known whether it happened')
  const { body } = await client.api(`/users/${id}`)
  expect(body).not.toHaveProperty('openResets')
  await running.close()
})

it('lets an operator check, where it has just started again', async () => {
  const { id } = await killWithin('mina.okafor')
  let passed = 61_000
  const { running, logged } = await start(() => Date.now() + passed)
  const client = await operatorClient({ origin: running.origin, operator })
  const { body } = await client.api(`/users/${id}`)
  expect(body).toMatchObject({ openResets: [{ operatorId: operator.username }] })
  expect((await client.api(`/users/${id}/check`, {})).body).toEqual({ resets: [] })
  passed = 301_000
  expect((await client.api(`/users/${id}/check`, {})).body).toMatchObject({
    resets: [{ closing: 'applied_unused', ended: true }],
  })
  expect(logged).toEqual([])
  await running.close()
})
