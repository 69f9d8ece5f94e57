// A server in a process of its own, whose memory is searched. The real handler runs on a real store
// over TLS, under node:http and under Express. Careless code beside it uses the same store. The one
// argument names the store, and the process prints its addresses.
import { readFileSync } from 'node:fs'
import type { RequestListener, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import { DatabaseSync } from 'node:sqlite'
import { activeDirectory, ldapUserStore, openLdap } from '@force-reset/adapter-ldap'
import { sqlUserStore } from '@force-reset/adapter-sql'
import { argon2id } from '@force-reset/adapter-sql/argon2'
import { sqliteDialect } from '@force-reset/adapter-sql/node-sqlite'
import {
  generateTemporaryPassword,
  noPrivilegedUsers,
  operatorsAreNoUsers,
  type UserStore,
} from '@force-reset/core'
import { nodeHandler } from '@force-reset/http/node'
import { hash } from 'argon2'
import express from 'express'
import { Kysely } from 'kysely'
import { Attribute, Change, Client } from 'ldapts'

/** The store, and what the server needs to be one. */
export interface MemoryServerStart {
  readonly certificateFile: string
  readonly keyFile: string
  readonly store: 'sql' | DirectoryStart
}

/** A directory to reset in. */
export interface DirectoryStart {
  /** The password policy of everybody on OpenLDAP; `null` on Active Directory. */
  readonly defaultPolicy: string | null
  readonly url: string
  readonly baseDn: string
  readonly privilegedGroup: string
  readonly ca: string
  readonly operator: { readonly dn: string; readonly password: string }
}

/** A store, and the same reset by somebody who makes a string of the password and passes it on. */
interface Subject {
  readonly store: UserStore
  setCarelessly(account: string, password: string): Promise<void>
}

const start: MemoryServerStart = JSON.parse(process.argv[2] ?? '{}')
const { store, setCarelessly } =
  start.store === 'sql' ? sqlSubject() : directorySubject(start.store)
const handler = nodeHandler({
  store,
  authorize: () => true,
  isSelf: operatorsAreNoUsers,
  audit: () => undefined,
  authenticate: () => ({ id: 'op-1' }),
  basePath: '/api',
})

/**
 * More than the buffers of both ends of a connection take, so that what waits behind it stays in
 * this process.
 */
const filler = Buffer.alloc(12 * 1_048_576)

const bare: RequestListener = (request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '', 'https://localhost')
  if (pathname === '/filler') return response.end(filler)
  if (pathname === '/careless')
    return careless(searchParams, response, (password) => response.end(JSON.stringify(password)))
  return handler(request, response)
}

const framework = express()
framework.use(express.json())
// Sessions wrap every response, to be stored first, and copy a body that is no Buffer.
framework.use((_, response, next) => {
  for (const name of ['write', 'end'] as const) {
    const original = response[name].bind(response)
    Reflect.set(response, name, (chunk: unknown, ...rest: []) =>
      original(
        chunk instanceof Uint8Array && !Buffer.isBuffer(chunk) ? Buffer.from(chunk) : chunk,
        ...rest,
      ),
    )
  }
  next()
})
framework.get('/filler', (_, response) => response.end(filler))
framework.post('/careless', (request, response) =>
  careless(new URL(request.url, 'https://localhost').searchParams, response, (password) =>
    response.json(password),
  ),
)
framework.use(handler)

function careless(
  query: URLSearchParams,
  response: ServerResponse,
  answer: (body: { readonly temporaryPassword: string }) => unknown,
): void {
  const temporaryPassword = generateTemporaryPassword().reveal()
  setCarelessly(query.get('account') ?? '', temporaryPassword).then(
    () => answer({ temporaryPassword }),
    () => response.destroy(),
  )
}

function sqlSubject(): Subject {
  const database = new DatabaseSync(':memory:')
  database.exec(
    `CREATE TABLE users (id TEXT PRIMARY KEY, username TEXT, status TEXT, hash TEXT,
      must_change INTEGER, expires_at TEXT)`,
  )
  const insert = database.prepare("INSERT INTO users VALUES (?, ?, 'active', NULL, 0, NULL)")
  for (let i = 1; i <= 40; i += 1) insert.run(String(i), `user-${i}`)
  const db = new Kysely<Record<string, Record<string, unknown>>>({
    dialect: sqliteDialect(database),
  })
  return {
    store: sqlUserStore(db, {
      table: 'users',
      columns: {
        id: 'id',
        username: 'username',
        passwordHash: 'hash',
        mustChange: 'must_change',
        expiresAt: 'expires_at',
      },
      status: { column: 'status', active: ['active'] },
      privileged: noPrivilegedUsers,
      hasher: argon2id(),
    }),
    setCarelessly: async (username, password) => {
      database
        .prepare('UPDATE users SET hash = ? WHERE username = ?')
        .run(await hash(password), username)
    },
  }
}

function directorySubject({
  defaultPolicy,
  url,
  baseDn,
  privilegedGroup,
  ca,
  operator,
}: DirectoryStart): Subject {
  const dialect =
    defaultPolicy === null
      ? activeDirectory()
      : openLdap({ privilegedGroups: [privilegedGroup], defaultPolicy })
  const attribute = (password: string): Attribute =>
    defaultPolicy === null
      ? new Attribute({ type: 'unicodePwd', values: [Buffer.from(`"${password}"`, 'utf16le')] })
      : new Attribute({ type: 'userPassword', values: [password] })
  return {
    store: ldapUserStore({ url, baseDn, bind: operator, tls: { ca }, dialect }),
    setCarelessly: async (dn, password) => {
      const client = new Client({ url, tlsOptions: { ca } })
      await client.bind(operator.dn, operator.password)
      await client.modify(
        dn,
        new Change({ operation: 'replace', modification: attribute(password) }),
      )
      await client.unbind()
    },
  }
}

const tls = { cert: readFileSync(start.certificateFile), key: readFileSync(start.keyFile) }
for (const listener of [bare, framework]) {
  const server = createServer(tls, listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  process.stdout.write(`https://127.0.0.1:${typeof address === 'object' ? address?.port : ''}\n`)
}
