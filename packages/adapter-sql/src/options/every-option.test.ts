import { ForceResetError, forceReset, listUsers } from '@force-reset/core'
import { everyWrongOption, plantedInWrongValues, wrongValues } from '@force-reset/testing'
import { leakCheck } from '@force-reset/testing/vitest'
import { describe, expect, it } from 'vitest'
import { sqliteUsers, sqliteUsersOptions } from '../fixtures/sqlite-users.ts'
import { checkSqlTable, sqlUserStore } from '../index.ts'
import type { AnyDatabase, AnyOptions } from './any-database.ts'

leakCheck()

const no = () => false
const { passwordHash, mustChange, expiresAt, ...identity } = sqliteUsersOptions.columns

/** Options of one table. */
const ofColumns = {
  ...sqliteUsersOptions,
  columns: {
    ...identity,
    createdAt: 'updated_at',
    passwordSetAt: 'updated_at',
    lockedUntil: 'locked_until',
    endsOn: 'updated_at',
    lastSignIn: 'updated_at',
    passwordHash,
    mustChange: { column: mustChange, on: 1, off: 0 },
    expiresAt: { column: expiresAt, write: (moment: Date) => moment.toISOString() },
  },
  status: { ...sqliteUsersOptions.status, reasons: { blocked: ['suspended'] } },
  privileged: { column: 'role', values: ['admin'] },
  facts: { Role: 'role' },
  signsInElsewhere: { column: 'role', values: ['saml'] },
  unusableHash: no,
  scope: { tenant: 'north' },
  unlock: { set: { failed_logins: 0 }, locked: no },
  sessionsAreCached: false,
  ended: [{ table: 'sessions', userId: 'user_id', holds: 'sessions', where: { token: 'x' } }],
  inTransaction: async () => undefined,
  survives: ['sessions'],
  secret: [{ label: 'one', key: new Uint8Array(32) }],
  endpoint: 'sqlite',
  hashTimeoutMs: 1_000,
  timeoutMs: 1_000,
  now: Date.now,
} as const
const { scope: _scope, ended: _ended, columns: _columns, ...common } = ofColumns

/** Together these options hold every name that there is. */
const working: Readonly<Record<string, object>> = {
  'one table': ofColumns,
  'a table of passwords': {
    ...common,
    columns: { id: 'id', username: 'username' },
    credentials: {
      table: 'secrets',
      userId: 'user_id',
      where: { kind: 'password' },
      columns: { passwordHash: 'hash', mustChange: 'temporary', expiresAt: 'valid_until' },
      set: { salt: 'x' },
    },
  },
  functions: {
    ...common,
    columns: { ...identity, passwordHash },
    status: { columns: ['status'], of: () => 'active' },
    privileged: { columns: ['role'], of: no },
    signsInElsewhere: { columns: ['role'], of: no },
    set: { tenant: { fromHasher: 'salt' }, locked_until: () => null },
  },
  'rows of other tables': {
    ...common,
    columns: { ...identity, passwordHash },
    privileged: {
      table: 'roles',
      userId: 'user_id',
      role: 'role',
      values: ['admin'],
      ordinary: ['member'],
      where: { kind: 'x' },
    },
    signsInElsewhere: {
      table: 'identities',
      userId: 'user_id',
      provider: 'provider',
      values: ['saml'],
      where: { kind: 'x' },
      onlyWithoutPassword: true,
    },
    ended: [{ table: 'users', columns: { locked_until: null }, holds: 'tokens' }],
  },
  versions: {
    ...common,
    columns: { ...identity, passwordHash },
    tokenVersion: 'token_version',
    versionColumn: { column: 'lock_version', raisedBy: 'reset' },
  },
}

/** What a caller without types may hand over. */
function untyped<T>(value: unknown): T {
  return value as T
}

/** Makes a store, and asks it as core does: no option may fail only then. */
async function useStore(db: AnyDatabase, options: unknown): Promise<void> {
  const store = sqlUserStore(db, untyped<AnyOptions>(options))
  const config = {
    store,
    requireMustChange: false,
    authorize: () => true,
    audit: () => undefined,
  } as const
  const operator = { id: 'op-1' }
  const asked = [
    await forceReset(config, { operator, userId: '1', version: '1' }),
    await listUsers(config, { operator }),
    await checkSqlTable(db, untyped<AnyOptions>(options)),
  ]
  const text = JSON.stringify(asked)
  if (text.includes(plantedInWrongValues)) throw new Error('An answer holds a foreign error.')
}

async function faultOf(option: string, use: () => unknown): Promise<string | undefined> {
  try {
    await use()
    return undefined
  } catch (error) {
    if (!(error instanceof ForceResetError)) return `throws a foreign error: ${String(error)}`
    return error.message.includes(option) ? undefined : `is refused without its name: ${error}`
  }
}

/** `passwordHash` stands in one of two places, so its name has no place before it. */
const calledOtherwise = ['columns.passwordHash', 'credentials.columns.passwordHash']

describe.each(Object.entries(working))('sqlUserStore with %s', (_, options) => {
  it('works', async () => {
    expect(await faultOf('', () => useStore(sqliteUsers().db, options))).toBeUndefined()
  })

  it('refuses every wrong value by name, or takes the value as documented', async () => {
    const faults: string[] = []
    const { db } = sqliteUsers()
    for (const { name, path, options: wrong } of everyWrongOption(options)) {
      const place = path.map(String).join('.')
      const option = calledOtherwise.includes(place) ? 'passwordHash' : String(path[0])
      const fault = await faultOf(option, () => useStore(db, wrong))
      if (fault !== undefined) faults.push(`${name} ${fault}`)
    }
    expect(faults).toEqual([])
  }, 120_000)
})

it.each(wrongValues)(
  'refuses what is no database, and what are no options: $name',
  async (wrong) => {
    const { db } = sqliteUsers()
    const refused = expect.objectContaining({ code: 'ERR_INVALID_CONFIG' })
    await expect(useStore(untyped(wrong.make()), ofColumns)).rejects.toEqual(refused)
    await expect(useStore(db, wrong.make())).rejects.toEqual(refused)
  },
)

it.each(['survives', 'endpoint'])('refuses %s before a receipt has to hold it', (name) => {
  const { db } = sqliteUsers()
  for (const value of [null, 5, { length: 1 }, ['nonsense'], '']) {
    const options = untyped<AnyOptions>({ ...sqliteUsersOptions, [name]: value })
    expect(() => sqlUserStore(db, options)).toThrow(`sqlUserStore: ${name} has to be`)
  }
})

it('is a test that finds faults', async () => {
  expect(await faultOf('table', () => Object(undefined).missing.field)).toContain('foreign error')
  const unnamed = () => Promise.reject(new ForceResetError('ERR_INVALID_CONFIG', 'columns'))
  expect(await faultOf('table', unnamed)).toContain('without its name')
})
