import { describe, expect, it, vi } from 'vitest'
import type {
  AuditEvent,
  ForceResetConfig,
  ForceResetRequest,
  FoundUser,
  Operator,
  UserStore,
  VersionStanding,
  WriteOrder,
} from '../index.ts'
import {
  anyVersion,
  deny,
  forceReset,
  previewReset,
  StoreError,
  TemporaryPassword,
  viewUser,
} from '../index.ts'
import { memoryUserStore, withFound, withWrite } from '../testing/index.ts'

const operator = { id: 'op-1' }

function setUp(overrides: Partial<ForceResetConfig<Operator>> = {}) {
  const store = memoryUserStore({
    users: [
      { id: '1', username: 'kim', displayName: 'Kim Lee', password: 'old-password' },
      { id: '2', username: 'gone', status: 'deleted' },
      { id: '3', username: 'root', privileged: true },
      { id: '4', username: 'odd', status: 'unknown' },
      { id: 'op-1', username: 'operator' },
    ],
  })
  const events: AuditEvent[] = []
  const config: ForceResetConfig<Operator> = {
    store,
    authorize: () => true,
    audit: (event) => void events.push(event),
    ...overrides,
  }
  const reset = async (request: Partial<ForceResetRequest<Operator>> = {}) => {
    const userId = request.userId ?? '1'
    const version = request.version ?? (await store.find(userId))?.user.version ?? 'none'
    return forceReset(config, { operator, userId, version, ...request })
  }
  return { store, events, config, reset }
}

describe('forceReset', () => {
  it('replaces the password, audits before and after, and reveals once', async () => {
    const { store, events, reset } = setUp()
    const result = await reset({ reason: 'INC-1\nforged', correlationId: 'c1' })
    if (!result.ok) throw new Error(result.code)
    const temporary = result.temporaryPassword.reveal()
    expect(store.signIn('kim', 'old-password')).toBe('refused')
    expect(store.signIn('kim', temporary)).toBe('change_password')
    expect(() => result.temporaryPassword.reveal()).toThrow(/once/)
    expect(events.map(({ type }) => type)).toEqual(['reset.attempted', 'reset.applied'])
    expect(events[0]?.reason).toBe('INC-1\\u{a}forged')
    expect(JSON.stringify(events)).not.toContain(temporary)
    expect(result.receipt).toMatchObject({ mustChange: 'application', auditComplete: true })
  })

  it('tells the store who asks, why, and the reference, as the trail has them', async () => {
    const orders: WriteOrder[] = []
    const { store, events, config } = setUp()
    const told = withFound(store, (found) => ({
      ...found,
      prepare: (order) => {
        orders.push(order)
        return found.prepare(order)
      },
    }))
    const request = { operator: { id: 'lee\u202e' }, userId: '1', version: anyVersion } as const
    await forceReset(
      { ...config, store: told },
      { ...request, reason: 'INC-1\u0000', correlationId: 'c1' },
    )
    await forceReset({ ...config, store: told }, request)
    const [first, , second] = events
    const always = { purpose: 'reset', eligible: ['active', 'pending'], mustChange: true }
    expect(orders).toMatchObject([always, always])
    expect(orders).toMatchObject([
      { operatorId: 'lee\\u{202e}', reason: 'INC-1\\u{0}', correlationId: 'c1' },
      { operatorId: 'lee\\u{202e}', reason: undefined, correlationId: undefined },
    ])
    for (const [i, event] of [first, second].entries()) {
      const { resetId, operatorId, reason, correlationId } = orders[i] ?? {}
      expect(event).toMatchObject({ resetId, operatorId })
      expect([event?.reason, event?.correlationId]).toEqual([reason, correlationId])
    }
  })

  it.each([
    ['2', 'not_eligible'],
    ['3', 'privileged_user'],
    ['4', 'not_eligible'],
    ['op-1', 'own_account'],
    ['missing', 'user_not_found'],
  ])('refuses account %s as %s, audits that, and writes nothing', async (userId, code) => {
    const { store, events, reset } = setUp()
    const result = await reset({ userId })
    expect(result).toMatchObject({ ok: false, code })
    expect(store.writes).toBe(0)
    expect(events.map((event) => [event.type, 'code' in event && event.code])).toEqual([
      ['reset.refused', code],
    ])
  })

  it.each([
    ['3', 'privileged_user'],
    ['2', 'not_eligible'],
  ] as const)('refuses account %s as %s, with the reason of the store', async (userId, code) => {
    const reason = { reason: 'store', key: 'left', what: 'Has left.', cure: 'Ask.' } as const
    const { store, config } = setUp()
    const previewed = (why: FoundUser['reason'], allowPrivileged = false) =>
      previewReset(
        {
          ...config,
          allowPrivileged,
          store: withFound(store, (found) => ({ ...found, reason: why })),
        },
        { operator, userId },
      )
    const message = 'Has left. Ask.'
    expect(await previewed(reason)).toMatchObject({ allowed: false, code, detail: reason, message })
    expect((await previewed(reason, true)).allowed).toBe(userId === '3')
    const silent = await previewed(undefined)
    expect(silent).toMatchObject({ allowed: false, code })
    expect(silent).not.toMatchObject({ detail: reason })
  })

  it('gives no reason of the store to a refusal by a rule of the application', async () => {
    const reason = { reason: 'store', key: 'left', what: 'Has left.' } as const
    const { store, config } = setUp({ eligible: () => 'Ask the branch.' })
    const told = withFound(store, (found) => ({ ...found, reason }))
    expect(await previewReset({ ...config, store: told }, { operator, userId: '1' })).toMatchObject(
      { message: 'Ask the branch.' },
    )
  })

  it('never lets a rule widen what may be reset, and lets it narrow', async () => {
    expect(await setUp({ eligible: () => true }).reset({ userId: '2' })).toMatchObject({
      code: 'not_eligible',
    })
    expect(await setUp({ eligible: () => 'Ask the branch.' }).reset()).toMatchObject({
      code: 'not_eligible',
      message: 'Ask the branch.',
    })
  })

  it('denies unless the answer is exactly true', async () => {
    for (const answer of [false, undefined, 'yes', 1, {}, null]) {
      const { store, reset } = setUp({ authorize: () => answer as boolean })
      expect(await reset()).toMatchObject({ ok: false, code: 'forbidden' })
      expect(store.writes).toBe(0)
    }
    const throwing = setUp({
      authorize: () => {
        throw new Error('directory down')
      },
    })
    expect(await throwing.reset()).toMatchObject({ code: 'forbidden' })
  })

  it('makes a denial for one account look exactly like a missing account', async () => {
    const { reset } = setUp({ authorize: ({ user }) => user === undefined })
    const denied = await reset({ userId: '1' })
    const missing = await reset({ userId: 'nobody' })
    expect({ ...denied, resetId: '' }).toEqual({ ...missing, resetId: '' })
    const visible = setUp({
      authorize: ({ user }) => user === undefined || deny('Not your branch.', { visible: true }),
    })
    expect(await visible.reset()).toMatchObject({ code: 'forbidden', message: 'Not your branch.' })
  })

  it('changes nothing when the attempt cannot be audited', async () => {
    const failing = setUp({ audit: () => Promise.reject(new Error('disk full')) })
    expect(await failing.reset()).toMatchObject({ code: 'audit_unavailable' })
    expect(failing.store.writes).toBe(0)
    const hanging = setUp({ audit: () => new Promise(() => undefined), auditTimeoutMs: 5 })
    expect(await hanging.reset()).toMatchObject({
      code: 'audit_unavailable',
      detail: { reason: 'audit_timeout', limitMs: 5 },
    })
    expect(hanging.store.writes).toBe(0)
  })

  it('says when only the outcome could not be audited', async () => {
    const { reset } = setUp({
      audit: ({ type }) =>
        type === 'reset.applied' ? Promise.reject(new Error('disk full')) : undefined,
    })
    expect(await reset()).toMatchObject({ ok: true, receipt: { auditComplete: false } })
  })

  it('lets exactly one of a double click win', async () => {
    const { store, reset } = setUp()
    const version = (await store.find('1'))?.user.version ?? ''
    const results = await Promise.all([reset({ version }), reset({ version }), reset({ version })])
    expect(results.filter(({ ok }) => ok)).toHaveLength(1)
    expect(results.filter((result) => !result.ok && result.code === 'conflict')).toHaveLength(2)
  })

  it('refuses a stale version and takes anyVersion', async () => {
    const { reset } = setUp()
    expect(await reset({ version: 'stale' })).toMatchObject({
      code: 'conflict',
      detail: { reason: 'stale_version' },
    })
    expect(await reset({ version: anyVersion })).toMatchObject({ ok: true })
  })

  it.each([
    ['the version that it sees', { seen: 'present' }, { ok: true }],
    ['a version of before', { seen: 'stale' }, { detail: { reason: 'stale_version' } }],
    [
      'a version under another key',
      { seen: 'foreign', keyLabel: 'k2' },
      { code: 'conflict', detail: { reason: 'foreign_version', keyLabel: 'k2' } },
    ],
    [
      'a version under a key whose label is none',
      { seen: 'foreign', keyLabel: 'a label\n' },
      { detail: { reason: 'stale_version' } },
    ],
    [
      'a stale version with a label',
      { seen: 'stale', keyLabel: 'k2' },
      { detail: { reason: 'stale_version' } },
    ],
  ] as const)('asks the store that can tell of %s', async (_, standing, result) => {
    const { store, config } = setUp()
    const telling = withFound(store, (found) => ({
      ...found,
      // What a store without types may answer.
      versionStanding: () => standing as VersionStanding,
    }))
    const request = { operator, userId: '1', version: 'of another key' }
    expect(await forceReset({ ...config, store: telling }, request)).toMatchObject(result)
    expect(store.writes).toBe('ok' in result ? 1 : 0)
  })

  it('settles an answer that was lost', async () => {
    const { store, reset } = setUp()
    store.faults.loseAnswer()
    const result = await reset()
    if (!result.ok) throw new Error(result.code)
    expect(store.signIn('kim', result.temporaryPassword.reveal())).toBe('change_password')
    expect(store.writes).toBe(1)
  })

  it('settles a write that was lost by repeating the identical one', async () => {
    const { store, reset } = setUp()
    store.faults.loseWrite()
    const result = await reset()
    if (!result.ok) throw new Error(result.code)
    expect(store.signIn('kim', result.temporaryPassword.reveal())).toBe('change_password')
  })

  it('keeps a write that arrives late from happening a second time', async () => {
    const { store, reset } = setUp()
    const late = store.faults.delayWrite()
    expect(await reset()).toMatchObject({ ok: true })
    late.deliver()
    expect(store.writes).toBe(1)
  })

  it('calls an outcome unknown that cannot be settled, and disposes of the password', async () => {
    const { store, events, reset } = setUp()
    store.faults.loseAnswer()
    store.faults.failSettle()
    expect(await reset()).toMatchObject({ ok: false, code: 'outcome_unknown' })
    expect(events.at(-1)).toMatchObject({ type: 'reset.unknown' })
  })

  it('says what became of the reset beside what a store says of its failure', async () => {
    const { store } = setUp()
    const detail = {
      reason: 'store',
      key: 'connection',
      what: 'The connection to the database was lost.',
      cure: 'Look at the network.',
    } as const
    const losing = withWrite(store, async () => ({
      outcome: 'unknown',
      detail,
      settle: async () => ({ outcome: 'unknown' }),
    }))
    expect(await setUp({ store: losing }).reset({ version: anyVersion })).toMatchObject({
      code: 'outcome_unknown',
      message:
        `${detail.what} The reset may have happened. ` +
        'Load the account again; if in doubt, reset again.',
    })
    const fenced = withWrite(store, async () => ({
      outcome: 'unknown',
      detail,
      settle: async () => ({ outcome: 'not_applied' }),
    }))
    expect(await setUp({ store: fenced }).reset({ version: anyVersion })).toMatchObject({
      code: 'store_unavailable',
      message: `${detail.what} Nothing was changed. ${detail.cure}`,
    })
  })

  it('knows as little of a write whose store throws at once as of one that rejects', async () => {
    const { store } = setUp()
    const throwing = withWrite(store, () => {
      throw new Error('password=hunter2')
    })
    const settling = withWrite(store, async () => ({
      outcome: 'unknown',
      settle: () => {
        throw new Error('password=hunter2')
      },
    }))
    for (const faulty of [throwing, settling]) {
      const result = await setUp({ store: faulty }).reset({ version: anyVersion })
      expect(result).toMatchObject({ ok: false, code: 'outcome_unknown' })
      expect(JSON.stringify(result)).not.toContain('hunter2')
    }
  })

  it('maps what a store throws to words of its own and passes nothing foreign on', async () => {
    const { store, reset, config } = setUp()
    store.faults.failNextRead(new Error('password=hunter2'))
    const result = await forceReset(config, { operator, userId: '1', version: 'v' })
    expect(result).toMatchObject({ code: 'store_unavailable' })
    expect(JSON.stringify(result)).not.toContain('hunter2')
    store.faults.beforeNextWrite(() => undefined)
    store.faults.failNextRead(new StoreError('busy'))
    expect(await forceReset(config, { operator, userId: '1', version: 'v' })).toMatchObject({
      code: 'busy',
    })
    expect(await reset()).toMatchObject({ ok: true })
  })

  it('sees a status that changes between the last look and the write', async () => {
    const { store, reset } = setUp()
    store.faults.beforeNextWrite(() => store.setStatus('1', 'suspended'))
    expect(await reset()).toMatchObject({ code: 'not_eligible' })
    expect(store.writes).toBe(0)
  })

  it('honours an abort up to the write', async () => {
    const { store, reset } = setUp()
    expect(await reset({ signal: AbortSignal.abort() })).toMatchObject({ code: 'aborted' })
    expect(store.writes).toBe(0)
  })

  it('honours an abort that comes while the attempt is stored', async () => {
    const gone = new AbortController()
    const types: string[] = []
    const { store, reset } = setUp({
      audit: ({ type }) => {
        types.push(type)
        gone.abort()
      },
    })
    expect(await reset({ signal: gone.signal })).toMatchObject({ ok: false, code: 'aborted' })
    expect(types).toEqual(['reset.attempted', 'reset.refused'])
    expect(store.writes).toBe(0)
  })

  it('wipes a password that is not shown, and ends the lease of the store', async () => {
    const dispose = vi.spyOn(TemporaryPassword.prototype, 'dispose')
    const orders: WriteOrder[] = []
    const { store, config } = setUp()
    const keeping = withFound(store, (found) => ({
      ...found,
      prepare: (order) => {
        orders.push(order)
        return found.prepare(order)
      },
    }))
    const request = { operator, userId: '1', version: anyVersion } as const
    const shown = await forceReset({ ...config, store: keeping }, request)
    expect(shown).toMatchObject({ ok: true, temporaryPassword: { state: 'sealed' } })
    expect(dispose).not.toHaveBeenCalled()
    store.faults.beforeNextWrite(() => store.setStatus('1', 'suspended'))
    expect(await forceReset({ ...config, store: keeping }, request)).toMatchObject({ ok: false })
    expect(dispose).toHaveBeenCalledOnce()
    expect(orders).toHaveLength(2)
    for (const { password } of orders)
      await expect(password.use(() => undefined)).rejects.toMatchObject({ code: 'ERR_LEASE_ENDED' })
    dispose.mockRestore()
  })

  it('tells the application of a reset, with everything that it needs', async () => {
    const told: unknown[] = []
    const { reset } = setUp({ onApplied: (applied) => void told.push(applied) })
    const { resetId } = await reset()
    expect(told).toEqual([
      {
        resetId,
        operator,
        user: expect.objectContaining({ id: '1', username: 'kim' }),
        receipt: expect.objectContaining({ endpoint: 'memory', auditComplete: true }),
      },
    ])
  })

  it('adds sessions that the application ended to those that the store ended', async () => {
    const { store } = setUp()
    const survives = ['sessions', 'api_keys'] as const
    const ending = withWrite(store, async (write) => {
      const written = await write()
      return written.outcome === 'applied'
        ? { ...written, receipt: { ...written.receipt, sessionsRevoked: 2, survives } }
        : written
    })
    const asked: unknown[] = []
    const revokeSessions = async (...given: readonly unknown[]) => {
      asked.push(given)
      return 3
    }
    const result = await setUp({ store: ending, revokeSessions }).reset({ version: anyVersion })
    expect(result).toMatchObject({ receipt: { sessionsRevoked: 5, survives: ['api_keys'] } })
    expect(asked).toMatchObject([[{ id: '1' }, { resetId: result.resetId }]])
  })

  it('adds up sessions ended elsewhere, and names them as survivors when that fails', async () => {
    expect(await setUp({ revokeSessions: async () => 3 }).reset()).toMatchObject({
      receipt: { sessionsRevoked: 3 },
    })
    const failing = setUp({ revokeSessions: () => Promise.reject(new Error('redis down')) })
    expect(await failing.reset()).toMatchObject({
      ok: true,
      receipt: { survives: ['sessions'], sessionsRevoked: null },
    })
  })

  it.each([
    [{ reason: 'x'.repeat(501) }, 'reason'],
    [{ correlationId: 'x'.repeat(201) }, 'correlationId'],
    [{ userId: '' }, 'userId'],
    [{ userId: 'x'.repeat(1_025) }, 'userId'],
    [{ version: '' }, 'version'],
  ])('refuses a malformed request and names the field', async (request, field) => {
    const { config } = setUp()
    const result = await forceReset(config, { operator, userId: '1', version: 'v', ...request })
    expect(result).toMatchObject({ code: 'invalid_request', detail: { field } })
  })

  it('throws for a configuration that cannot work', async () => {
    const { reset } = setUp({
      store: memoryUserStore({ users: [], expiry: 'none' }),
      expiresInSeconds: 60,
    })
    await expect(reset()).rejects.toMatchObject({ code: 'ERR_INVALID_CONFIG' })
    const none = setUp({ store: memoryUserStore({ users: [], mustChange: 'off' }) })
    await expect(none.reset()).rejects.toMatchObject({ code: 'ERR_INVALID_CONFIG' })
  })

  it('names a store that is none', async () => {
    // What a JavaScript caller may pass; the type would not let it through.
    const notAStore: UserStore = JSON.parse('{}')
    await expect(setUp({ store: notAStore }).reset({ version: 'v' })).rejects.toThrow(
      /^store must be/,
    )
  })

  it('takes an account that a store finds under another spelling of its id for none', async () => {
    const { store } = setUp()
    const lax: UserStore = { ...store, find: (id) => store.find(id.toLowerCase()) }
    const { reset } = setUp({ store: lax })
    expect(await reset({ userId: 'OP-1', version: anyVersion })).toMatchObject({
      ok: false,
      code: 'user_not_found',
    })
    expect(store.writes).toBe(0)
  })

  it('chooses the store by operator', async () => {
    const a = memoryUserStore({ users: [{ id: '1', username: 'in-a' }] })
    const b = memoryUserStore({ users: [{ id: '2', username: 'in-b' }] })
    const { config } = setUp({ store: ({ id }) => (id === 'a' ? a : b), scope: ({ id }) => id })
    expect(
      await forceReset(config, { operator: { id: 'a' }, userId: '2', version: anyVersion }),
    ).toMatchObject({ code: 'user_not_found' })
    expect(
      await forceReset(config, { operator: { id: 'b' }, userId: '2', version: anyVersion }),
    ).toMatchObject({ ok: true })
    expect(a.writes).toBe(0)
  })
})

describe('previewReset and viewUser', () => {
  it('say what a reset would do and change nothing', async () => {
    const { config, store, events } = setUp()
    expect(await previewReset(config, { operator, userId: '1' })).toEqual({
      allowed: true,
      survives: [],
    })
    expect(await viewUser(config, { operator, userId: '2' })).toMatchObject({
      ok: true,
      reset: { allowed: false, code: 'not_eligible' },
    })
    expect(store.writes).toBe(0)
    expect(events).toEqual([])
  })
})
