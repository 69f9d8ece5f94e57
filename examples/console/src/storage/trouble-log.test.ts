import {
  ForceResetError,
  StoreError,
  type StoreReason,
  safeError,
  type UserStore,
} from '@force-reset/core'
import { memoryUserStore } from '@force-reset/core/testing'
import { describe, expect, it } from 'vitest'
import { loggedStore, troubleLog } from './trouble-log.ts'

const unreachable: StoreReason = {
  reason: 'store',
  key: 'unreachable',
  what: 'No server of the directory could be reached.',
  cure: 'Check url, name resolution and firewalls.',
  cause: { code: 'ECONNREFUSED' },
}
const line =
  'Users: No server of the directory could be reached. ' +
  'Check LDAP_URL, name resolution and firewalls. (unreachable, code ECONNREFUSED)'

/** A log, the clock that it goes by, and the lines that it has written. */
function logByHand() {
  const lines: string[] = []
  let now = 0
  const log = troubleLog(
    (text) => lines.push(text),
    () => now,
  )
  return { log, lines, pass: (ms: number) => (now += ms) }
}

describe('the log of troubles', () => {
  it('says what is so and what to do, with the variable, the reason and the cause', () => {
    const { log, lines } = logByHand()
    log.failed(new StoreError('store_unavailable', unreachable))
    expect(lines).toEqual([line])
  })

  it('says the same once a minute, with a count, and that the store answers again', () => {
    const { log, lines, pass } = logByHand()
    for (let i = 0; i < 5; i++) log.failed(new StoreError('store_unavailable', unreachable))
    expect(lines).toEqual([line])
    pass(60_000)
    log.failed(new StoreError('store_unavailable', unreachable))
    expect(lines).toEqual([line, `${line} [4 more of the same before]`])
    log.answered()
    log.answered()
    expect(lines.slice(2)).toEqual(['Users: The store answers again.'])
  })

  it('says each trouble of its own at once', () => {
    const { log, lines } = logByHand()
    log.refused('store_denied', { ...unreachable, key: 'referral', what: 'Another server.' })
    log.refused('store_unavailable', unreachable)
    log.refused('store_unavailable', undefined)
    expect(lines).toHaveLength(3)
  })

  it('says of each failure without a reason that it has none', () => {
    for (const code of ['store_unavailable', 'outcome_unknown', 'busy'] as const) {
      const { log, lines } = logByHand()
      log.refused(code, undefined)
      expect(lines, code).toEqual(['Users: The store failed without a reason.'])
    }
  })

  it('says nothing of accounts that are refused, and who is privileged only where unread', () => {
    const { log, lines } = logByHand()
    log.refused('not_eligible', { ...unreachable, key: 'account_disabled' })
    log.refused('not_eligible', { reason: 'status', status: 'suspended' })
    log.refused('conflict', { reason: 'changed_during_write' })
    log.refused('privileged_user', { ...unreachable, key: 'privileged_member' })
    expect(lines).toEqual([])
    log.refused('privileged_user', { ...unreachable, key: 'privilege_unreadable' })
    expect(lines).toHaveLength(1)
  })

  it('names the class or the code of an error of the trail, and not its message', () => {
    const { log, lines } = logByHand()
    const sqlite = Object.assign(new Error('planted secret'), { code: 'ERR_SQLITE_ERROR' })
    log.heard({ during: 'audit', ...safeError(sqlite) })
    log.heard({ during: 'audit', ...safeError(new TypeError('planted secret')) })
    log.heard({ during: 'find', ...safeError(new TypeError('planted secret')) })
    log.heard({ during: 'find', code: 'store_unavailable' })
    expect(lines).toEqual([
      'Audit trail: An event could not be stored (ERR_SQLITE_ERROR).',
      'Audit trail: An event could not be stored (TypeError).',
      'Failed during find: TypeError',
    ])
  })

  it('says of a thrown error what the store has not said by itself, and nothing twice', () => {
    const { log, lines } = logByHand()
    const thrown = safeError(new StoreError('store_unavailable', unreachable))
    for (const during of ['find', 'list'] as const) log.heard({ during, ...thrown })
    expect(lines).toEqual([])
    for (const during of ['check', 'prepare', 'write', 'settle'] as const)
      log.heard({ during, ...thrown })
    log.heard({
      during: 'list',
      ...safeError(new ForceResetError('ERR_INVALID_CONFIG', 'the store is closed')),
    })
    expect(lines).toEqual([
      'Failed during check: StoreError, store_unavailable, unreachable, ECONNREFUSED',
      'Failed during prepare: StoreError, store_unavailable, unreachable, ECONNREFUSED',
      'Failed during write: StoreError, store_unavailable, unreachable, ECONNREFUSED',
      'Failed during settle: StoreError, store_unavailable, unreachable, ECONNREFUSED',
      'Failed during list: ForceResetError, ERR_INVALID_CONFIG',
    ])
  })
})

describe('a store with a log', () => {
  const working = memoryUserStore({ users: [{ id: '1', username: 'kim', password: 'old one' }] })
  const broken = (): Promise<never> =>
    Promise.reject(new StoreError('store_unavailable', unreachable))

  it.each<[string, Partial<UserStore>, (store: UserStore) => Promise<unknown>]>([
    ['find', { find: broken }, (store) => store.find('1')],
    ['list', { list: broken }, (store) => store.list({})],
  ])('tells of a failing %s, and hands the error on', async (_, broken, ask) => {
    const { log, lines } = logByHand()
    await expect(ask(loggedStore({ ...working, ...broken }, log))).rejects.toThrow(StoreError)
    expect(lines).toEqual([line])
    await loggedStore(working, log).find('nobody')
    expect(lines.slice(1)).toEqual(['Users: The store answers again.'])
  })

  it('tells of a check and a write that the store refuses, and hands them on', async () => {
    const { log, lines } = logByHand()
    const refusal = { outcome: 'refused', code: 'store_unavailable', detail: unreachable } as const
    const one = await working.find('1')
    if (one === undefined) throw new Error('kim is missing')
    const store = loggedStore(
      {
        ...working,
        find: async () => ({
          user: one.user,
          standing: (mark) => one.standing(mark),
          check: async () => refusal,
          prepare: async (order) => ({
            outcome: 'prepared',
            mark: (await one.prepare(order).then((made) => 'mark' in made && made.mark)) || never(),
            write: async () => ({ outcome: 'unknown', detail: { ...unreachable, key: 'timeout' } }),
          }),
        }),
      },
      log,
    )
    const found = await store.find('1')
    expect(await found?.check({ mustChange: true })).toEqual(refusal)
    expect(lines).toEqual([line])
    const prepared = await found?.prepare({
      resetId: 'r-1',
      password: { use: async (work) => await work(new TextEncoder().encode('h7kp-2mxw-9dtc')) },
      eligible: ['active'],
      purpose: 'reset',
      mustChange: true,
    })
    const written = prepared?.outcome === 'prepared' ? await prepared.write() : prepared
    expect(written).toMatchObject({ outcome: 'unknown' })
    expect(lines.slice(1)).toEqual([expect.stringMatching(/\(timeout, code ECONNREFUSED\)$/)])
  })

  it('tells of an account whose privilege nobody can read, and of no other reason', async () => {
    const { log, lines } = logByHand()
    const one = await working.find('1')
    if (one === undefined) throw new Error('kim is missing')
    const known = (key: string): UserStore => ({
      ...working,
      find: async () => ({ ...one, reason: { reason: 'store', key, what: `It is ${key}.` } }),
    })
    await loggedStore(known('privileged_member'), log).find('1')
    await loggedStore(known('account_disabled'), log).find('1')
    expect(lines).toEqual([])
    await loggedStore(known('privilege_unreadable'), log).find('1')
    expect(lines).toEqual(['Users: It is privilege_unreadable. (privilege_unreadable)'])
  })

  it('takes a wrong cursor for a matter of the request', async () => {
    const { log, lines } = logByHand()
    await expect(loggedStore(working, log).list({ cursor: 'no cursor' })).rejects.toThrow()
    expect(lines).toEqual([])
  })
})

function never(): never {
  throw new Error('the write was not prepared')
}
