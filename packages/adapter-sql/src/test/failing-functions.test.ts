import type { ReportedError } from '@force-reset/core'
import { anyVersion, forceReset, operatorsAreNoUsers } from '@force-reset/core'
import { expect, it } from 'vitest'
import { sqliteUsers } from '../fixtures/sqlite-users.ts'
import type { AnyOptions } from '../options/any-database.ts'

/** Stands in each message and in each property that may not be told. */
const planted = 'planted-4711'

class HostError extends Error {
  readonly code = '40002'
  readonly detail = planted
}

function fails(): never {
  throw new HostError(planted)
}

const status = { columns: ['status'], of: fails } as const
const rule = { columns: ['role'], of: fails } as const

/** Each function of the options, when the function fails, and the key of the reason. */
const functions: readonly (readonly [
  string,
  Partial<AnyOptions>,
  ReportedError['during'],
  string,
])[] = [
  ['hasher', { hasher: fails }, 'prepare', 'hasher_failed'],
  ['hasher, later', { hasher: async () => fails() }, 'prepare', 'hasher_failed'],
  ['inTransaction', { inTransaction: fails }, 'write', 'transaction_refused'],
  ['inTransaction, later', { inTransaction: async () => fails() }, 'write', 'transaction_refused'],
  ['status.of', { status }, 'find', 'function_failed'],
  ['privileged.of', { privileged: rule }, 'find', 'function_failed'],
  ['signsInElsewhere.of', { signsInElsewhere: rule }, 'check', 'function_failed'],
  ['unusableHash', { unusableHash: fails }, 'check', 'function_failed'],
]

it.each(functions)('tells onError of class and code, and changes nothing: %s', async (...given) => {
  const [, options, during, key] = given
  const { store, db } = sqliteUsers(options, [{}])
  const before = await db.selectFrom('users').selectAll().execute()
  const errors: ReportedError[] = []
  const events: object[] = []
  const config = {
    store,
    authorize: () => true,
    audit: (event: object) => void events.push(event),
    isSelf: operatorsAreNoUsers,
    onError: (error: ReportedError) => void errors.push(error),
  } as const
  const request = { operator: { id: 'op-1' }, userId: '1', version: anyVersion } as const
  const result = await forceReset(config, request)
  expect(result.ok).toBe(false)
  expect(await db.selectFrom('users').selectAll().execute()).toEqual(before)
  const cause = { name: 'HostError', code: '40002', sqlState: '40002' }
  expect(errors).toMatchObject([{ during, key, cause }])
  expect(JSON.stringify([errors, events, result])).not.toContain(planted)
})

const later = () => Object(Promise.reject(new HostError(planted)))
const laterRule = { columns: ['role'], of: later } as const

/** Each function that has to answer at once, when it answers with a promise that is rejected. */
const promises: readonly (readonly [string, Partial<AnyOptions>, object])[] = [
  ['status.of', { status: { columns: ['status'], of: later } }, { key: 'function_failed' }],
  ['privileged.of', { privileged: laterRule }, { key: 'function_failed' }],
  ['signsInElsewhere.of', { signsInElsewhere: laterRule }, { key: 'function_failed' }],
  ['unusableHash', { unusableHash: later }, { key: 'function_failed' }],
  ['set', { set: { role: later } }, { during: 'prepare', key: 'column_function' }],
  ['now', { now: later }, { during: 'find', name: 'ForceResetError' }],
]

it.each(promises)('refuses a promise, which ends no process: %s', async (_, options, error) => {
  const unhandled: unknown[] = []
  const note = (reason: unknown): void => void unhandled.push(reason)
  process.on('unhandledRejection', note)
  const { store, db } = sqliteUsers(options, [{}])
  const before = await db.selectFrom('users').selectAll().execute()
  const errors: ReportedError[] = []
  const config = {
    store,
    authorize: () => true,
    audit: () => undefined,
    isSelf: operatorsAreNoUsers,
    onError: (reported: ReportedError) => void errors.push(reported),
  } as const
  const request = { operator: { id: 'op-1' }, userId: '1', version: anyVersion } as const
  expect(await forceReset(config, request)).toMatchObject({ ok: false })
  await new Promise(setImmediate)
  process.off('unhandledRejection', note)
  expect(unhandled).toEqual([])
  expect(errors).toMatchObject([error])
  expect(await db.selectFrom('users').selectAll().execute()).toEqual(before)
})

it('tells onError of a database that fails', async () => {
  const { store, db } = sqliteUsers({}, [{}])
  await db.schema.dropTable('users').execute()
  const errors: ReportedError[] = []
  const config = {
    store,
    authorize: () => true,
    audit: () => undefined,
    onError: (error: ReportedError) => void errors.push(error),
  }
  const request = { operator: { id: 'op-1' }, userId: '1', version: anyVersion } as const
  expect(await forceReset(config, request)).toMatchObject({ code: 'store_unavailable' })
  expect(errors).toMatchObject([
    {
      during: 'find',
      name: 'StoreError',
      code: 'store_unavailable',
      cause: { code: 'ERR_SQLITE_ERROR' },
    },
  ])
})
