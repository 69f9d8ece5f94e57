import { createHash } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import type { AuditEvent, UserStore, WriteOrder } from '@force-reset/core'
import { ForceResetError, forceReset, StoreError, TemporaryPassword } from '@force-reset/core'
import { leasePassword, memoryUserStore, plantCanary, withFound } from '@force-reset/core/testing'
import { Kysely } from 'kysely'
import { activeDirectory, ldapUserStore } from '../../../adapter-ldap/src/index.ts'
import { noPrivilegedUsers, sqlUserStore } from '../../../adapter-sql/src/index.ts'
import { sqliteDialect } from '../../../adapter-sql/src/node-sqlite.ts'
import { sqlFailure } from '../../../adapter-sql/src/store/sql-failure.ts'
import { fetchHandler } from '../shells/fetch-handler.ts'
import { nodeHandler } from '../shells/node-handler.ts'

/** Something that knows a secret, or has known it, and must not show it. */
export interface LeakSubject {
  readonly name: string
  readonly value: unknown
  readonly secret: string
}

const bytesOf = (text: string) => Uint8Array.from(new TextEncoder().encode(text))
const request = (version: string) => ({ operator: { id: 'op-1' }, userId: '1', version })

/** The store, and what it was lent. */
export function observed(store: UserStore) {
  const lent: string[] = []
  const orders: WriteOrder[] = []
  const observing = withFound(store, (found) => ({
    ...found,
    prepare: async (order) => {
      orders.push(order)
      await order.password.use((bytes) => lent.push(new TextDecoder().decode(bytes)))
      return found.prepare(order)
    },
  }))
  return { store: observing, secret: () => lent.at(-1) ?? '', order: () => orders.at(-1) }
}

async function versionIn(store: UserStore): Promise<string> {
  return (await store.find('1'))?.user.version ?? ''
}

function passwords(): readonly LeakSubject[] {
  const secret = plantCanary().text
  const revealed = new TemporaryPassword(bytesOf(secret))
  revealed.reveal()
  const lease = leasePassword(bytesOf(secret)).lease
  return [
    { name: 'a sealed TemporaryPassword', value: new TemporaryPassword(bytesOf(secret)), secret },
    { name: 'a revealed TemporaryPassword', value: revealed, secret },
    { name: 'a PasswordLease', value: lease, secret },
  ]
}

async function results(): Promise<readonly LeakSubject[]> {
  const events: AuditEvent[] = []
  const { store, secret } = observed(memoryUserStore({ users: [{ id: '1', username: 'kim' }] }))
  const config = {
    store,
    authorize: () => true,
    audit: (event: AuditEvent) => void events.push(event),
  }
  const value = await forceReset(config, request(await versionIn(store)))
  if (!value.ok) throw new Error(value.code)
  const memory = memoryUserStore({ users: [{ id: '1', username: 'kim' }] })
  const lost = observed(memory)
  memory.faults.failSettle()
  memory.faults.loseWrite()
  const unknown = await forceReset(
    { ...config, store: lost.store },
    request(await versionIn(lost.store)),
  )
  return [
    { name: 'a ForceResetResult', value, secret: secret() },
    { name: 'a ForceResetResult of a failure', value: unknown, secret: lost.secret() },
    { name: 'the audit events', value: events, secret: secret() },
  ]
}

function handlers(): readonly LeakSubject[] {
  const secret = plantCanary().text
  const store = memoryUserStore({ users: [{ id: '1', username: 'kim', password: secret }] })
  const config = {
    store,
    authorize: () => true,
    audit: () => undefined,
    authenticate: () => ({ id: 'op-1' }),
  }
  return [
    { name: 'the configuration of a handler', value: config, secret },
    { name: 'a nodeHandler', value: nodeHandler(config), secret },
    { name: 'a fetchHandler', value: fetchHandler(config), secret },
  ]
}

function errors(): readonly LeakSubject[] {
  const secret = plantCanary().text
  const password = new TemporaryPassword(bytesOf(secret))
  let misuse: unknown
  try {
    password.reveal()
    password.reveal()
  } catch (error) {
    misuse = error
  }
  if (!(misuse instanceof ForceResetError)) throw new Error('The second look was allowed.')
  const foreign = Object.assign(new Error(`Failing row contains (${secret})`), {
    code: '23514',
    detail: secret,
    parameters: [secret],
  })
  const { detail } = sqlFailure(foreign)
  return [
    { name: 'a ForceResetError', value: misuse, secret },
    { name: 'a StoreError', value: new StoreError('store_unavailable', detail), secret },
  ]
}

interface Tables {
  readonly users: {
    id: string
    username: string
    status: string
    password_hash: string | null
    must_change: number
    expires_at: string | null
  }
}

async function sqlStore(): Promise<LeakSubject> {
  const database = new DatabaseSync(':memory:')
  database.exec(
    'CREATE TABLE users (id TEXT PRIMARY KEY, username TEXT, status TEXT, ' +
      'password_hash TEXT, must_change INTEGER, expires_at TEXT)',
  )
  database.exec("INSERT INTO users VALUES ('1', 'kim', 'active', NULL, 0, NULL)")
  const real = sqlUserStore(new Kysely<Tables>({ dialect: sqliteDialect(database) }), {
    table: 'users',
    columns: {
      id: 'id',
      username: 'username',
      passwordHash: 'password_hash',
      mustChange: 'must_change',
      expiresAt: 'expires_at',
    },
    status: { column: 'status', active: ['active'], pending: [], suspended: [], deleted: [] },
    privileged: noPrivilegedUsers,
    hasher: async (bytes) => createHash('sha256').update(bytes).digest('hex'),
  })
  const { store, secret } = observed(real)
  const result = await forceReset(
    { store, authorize: () => true, audit: () => undefined },
    request(await versionIn(store)),
  )
  if (!result.ok) throw new Error(result.message)
  return { name: 'an sqlUserStore after a reset', value: real, secret: secret() }
}

/** A store that knows the password of the account that resets. */
function ldapStore(): LeakSubject {
  const secret = plantCanary().text
  const bind = { dn: 'cn=helpdesk,dc=example,dc=test', password: secret }
  const value = ldapUserStore({
    url: 'ldaps://127.0.0.1:1',
    baseDn: 'dc=example,dc=test',
    bind,
    dialect: activeDirectory(),
  })
  return { name: 'an ldapUserStore', value, secret }
}

/** A reset that stands still where the store has the password. */
async function inFlight(): Promise<{
  readonly subject: LeakSubject
  readonly finish: () => Promise<void>
}> {
  const memory = memoryUserStore({ users: [{ id: '1', username: 'kim' }] })
  const reached = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()
  const halted = withFound(memory, (found) => ({
    ...found,
    prepare: (order) =>
      order.password.use(async () => {
        reached.resolve()
        await released.promise
        return found.prepare(order)
      }),
  }))
  const { store, secret, order } = observed(halted)
  const running = forceReset(
    { store, authorize: () => true, audit: () => undefined },
    request(await versionIn(store)),
  )
  await reached.promise
  return {
    subject: {
      name: 'a reset in flight',
      value: { running, order: order() },
      secret: secret(),
    },
    finish: async () => {
      released.resolve()
      await running
    },
  }
}

/** Everything that is looked at. Dispose of it to end the reset that is in flight. */
export async function leakSubjects(): Promise<
  AsyncDisposable & { readonly subjects: readonly LeakSubject[] }
> {
  const flight = await inFlight()
  const subjects = [
    ...passwords(),
    ...(await results()),
    ...handlers(),
    ...errors(),
    await sqlStore(),
    ldapStore(),
    flight.subject,
  ]
  return { subjects, [Symbol.asyncDispose]: flight.finish }
}

/** What careless code holds a secret in. */
export function carelessSubjects(): readonly LeakSubject[] {
  const secret = plantCanary().text
  return [
    { name: 'a string', value: secret, secret },
    { name: 'a public field', value: { password: secret }, secret },
    { name: 'a field by a symbol', value: { [Symbol('password')]: secret }, secret },
    { name: 'an error', value: Object.assign(new Error(secret), { password: secret }), secret },
  ]
}
