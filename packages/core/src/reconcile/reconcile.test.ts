import { describe, expect, it } from 'vitest'
import type {
  AuditEvent,
  ForceResetConfig,
  Operator,
  PasswordRules,
  PendingReset,
  PendingResets,
  ReconcileOptions,
  UserStore,
  WriteOrder,
  WriteOutcome,
} from '../index.ts'
import { anyVersion, forceReset, grouped, reconcile, StoreError } from '../index.ts'
import { markOf } from '../store.ts'
import type { MemoryUserStore } from '../testing/index.ts'
import { memoryPendingResets, memoryUserStore, withFound, withWrite } from '../testing/index.ts'

const operator = { id: 'op-1' }
const mina = { id: 'u-1', username: 'mina', status: 'active', password: 'old password' } as const
const mark = markOf('memory1.1.throwaway')
const receipt = {
  mustChange: 'application',
  expiresAt: null,
  unlocked: false,
  sessionsRevoked: null,
  endpoint: 'memory',
  survives: [],
} as const
/** No late write can arrive this many seconds after the attempt. */
const late = 100
/** More seconds than any reset takes. */
const dead = 301

/** A store whose late writes are bounded, as those of a real server. */
const bounded = (store: UserStore, lateWriteSeconds: number | null = late): UserStore => ({
  ...store,
  capabilities: { ...store.capabilities, lateWriteSeconds },
})

interface Office {
  readonly store: MemoryUserStore
  readonly pending: PendingResets
  readonly events: AuditEvent[]
  /** Moves the clock of the configuration. */
  pass(seconds: number): void
  config(change?: Partial<ForceResetConfig<Operator>>): ForceResetConfig<Operator>
  reset(change?: Partial<ForceResetConfig<Operator>>): ReturnType<typeof forceReset>
  /** A reset whose process dies: at the given step, and with nobody to wait for it. */
  dieAt(step: 'open' | 'attempted' | 'write' | 'applied'): Promise<void>
  reconcile(
    change?: Partial<ForceResetConfig<Operator>>,
    options?: ReconcileOptions,
  ): Promise<readonly unknown[]>
  rows(): Promise<readonly PendingReset[]>
  typesAfterwards(): readonly string[]
}

function office(): Office {
  const store = memoryUserStore({ users: [mina] })
  const pending = memoryPendingResets()
  const events: AuditEvent[] = []
  let now = Date.UTC(2026, 10, 28)
  const config: Office['config'] = (change) => ({
    store: bounded(store),
    authorize: () => true,
    audit: (event) => void events.push(event),
    pending,
    now: () => now,
    ...change,
  })
  const reset: Office['reset'] = (change) =>
    forceReset(config(change), { operator, userId: mina.id, version: anyVersion })
  return {
    store,
    pending,
    events,
    config,
    reset,
    pass: (seconds) => {
      now += seconds * 1_000
    },
    dieAt: (step) =>
      new Promise((died) => {
        const die = () =>
          new Promise<never>(() => {
            // The last turn of this process.
            setImmediate(died)
          })
        const audit = (event: AuditEvent) => {
          if (event.type === `reset.${step}`) return die()
          events.push(event)
          return undefined
        }
        const open = async (row: PendingReset) => {
          await pending.open(row)
          return die()
        }
        const dying: Partial<ForceResetConfig<Operator>> = {
          auditTimeoutMs: 600_000,
          audit,
          ...(step === 'open' ? { pending: { ...pending, open } } : {}),
          ...(step === 'write' ? { store: withWrite(bounded(store), die) } : {}),
        }
        void reset(dying)
      }),
    reconcile: async (change, options) =>
      (await reconcile(config(change), { lookAgainAfterMs: 0, ...options })).map(
        ({ closing }) => closing,
      ),
    rows: async () => (await pending.list({ limit: 50 })).resets,
    typesAfterwards: () => events.map(({ type }) => type),
  }
}

const claimNow = { now: new Date('2027-01-01'), olderThan: new Date('2027-01-01'), leaseSeconds: 1 }

describe('a reset with pending resets', () => {
  it('is stored before its write, with everything that finds it again', async () => {
    const { pending, store, reset } = office()
    let seen: readonly PendingReset[] = []
    store.faults.beforeNextWrite(() => {
      void pending.list({ limit: 5 }).then(({ resets }) => {
        seen = resets
      })
    })
    const result = await reset()
    expect(seen).toMatchObject([
      {
        resetId: result.resetId,
        store: 'memory',
        scope: '',
        userId: 'u-1',
        operatorId: 'op-1',
        attemptedAt: new Date('2026-11-28'),
        state: 'writing',
        expiresAt: null,
        throwaway: null,
      },
    ])
  })

  it('is stored with the tenant of the operator', async () => {
    const { store, rows, reset } = office()
    store.faults.loseAnswer()
    store.faults.failSettle()
    await reset({ store: () => bounded(store), scope: ({ id }) => `ward of ${id}` })
    expect(await rows()).toMatchObject([{ scope: 'ward of op-1', state: 'unknown' }])
  })

  it('is forgotten when the outcome is known', async () => {
    const { rows, reset, store, events } = office()
    expect((await reset()).ok).toBe(true)
    store.faults.beforeNextWrite(() => store.changePassword(mina.id, 'another password'))
    expect((await reset()).ok).toBe(false)
    expect(events.map(({ type }) => type)).toEqual([
      'reset.attempted',
      'reset.applied',
      'reset.attempted',
      'reset.refused',
    ])
    expect(await rows()).toEqual([])
  })

  it.each(['rejects', 'throws'])('changes nothing where storing it %s', async (way) => {
    const { pending, reset, store, events } = office()
    const open = () => {
      if (way === 'throws') throw new Error('secret-4711')
      return Promise.reject(new Error('secret-4711'))
    }
    const heard: unknown[] = []
    const onError = (error: unknown) => void heard.push(error)
    const result = await reset({ pending: { ...pending, open }, onError })
    expect(result).toMatchObject({
      code: 'audit_unavailable',
      detail: { reason: 'callback_failed', callback: 'pending' },
    })
    expect(store.signIn('mina', mina.password)).toBe('open')
    expect(events.map(({ type }) => type)).toEqual(['reset.refused'])
    expect(heard).toMatchObject([{ during: 'pending' }])
    expect(JSON.stringify(heard)).not.toContain('4711')
  })

  it('changes nothing where storing it takes longer than an event may', async () => {
    const { pending, reset, store } = office()
    const open = () => new Promise<void>(() => undefined)
    const result = await reset({ pending: { ...pending, open }, auditTimeoutMs: 1 })
    expect(result).toMatchObject({ code: 'audit_unavailable' })
    expect(store.signIn('mina', mina.password)).toBe('open')
  })

  it('changes nothing where nobody can name the tenant of its row', async () => {
    const { store, reset, rows } = office()
    const scope = () => {
      throw new Error('gone')
    }
    expect(await reset({ store: () => bounded(store), scope })).toMatchObject({
      code: 'audit_unavailable',
      detail: { reason: 'callback_failed', callback: 'scope' },
    })
    expect(store.signIn('mina', mina.password)).toBe('open')
    expect(await rows()).toEqual([])
  })

  it('changes nothing where the clock stops before its row has a moment', async () => {
    const { store, reset, rows } = office()
    let isStopped = false
    const stopping = withFound(bounded(store), (found) => ({
      ...found,
      prepare: (order) => {
        isStopped = true
        return found.prepare(order)
      },
    }))
    const now = () => (isStopped ? Number.NaN : Date.now())
    expect(await reset({ store: stopping, now })).toMatchObject({
      code: 'audit_unavailable',
      detail: { reason: 'callback_failed', callback: 'now' },
    })
    expect(store.signIn('mina', mina.password)).toBe('open')
    expect(await rows()).toEqual([])
  })

  it('has no row to close where the reset was refused before its row was stored', async () => {
    const { pending, store, reset, events } = office()
    const closed: string[] = []
    const close = async (resetId: string) => closed.push(resetId) > 0
    store.setStatus(mina.id, 'deleted')
    expect(await reset({ pending: { ...pending, close } })).toMatchObject({ code: 'not_eligible' })
    expect(events.map(({ type }) => type)).toEqual(['reset.refused'])
    expect(closed).toEqual([])
  })

  it('shows no password whose row stays, and ends that password later', async () => {
    const { pending, reset, events, reconcile, pass, rows } = office()
    let tries = 0
    const close = async () => {
      tries += 1
      throw new Error('gone')
    }
    const shown: unknown[] = []
    const onApplied = (done: unknown) => void shown.push(done)
    expect(await reset({ pending: { ...pending, close }, onApplied })).toMatchObject({
      code: 'outcome_unknown',
    })
    expect([tries, shown]).toEqual([2, []])
    const types = ['reset.attempted', 'reset.applied', 'reset.unknown']
    expect(events.map(({ type }) => type)).toEqual(types)
    expect(await rows()).toMatchObject([{ state: 'unknown' }])
    pass(1)
    expect(await reconcile()).toEqual([{ closing: 'applied_unused', ended: true }])
  })

  it('shows the password where the second try forgets the row', async () => {
    const { pending, reset, rows } = office()
    let tries = 0
    const close: PendingResets['close'] = async (...row) => {
      tries += 1
      if (tries === 1) throw new Error('gone')
      return pending.close(...row)
    }
    expect(await reset({ pending: { ...pending, close } })).toMatchObject({ ok: true })
    expect(await rows()).toEqual([])
  })

  it('keeps a row to find the password by, where forgetting the row is not answered', async () => {
    const { pending, reset, rows, reconcile } = office()
    const close: PendingResets['close'] = async (...row) => {
      await pending.close(...row)
      throw new Error('the answer was lost')
    }
    expect(await reset({ pending: { ...pending, close } })).toMatchObject({
      code: 'outcome_unknown',
    })
    expect(await rows()).toMatchObject([{ state: 'unknown' }])
    expect(await reconcile()).toEqual([{ closing: 'applied_unused', ended: true }])
  })

  it('closes the resets of the account whose outcome was unknown, and no others', async () => {
    const { store, reset, rows, pending, events } = office()
    store.faults.loseAnswer()
    store.faults.failSettle()
    const first = await reset()
    const [row] = await rows()
    if (!row) throw new Error('There is no row.')
    await pending.open({ ...row, resetId: 'other-tenant', scope: 'north', state: 'unknown' })
    await pending.open({ ...row, resetId: 'other-store', store: 'sql', state: 'unknown' })
    await pending.open({ ...row, resetId: 'other-account', userId: 'u-2', state: 'unknown' })
    await pending.open({ ...row, resetId: 'under-way', state: 'attempted' })
    expect((await reset()).ok).toBe(true)
    expect((await rows()).map(({ resetId }) => resetId).sort()).toEqual([
      'other-account',
      'other-store',
      'other-tenant',
      'under-way',
    ])
    expect(events.at(-1)).toMatchObject({
      type: 'reset.overtaken',
      resetId: first.resetId,
      mark: row.mark,
      operatorId: 'op-1',
      userId: 'u-1',
      username: 'mina',
    })
  })

  it('keeps the row of a reset that came after its own write', async () => {
    const { store, reset, rows, events, reconcile, typesAfterwards } = office()
    const audit = async (event: AuditEvent) => {
      events.push(event)
      if (event.type !== 'reset.applied') return
      store.faults.loseAnswer()
      store.faults.failSettle()
      await reset()
    }
    expect(await reset({ audit })).toMatchObject({ ok: true })
    expect(typesAfterwards()).not.toContain('reset.overtaken')
    expect(await rows()).toMatchObject([{ state: 'unknown' }])
    expect(await reconcile()).toEqual([{ closing: 'applied_unused', ended: true }])
  })

  it('still happens where nobody can tell which resets are open', async () => {
    const { pending, reset } = office()
    const list = () => Promise.reject(new Error('gone'))
    expect(await reset({ pending: { ...pending, list } })).toMatchObject({ ok: true })
  })
})

describe('a reset without pending resets', () => {
  it('needs no tenant for a row', async () => {
    const { store, reset } = office()
    const scope = () => {
      throw new Error('gone')
    }
    expect(await reset({ pending: undefined, store: () => bounded(store), scope })).toMatchObject({
      ok: true,
    })
  })
})

describe('reconcile', () => {
  it('ends at once a password that nobody was shown', async () => {
    const { store, reset, reconcile, rows, events } = office()
    store.faults.loseAnswer()
    store.faults.failSettle()
    const { resetId } = await reset()
    expect(await reconcile()).toEqual([{ closing: 'applied_unused', ended: true }])
    expect(store.writes).toBe(2)
    expect(store.signIn('mina', mina.password)).toBe('refused')
    expect(await rows()).toEqual([])
    expect(events.at(-1)).toMatchObject({
      type: 'reset.applied_unused',
      resetId,
      ended: true,
      operatorId: 'op-1',
      action: 'reset',
      username: 'mina',
    })
    expect(await reconcile()).toEqual([])
  })

  it.each([
    ['open', 'not_applied', 'open'],
    ['attempted', 'not_applied', 'open'],
    ['write', 'not_applied', 'open'],
    ['applied', 'applied_unused', 'refused'],
  ] as const)('tells the truth of a process that died at %s', async (step, closing, signsIn) => {
    const { dieAt, reconcile, pass, store, rows, typesAfterwards } = office()
    await dieAt(step)
    expect(await reconcile()).toEqual([])
    pass(dead)
    expect(await reconcile()).toMatchObject([{ closing }])
    expect(store.signIn('mina', mina.password)).toBe(signsIn)
    expect(typesAfterwards().at(-1)).toBe(`reset.${closing}`)
    expect(await rows()).toEqual([])
  })

  it('takes no reset for that of a dead process that may still wait for its trail', async () => {
    const { dieAt, reconcile, pass } = office()
    await dieAt('applied')
    pass(dead)
    expect(await reconcile({ auditTimeoutMs: 100_000 })).toEqual([])
    pass(300)
    expect(await reconcile({ auditTimeoutMs: 100_000 })).toMatchObject([
      { closing: 'applied_unused' },
    ])
  })

  it('says "not applied" only when the write can no longer arrive', async () => {
    const { store, reset, reconcile, pass, rows, typesAfterwards } = office()
    const write = store.faults.delayWrite()
    store.faults.failSettle()
    await reset()
    const open = [{ closing: 'still_open', why: 'not_yet' }]
    expect(await reconcile()).toEqual(open)
    pass(late)
    expect(await reconcile()).toEqual(open)
    expect(await rows()).toHaveLength(1)
    expect(typesAfterwards()).toEqual(['reset.attempted', 'reset.unknown'])
    write.deliver()
    expect(await reconcile()).toEqual([{ closing: 'applied_unused', ended: true }])
  })

  it('never says so of a store whose late writes nothing bounds', async () => {
    const { store, reset, reconcile, pass } = office()
    store.faults.loseWrite()
    store.faults.failSettle()
    await reset()
    pass(1_000_000)
    expect(await reconcile({ store: bounded(store, null) })).toEqual([
      { closing: 'still_open', why: 'not_yet' },
    ])
  })

  it.each([undefined, Number.NaN])(
    'never says so of a store without types whose bound is %s',
    async (lateWriteSeconds) => {
      const { store, reset, reconcile, pass } = office()
      store.faults.loseWrite()
      store.faults.failSettle()
      await reset()
      pass(1_000_000)
      const capabilities = Object.assign({ ...store.capabilities }, { lateWriteSeconds })
      expect(await reconcile({ store: { ...store, capabilities } })).toEqual([
        { closing: 'still_open', why: 'not_yet' },
      ])
    },
  )

  it('looks again: a server that was stopped for long works off a late write', async () => {
    const { store, reset, reconcile, pass } = office()
    const write = store.faults.delayWrite()
    store.faults.failSettle()
    await reset()
    pass(late + 1)
    const looks: string[] = []
    const watched = {
      ...bounded(store),
      find: async (id: string) => {
        looks.push(id)
        const found = await store.find(id)
        write.deliver()
        return found
      },
    }
    expect(await reconcile({ store: watched })).toEqual([
      { closing: 'applied_unused', ended: true },
    ])
    expect(looks).toEqual(['u-1', 'u-1'])
  })

  it.each([
    ['the user chose a password', (store: MemoryUserStore) => store.changePassword('u-1', 'own')],
    ['the account is gone', (store: MemoryUserStore) => store.remove('u-1')],
  ])('says "overtaken" where %s', async (_, happens) => {
    const { store, reset, reconcile, typesAfterwards } = office()
    store.faults.loseAnswer()
    store.faults.failSettle()
    await reset()
    happens(store)
    expect(await reconcile()).toEqual([{ closing: 'overtaken' }])
    expect(typesAfterwards().at(-1)).toBe('reset.overtaken')
    expect(store.writes).toBe(1)
  })

  it('leaves a password alone that the user chose after the look', async () => {
    const { store, reset, reconcile } = office()
    store.faults.loseAnswer()
    store.faults.failSettle()
    await reset()
    store.faults.beforeNextWrite(() => store.changePassword('u-1', 'own password'))
    expect(await reconcile()).toEqual([{ closing: 'still_open', why: 'not_ended' }])
    expect(store.signIn('mina', 'own password')).toBe('open')
    expect(await reconcile()).toEqual([{ closing: 'overtaken' }])
  })

  it('enables no account: the password of a suspended one ends, too', async () => {
    const { store, reset, reconcile } = office()
    store.faults.loseAnswer()
    store.faults.failSettle()
    await reset()
    store.setStatus('u-1', 'suspended')
    expect(await reconcile()).toEqual([{ closing: 'applied_unused', ended: true }])
    expect((await store.find('u-1'))?.user.status).toBe('suspended')
  })

  it('ends it by an order of its own, under the rules of the store', async () => {
    const rules = { minLength: 17, forbidden: ['bank'] }
    const { store, reset, reconcile, rows } = office()
    store.faults.loseAnswer()
    store.faults.failSettle()
    await reset()
    const [row] = await rows()
    const orders: WriteOrder[] = []
    const checks: unknown[] = []
    const fitted: PasswordRules[] = []
    const told = withFound(bounded(store), (found) => ({
      ...found,
      check: async (options) => {
        checks.push(options)
        return { outcome: 'fit', rules }
      },
      prepare: (order) => {
        orders.push(order)
        return found.prepare(order)
      },
    }))
    const { kind, fit } = grouped()
    const format = {
      kind,
      fit: (asked: PasswordRules) => {
        fitted.push(asked)
        return fit(asked)
      },
    }
    expect(await reconcile({ store: told, format })).toEqual([
      { closing: 'applied_unused', ended: true },
    ])
    expect(checks).toEqual([{ mustChange: true }])
    expect(fitted.at(-1)).toEqual({ minLength: 17, forbidden: ['bank', 'mina'] })
    expect(orders).toMatchObject([
      {
        resetId: row?.resetId,
        onlyIf: row?.mark,
        purpose: 'expire',
        mustChange: true,
        eligible: ['active', 'pending', 'suspended', 'deleted'],
      },
    ])
    for (const { password } of orders)
      await expect(password.use(() => undefined)).rejects.toMatchObject({ code: 'ERR_LEASE_ENDED' })
  })

  it.each<[string, WriteOutcome, object, number]>([
    [
      'settle finds the write',
      { outcome: 'unknown', settle: async () => ({ outcome: 'applied', receipt, mark }) },
      { closing: 'applied_unused', ended: true },
      0,
    ],
    [
      'settle finds no write',
      { outcome: 'unknown', settle: async () => ({ outcome: 'not_applied' }) },
      { closing: 'still_open', why: 'not_ended' },
      0,
    ],
    ['nothing can settle', { outcome: 'unknown' }, { closing: 'still_open', why: 'not_ended' }, 0],
    [
      'the write is denied',
      { outcome: 'refused', code: 'store_denied' },
      { closing: 'still_open', why: 'not_ended' },
      1,
    ],
  ])('says what became of the throwaway where %s', async (_, outcome, closing, failures) => {
    const { store, reset, reconcile } = office()
    store.faults.loseAnswer()
    store.faults.failSettle()
    await reset()
    const heard: unknown[] = []
    const onError = (error: unknown) => void heard.push(error)
    const answering = withWrite(bounded(store), async () => outcome)
    expect(await reconcile({ store: answering, onError })).toEqual([closing])
    const denied = [{ during: 'write', code: 'store_denied' }]
    expect(heard).toEqual(failures === 1 ? denied : [])
  })

  it('writes no throwaway under rules that no password meets', async () => {
    const { store, reset, reconcile } = office()
    store.faults.loseAnswer()
    store.faults.failSettle()
    await reset()
    const strict = withFound(bounded(store), (found) => ({
      ...found,
      check: async () => ({ outcome: 'fit', rules: { maxLength: 1 } }),
    }))
    expect(await reconcile({ store: strict })).toEqual([
      { closing: 'still_open', why: 'not_ended' },
    ])
    expect(store.writes).toBe(1)
  })

  it('writes a throwaway under no rules where the store refuses to tell any', async () => {
    const { store, reset, reconcile } = office()
    store.faults.loseAnswer()
    store.faults.failSettle()
    await reset()
    const silent = withFound(bounded(store), (found) => ({
      ...found,
      check: async () => ({ outcome: 'refused', code: 'store_denied' }),
    }))
    expect(await reconcile({ store: silent })).toEqual([{ closing: 'applied_unused', ended: true }])
  })

  it('takes an account under another spelling of the id for gone', async () => {
    const { store, reset, reconcile } = office()
    store.faults.loseAnswer()
    store.faults.failSettle()
    await reset()
    const lax = withFound(bounded(store), (found) => ({
      ...found,
      user: { ...found.user, id: 'U-1' },
    }))
    expect(await reconcile({ store: lax })).toEqual([{ closing: 'overtaken' }])
  })

  it.each([
    ['the store is gone', { closing: 'still_open', why: 'unreachable' }],
    ['the account is gone', { closing: 'overtaken' }],
    ['the password is another', { closing: 'overtaken' }],
  ] as const)('does not say "not applied" where at the second look %s', async (what, closing) => {
    const { store, reset, reconcile, pass, rows } = office()
    store.faults.loseWrite()
    store.faults.failSettle()
    await reset()
    pass(late + 1)
    let looks = 0
    const changing = {
      ...bounded(store),
      find: async (id: string) => {
        looks += 1
        if (looks === 2 && what === 'the store is gone') throw new StoreError('store_unavailable')
        if (looks === 2 && what === 'the account is gone') store.remove(id)
        if (looks === 2 && what === 'the password is another') store.changePassword(id, 'own')
        return store.find(id)
      },
    }
    const heard: unknown[] = []
    const onError = (error: unknown) => void heard.push(error)
    expect(await reconcile({ store: changing, onError })).toEqual([closing])
    expect(looks).toBe(2)
    const left = what === 'the store is gone' ? 1 : 0
    expect(heard).toHaveLength(left)
    expect(await rows()).toHaveLength(left)
  })

  it('says so where a store knows no conditional write to end a password with', async () => {
    const { store, reset, reconcile, events } = office()
    store.faults.loseAnswer()
    store.faults.failSettle()
    await reset()
    const recheck = { version: 'before_write', status: 'before_write' } as const
    const unconditional = { ...store, capabilities: { ...store.capabilities, recheck } }
    expect(await reconcile({ store: unconditional })).toEqual([
      { closing: 'applied_unused', ended: false },
    ])
    expect(events.at(-1)).toMatchObject({ type: 'reset.applied_unused', ended: false })
    expect(store.writes).toBe(1)
  })

  it.each([
    [
      'the store cannot be asked',
      'unreachable',
      (store: UserStore): UserStore => ({
        ...store,
        find: () => Promise.reject(new StoreError('store_unavailable')),
      }),
    ],
    [
      'the store throws nonsense',
      'unreachable',
      (store: UserStore): UserStore => ({
        ...store,
        find: () => Promise.reject(null),
      }),
    ],
    [
      'the mark tells nothing',
      'unclear',
      (store: UserStore): UserStore =>
        withFound(store, (found) => ({
          ...found,
          standing: () => ({ now: 'unknown', why: 'foreign_mark' }),
        })),
    ],
    [
      'the mark cannot be read',
      'unclear',
      (store: UserStore): UserStore =>
        withFound(store, (found) => ({
          ...found,
          standing: () => {
            throw new Error('secret')
          },
        })),
    ],
    [
      'the throwaway is refused',
      'not_ended',
      (store: UserStore): UserStore =>
        withFound(store, (found) => ({
          ...found,
          prepare: async () => ({ outcome: 'refused', code: 'store_unavailable' }),
        })),
    ],
    [
      'the throwaway is lost',
      'not_ended',
      (store: UserStore): UserStore => withWrite(store, async () => ({ outcome: 'unknown' })),
    ],
  ] as const)('keeps a reset open while %s', async (_, why, broken) => {
    const { store, reset, reconcile, rows, events } = office()
    store.faults.loseAnswer()
    store.faults.failSettle()
    await reset()
    const before = events.length
    expect(await reconcile({ store: broken(bounded(store)) })).toEqual([
      { closing: 'still_open', why },
    ])
    expect(events.length).toBe(before)
    expect(await rows()).toHaveLength(1)
    expect(await reconcile()).toEqual([{ closing: 'applied_unused', ended: true }])
  })

  it('keeps a reset open whose event cannot be stored', async () => {
    const { store, reset, reconcile, rows } = office()
    store.faults.loseAnswer()
    store.faults.failSettle()
    await reset()
    const audit = () => Promise.reject(new Error('full'))
    expect(await reconcile({ audit })).toEqual([{ closing: 'still_open', why: 'unrecorded' }])
    expect(await rows()).toHaveLength(1)
    // The throwaway is in the place of the temporary password by now, and is known for what it is.
    store.changePassword('u-1', 'own password')
    expect(await reconcile()).toEqual([{ closing: 'applied_unused', ended: true }])
    expect(await rows()).toEqual([])
  })

  it.each([
    ['before its write', 'attempted', { closing: 'not_applied' }, 'audit_unavailable', 'open'],
    [
      'after its write',
      'applied',
      { closing: 'applied_unused', ended: true },
      'outcome_unknown',
      'refused',
    ],
  ] as const)(
    'lets a process show no password that stood still %s and was taken for dead',
    async (...[, step, closing, code, signsIn]) => {
      const { store, reset, reconcile, pass, rows } = office()
      const { promise: goesOn, resolve: goOn } = Promise.withResolvers<void>()
      const { promise: stands, resolve: stand } = Promise.withResolvers<void>()
      const audit = async ({ type }: AuditEvent) => {
        if (type !== `reset.${step}`) return
        stand()
        await goesOn
      }
      const frozen = reset({ audit, auditTimeoutMs: 600_000 })
      await stands
      pass(dead)
      expect(await reconcile()).toEqual([closing])
      goOn()
      expect(await frozen).toMatchObject({ ok: false, code })
      expect(store.signIn('mina', mina.password)).toBe(signsIn)
      await reconcile()
      expect(await rows()).toEqual([])
    },
  )

  it('ends a password of a write that began only after "not applied" was said', async () => {
    const { store, reset, reconcile, pass, rows, typesAfterwards } = office()
    const { promise: goesOn, resolve: goOn } = Promise.withResolvers<void>()
    const { promise: stands, resolve: stand } = Promise.withResolvers<void>()
    const standing = withFound(bounded(store, 0), (found) => ({
      ...found,
      prepare: async (order) => {
        const prepared = await found.prepare(order)
        if (prepared.outcome !== 'prepared') return prepared
        const write = async () => {
          stand()
          await goesOn
          return prepared.write()
        }
        return { ...prepared, write }
      },
    }))
    const frozen = reset({ store: standing })
    await stands
    pass(dead)
    expect(await reconcile({ store: bounded(store, 0) })).toEqual([{ closing: 'not_applied' }])
    goOn()
    expect(await frozen).toMatchObject({ ok: false, code: 'outcome_unknown' })
    expect(await reconcile()).toEqual([{ closing: 'applied_unused', ended: true }])
    expect(store.signIn('mina', mina.password)).toBe('refused')
    expect(await rows()).toEqual([])
    expect(typesAfterwards().slice(-3)).toEqual([
      'reset.applied',
      'reset.unknown',
      'reset.applied_unused',
    ])
  })

  it('ends the password of an account that was deleted since, and forgets the row', async () => {
    const { store, reset, reconcile, rows } = office()
    store.faults.loseAnswer()
    store.faults.failSettle()
    await reset()
    store.setStatus('u-1', 'deleted')
    expect(await reconcile()).toEqual([{ closing: 'applied_unused', ended: true }])
    expect(await rows()).toEqual([])
  })

  it('finds the throwaway of a caller that died, and calls that password no other', async () => {
    const { store, pending, reset, reconcile, rows, events } = office()
    store.faults.loseAnswer()
    store.faults.failSettle()
    await reset()
    const change: PendingResets['change'] = (id, from, to) =>
      to.state === 'ended' ? Promise.reject(new Error('died')) : pending.change(id, from, to)
    await reconcile({ pending: { ...pending, change } })
    expect(await rows()).toMatchObject([{ state: 'ending', throwaway: expect.any(String) }])
    expect(await reconcile()).toEqual([{ closing: 'applied_unused', ended: true }])
    expect(store.writes).toBe(2)
    expect(events.at(-1)).toMatchObject({ type: 'reset.applied_unused', ended: true })
  })

  it('says the same once more where forgetting the row failed', async () => {
    const { store, pending, reset, reconcile, typesAfterwards } = office()
    store.faults.loseAnswer()
    store.faults.failSettle()
    await reset()
    const close = () => Promise.reject(new Error('gone'))
    expect(await reconcile({ pending: { ...pending, close } })).toEqual([
      { closing: 'still_open', why: 'unrecorded' },
    ])
    store.changePassword('u-1', 'own password')
    expect(await reconcile()).toEqual([{ closing: 'applied_unused', ended: true }])
    expect(typesAfterwards().slice(-2)).toEqual(['reset.applied_unused', 'reset.applied_unused'])
  })

  it('names a reset whose row could not be changed', async () => {
    const { store, pending, reset, reconcile } = office()
    store.faults.loseAnswer()
    store.faults.failSettle()
    await reset()
    const change = () => Promise.reject(new Error('gone'))
    expect(await reconcile({ pending: { ...pending, change } })).toEqual([
      { closing: 'still_open', why: 'not_ended' },
    ])
    expect(store.writes).toBe(1)
  })

  it('waits for one release that fails, and not for each', async () => {
    const { store, pending, reset, rows, reconcile } = office()
    store.faults.loseAnswer()
    store.faults.failSettle()
    await reset()
    const [row] = await rows()
    if (!row) throw new Error('There is no row.')
    for (const n of [1, 2, 3])
      await pending.open({ ...row, resetId: `r-${n}`, userId: `gone-${n}` })
    let tries = 0
    const release = async () => {
      tries += 1
      throw new Error('gone')
    }
    expect(await reconcile({ pending: { ...pending, release } })).toHaveLength(4)
    expect(tries).toBe(1)
  })

  it('takes no reset of another tenant out of the hands of its own process', async () => {
    const { store, reset, reconcile, pending } = office()
    store.faults.loseAnswer()
    store.faults.failSettle()
    await reset({ store: () => bounded(store), scope: () => 'north' })
    const asked: unknown[] = []
    const claim: PendingResets['claim'] = (question) => {
      asked.push(question)
      return pending.claim(question)
    }
    expect(await reconcile({ pending: { ...pending, claim } })).toEqual([])
    expect(asked).toMatchObject([{ store: 'memory', scope: '' }])
    expect(await pending.claim({ ...claimNow, limit: 5 })).toHaveLength(1)
  })

  it('closes each reset once, however many callers ask at once', async () => {
    const { store, reset, config, typesAfterwards } = office()
    store.faults.loseAnswer()
    store.faults.failSettle()
    await reset()
    const found = await Promise.all(Array.from({ length: 8 }, () => reconcile(config())))
    expect(found.flat()).toHaveLength(1)
    expect(typesAfterwards().filter((type) => type === 'reset.applied_unused')).toHaveLength(1)
  })

  it('looks at every open reset, however many there are', async () => {
    const { pending, reset, store, rows, reconcile } = office()
    store.faults.loseAnswer()
    store.faults.failSettle()
    await reset()
    const [row] = await rows()
    if (!row) throw new Error('There is no row.')
    for (let n = 0; n < 75; n += 1) {
      const userId = `gone-${n}`
      // The oldest stay open, and are of another store.
      const elsewhere = { resetId: `a-${n}`, store: 'another', attemptedAt: new Date(0) }
      await pending.open({ ...row, ...elsewhere, userId })
      await pending.open({ ...row, resetId: `r-${n}`, userId })
    }
    expect(await reconcile()).toHaveLength(76)
    expect(await rows()).toHaveLength(50)
    expect(
      (await pending.list({ limit: 200 })).resets.every((one) => one.store === 'another'),
    ).toBe(true)
    expect((await pending.claim({ ...claimNow, limit: 200 })).length).toBe(75)
  })

  it('looks at every open reset, where the looks take longer than a lease', async () => {
    const { pending, reset, store, rows, config, pass } = office()
    store.faults.loseAnswer()
    store.faults.failSettle()
    await reset()
    const [row] = await rows()
    if (!row) throw new Error('There is no row.')
    for (let n = 0; n < 40; n += 1)
      await pending.open({
        ...row,
        resetId: `a-${String(n).padStart(2, '0')}`,
        scope: n < 20 ? 'slow' : 'gone',
        attemptedAt: new Date(n),
      })
    const asked = new Set<string>()
    const storeOf = ({ resetId, scope }: PendingReset) => {
      asked.add(resetId)
      if (scope === 'slow') pass(121)
      return undefined
    }
    await reconcile(config(), { storeOf })
    expect(asked.size).toBe(41)
  })

  it('holds a reset for longer than the longest wait between two looks', async () => {
    const { pending, reconcile } = office()
    const leases: number[] = []
    const claim: PendingResets['claim'] = (question) => {
      leases.push(question.leaseSeconds)
      return pending.claim(question)
    }
    await reconcile({ pending: { ...pending, claim } }, { lookAgainAfterMs: 60_000 })
    expect(leases).toEqual([120])
  })

  it.each([undefined, null, 7, {}, 'nonsense', [null], [undefined], [7], [{}]])(
    'finds nothing where the table answers %j',
    async (nonsense) => {
      const { reconcile, pending } = office()
      const broken = Object.assign({ ...pending }, { claim: async () => nonsense })
      expect(await reconcile({ pending: broken })).toEqual([])
    },
  )

  it('looks at the other resets where a row or a store holds nonsense', async () => {
    const { store, reset, rows, config, pending, pass } = office()
    store.faults.loseAnswer()
    store.faults.failSettle()
    await reset()
    const [row] = await rows()
    if (!row) throw new Error('There is no row.')
    await pending.open({ ...row, resetId: 'no-recheck', scope: 'odd', attemptedAt: new Date(0) })
    const claim: PendingResets['claim'] = async (question) =>
      (await pending.claim(question)).map((one) =>
        one.scope === 'odd' ? Object.assign({ ...one }, { attemptedAt: 'yesterday' }) : one,
      )
    const odd = withFound(bounded(store), (found) => ({
      ...found,
      standing: () => ({ now: 'before' }),
    }))
    pass(dead)
    const looked = await reconcile(config({ pending: { ...pending, claim } }), {
      lookAgainAfterMs: 0,
      storeOf: ({ scope }) => (scope === 'odd' ? odd : store),
    })
    expect(looked.map(({ closing }) => closing)).toEqual([
      { closing: 'still_open', why: 'unclear' },
      { closing: 'applied_unused', ended: true },
    ])
  })

  it('looks at the resets of one account alone where asked', async () => {
    const { store, reset, reconcile } = office()
    store.faults.loseAnswer()
    store.faults.failSettle()
    await reset()
    expect(await reconcile({}, { userId: 'u-2' })).toEqual([])
    expect(await reconcile({}, { userId: 'u-1' })).toHaveLength(1)
  })

  it('leaves the resets of other stores to their own processes', async () => {
    const { store, reset, reconcile, rows } = office()
    store.faults.loseAnswer()
    store.faults.failSettle()
    await reset()
    expect(await reconcile({ store: { ...store, name: 'another' } })).toEqual([])
    expect(await rows()).toHaveLength(1)
  })

  it('leaves the resets of a tenant alone, whose accounts the store need not hold', async () => {
    const { store, reset, reconcile, rows, events } = office()
    store.faults.loseAnswer()
    store.faults.failSettle()
    await reset({ store: () => store, scope: () => 'north' })
    store.remove('u-1')
    expect(await reconcile()).toEqual([])
    expect(await rows()).toHaveLength(1)
    expect(events.at(-1)).toMatchObject({ type: 'reset.unknown' })
  })

  it('leaves a password alone that somebody was shown', async () => {
    const { store, reset, reconcile, rows, pending } = office()
    store.faults.loseAnswer()
    store.faults.failSettle()
    const { resetId } = await reset()
    const [row] = await rows()
    if (!row) throw new Error('There is no row.')
    await pending.change(resetId, 'unknown', { state: 'applied', expiresAt: new Date(0) })
    expect(await reconcile()).toEqual([])
    expect(store.writes).toBe(1)
    expect(await rows()).toMatchObject([{ state: 'applied' }])
  })

  it('asks for the store of each tenant, by the row', async () => {
    const { store, reset, reconcile } = office()
    store.faults.loseAnswer()
    store.faults.failSettle()
    const tenants = { store: () => store, scope: () => 'north' }
    await reset(tenants)
    await expect(reconcile(tenants)).rejects.toMatchObject({
      code: 'ERR_INVALID_CONFIG',
      message: expect.stringContaining('storeOf is missing'),
    })
    const asked: string[] = []
    const storeOf = ({ scope }: PendingReset) => {
      asked.push(scope)
      return store
    }
    expect(await reconcile(tenants, { storeOf: () => undefined })).toEqual([])
    expect(await reconcile(tenants, { storeOf })).toEqual([
      { closing: 'applied_unused', ended: true },
    ])
    expect(asked).toEqual(['north'])
  })

  it('finds nothing where there are no pending resets, and tells of no failure', async () => {
    const { reconcile } = office()
    const heard: unknown[] = []
    const onError = (error: unknown) => void heard.push(error)
    expect(await reconcile({ pending: undefined, onError })).toEqual([])
    expect(heard).toEqual([])
  })

  it('finds nothing where the table of pending resets fails, and says so', async () => {
    const { reconcile } = office()
    const heard: unknown[] = []
    const claim = () => Promise.reject(new Error('gone'))
    const onError = (error: unknown) => void heard.push(error)
    const broken = { ...memoryPendingResets(), claim }
    expect(await reconcile({ pending: broken, onError })).toEqual([])
    expect(heard).toMatchObject([{ during: 'pending' }])
  })

  it.each([
    ['userId', 7],
    ['storeOf', 'sql'],
    ['diedAfterSeconds', 59],
    ['lookAgainAfterMs', -1],
    ['olderThan', 5],
  ])('names a wrong %s', async (name, value) => {
    const { config } = office()
    await expect(reconcile(config(), { [name]: value })).rejects.toMatchObject({
      code: 'ERR_INVALID_CONFIG',
      message: expect.stringContaining(name),
    })
  })
})
