import { describe, expect, it } from 'vitest'
import type { AuditEvent, ForceResetConfig, Operator } from '../index.ts'
import { anyVersion, checkOpenResets, deny, forceReset, viewUser } from '../index.ts'
import { memoryPendingResets, memoryUserStore } from '../testing/index.ts'

const operator = { id: 'op-1' }
const request = { operator, userId: 'u-1' }

/** An account whose last reset has no known outcome. */
async function office(change: Partial<ForceResetConfig<Operator>> = {}) {
  const store = memoryUserStore({ users: [{ id: 'u-1', username: 'mina', password: 'old' }] })
  const pending = memoryPendingResets()
  const events: AuditEvent[] = []
  let now = Date.UTC(2026, 10, 28)
  const config: ForceResetConfig<Operator> = {
    store,
    authorize: () => true,
    audit: (event) => void events.push(event),
    pending,
    now: () => now,
    ...change,
  }
  store.faults.loseAnswer()
  store.faults.failSettle()
  const { resetId } = await forceReset(
    { ...config, authorize: () => true },
    {
      ...request,
      version: anyVersion,
    },
  )
  events.length = 0
  const pass = (seconds: number): void => {
    now += seconds * 1_000
  }
  return { store, pending, events, config, resetId, pass }
}

describe('viewUser', () => {
  it('names the resets of the account that have no known outcome', async () => {
    const { config, resetId } = await office()
    const attemptedAt = new Date('2026-11-28')
    expect(await viewUser(config, request)).toMatchObject({
      openResets: [{ resetId, operatorId: 'op-1', attemptedAt }],
    })
  })

  it('names no reset that is most likely still under way', async () => {
    const { config, pending, pass } = await office()
    const [row] = (await pending.list({ limit: 1 })).resets
    if (!row) throw new Error('There is no row.')
    await pending.close(row.resetId, 'unknown')
    await pending.open({ ...row, state: 'attempted' })
    expect(await viewUser(config, request)).toMatchObject({ openResets: [] })
    pass(61)
    expect(await viewUser(config, request)).toMatchObject({ openResets: [{}] })
  })

  it.each([
    [
      'an operator who may not reset',
      { authorize: ({ action }: { action: string }) => action === 'view' },
    ],
    ['another tenant', { scope: () => 'north' }],
  ])('names none to %s', async (_, change) => {
    const { config, store } = await office()
    const seen = await viewUser(
      { ...config, store: () => store, scope: () => '', ...change },
      request,
    )
    expect(seen).toMatchObject({ ok: true, openResets: [] })
  })

  it.each([undefined, {}, { resets: null }, { resets: [null] }])(
    'shows the account even where the list of pending resets is %j',
    async (page) => {
      const { config, pending } = await office()
      const broken = Object.assign({ ...pending }, { list: async () => page })
      expect(await viewUser({ ...config, pending: broken }, request)).toMatchObject({
        ok: true,
        openResets: [],
      })
    },
  )

  it('shows the account even where the pending resets cannot be read', async () => {
    const { config, pending } = await office()
    const list = () => Promise.reject(new Error('gone'))
    const heard: unknown[] = []
    const broken = {
      ...config,
      pending: { ...pending, list },
      onError: (e: unknown) => void heard.push(e),
    }
    expect(await viewUser(broken, request)).toMatchObject({ ok: true, openResets: [] })
    expect(heard).toMatchObject([{ during: 'pending' }])
  })
})

describe('checkOpenResets', () => {
  it('finds out for an operator what became of a reset', async () => {
    const { config, resetId, events } = await office()
    expect(await checkOpenResets(config, request)).toMatchObject({
      ok: true,
      resets: [{ resetId, closing: { closing: 'applied_unused', ended: true } }],
    })
    expect(events.map(({ type }) => type)).toEqual(['reset.applied_unused'])
    expect(await checkOpenResets(config, request)).toEqual({ ok: true, resets: [] })
  })

  it.each([
    ['who is denied', false, 'user_not_found'],
    ['who is told why', deny('Not your ward.', { visible: true }), 'forbidden'],
  ] as const)('touches nothing for an operator %s', async (_, answer, code) => {
    const { config, pending, store, events } = await office()
    const authorize: typeof config.authorize = ({ user }) => (user ? answer : true)
    expect(await checkOpenResets({ ...config, authorize }, request)).toMatchObject({ code })
    expect(events.map(({ type }) => type)).toEqual(['access.denied'])
    expect(store.writes).toBe(1)
    expect((await pending.list({ limit: 5 })).resets).toHaveLength(1)
  })

  it('leaves the resets of another tenant alone', async () => {
    const { config, store, pending } = await office()
    const tenants = { ...config, store: () => store, scope: () => 'north' }
    expect(await checkOpenResets(tenants, request)).toEqual({ ok: true, resets: [] })
    expect((await pending.list({ limit: 5 })).resets).toHaveLength(1)
    expect(await checkOpenResets(config, request)).toMatchObject({ resets: [{}] })
  })
})
