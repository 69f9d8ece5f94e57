// What a team that installs the packages compiles: with skipLibCheck off, from the packed
// declarations.
import { ldapUserStore, noPrivilegedUsers, openLdap } from '@force-reset/adapter-ldap'
import { sqlUserStore } from '@force-reset/adapter-sql'
import { argon2id } from '@force-reset/adapter-sql/argon2'
import { sqliteDialect } from '@force-reset/adapter-sql/node-sqlite'
import { forceReset, type UserStore } from '@force-reset/core'
import { memoryUserStore } from '@force-reset/core/testing'
import { fetchHandler } from '@force-reset/http'
import '@force-reset/http/element'
import { DatabaseSync } from 'node:sqlite'
import { auditEnvironment } from '@force-reset/http/environment'
import { nodeHandler } from '@force-reset/http/node'
import { Kysely } from 'kysely'

interface Tables {
  users: {
    id: string
    email: string
    hash: string | null
    state: string
    must: number
    until: string | null
  }
}
const database = new DatabaseSync(':memory:')
database.exec(`CREATE TABLE users (
  id TEXT PRIMARY KEY, email TEXT, hash TEXT, state TEXT, must INTEGER, until TEXT
)`)
database.exec("INSERT INTO users (id, email, state) VALUES ('1', 'kim@example.com', 'on')")
const store: UserStore = sqlUserStore(new Kysely<Tables>({ dialect: sqliteDialect(database) }), {
  table: 'users',
  columns: {
    id: 'id',
    username: 'email',
    passwordHash: 'hash',
    mustChange: 'must',
    expiresAt: 'until',
  },
  status: { column: 'state', active: ['on'] },
  privileged: { column: 'email', values: ['root@example.com'] },
  hasher: argon2id(),
})
/**
 * The element's events have types, on whatever hears them. Never called: there is no document here.
 */
export const hear = (around: Document): void =>
  around.addEventListener('force-reset-applied', ({ detail }) => void detail.resetId.length)
const operator = { id: 'operator' }
const config = {
  store,
  authorize: () => true,
  audit: async () => undefined,
}
const served = { ...config, authenticate: () => operator }
ldapUserStore({
  url: 'ldaps://127.0.0.1:1',
  baseDn: 'dc=example,dc=com',
  bind: { dn: 'cn=operator,dc=example,dc=com', password: 'never used' },
  dialect: openLdap({ privilegedGroups: noPrivilegedUsers }),
})
const found = await store.find('1')
if (found === undefined) throw new Error('The account is not found.')
const result = await forceReset(config, { operator, userId: '1', version: found.user.version })
if (!result.ok) throw new Error(result.code)
const handle = fetchHandler({ ...served, basePath: '/api', peerAddress: () => '127.0.0.1' })
const answer = await handle(new Request('http://127.0.0.1/api/openapi.json'))
const element = await handle(new Request('http://127.0.0.1/api/element.js'))
const text = await element.text()
auditEnvironment(process)
nodeHandler({ ...served, store: memoryUserStore({ users: [] }) })
if (answer.status !== 200 || !text.includes('force-password-reset'))
  throw new Error('The handler does not serve its files.')
process.stdout.write(`${result.temporaryPassword.reveal().length} characters\n`)
