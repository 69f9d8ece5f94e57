import { describe, expect, it } from 'vitest'
import type {
  AuditEvent,
  FailureCode,
  ForceResetConfig,
  ForceResetRequest,
  FoundUser,
  Operator,
  UserStore,
  WriteOutcome,
} from '../index.ts'
import {
  anyVersion,
  ForceResetError,
  forceReset,
  listUsers,
  previewReset,
  StoreError,
  viewUser,
} from '../index.ts'
import type { MemoryUserStore } from '../testing/index.ts'
import { memoryUserStore, withFound, withWrite } from '../testing/index.ts'

const operator = { id: 'op-1' }
const request = { operator, userId: '1', version: anyVersion } as const
const secret = 'hunter2'

/** What a caller without types may hand over. */
function untyped<T>(value: unknown): T {
  return value as T
}

/** A function that throws at once. */
function throwing(): never {
  throw new TypeError(secret)
}

/** A function whose promise is rejected. */
async function rejecting(): Promise<never> {
  throw new TypeError(secret)
}

interface SetUp {
  readonly store?: (memory: MemoryUserStore) => UserStore | ForceResetConfig<Operator>['store']
  readonly config?: Partial<ForceResetConfig<Operator>>
  readonly request?: Partial<ForceResetRequest<Operator>>
}

function setUp({ store = (memory) => memory, config = {} }: SetUp) {
  const memory = memoryUserStore({
    users: [{ id: '1', username: 'kim', password: 'old-password' }],
    survives: ['sessions'],
  })
  const events: AuditEvent[] = []
  const audit = (event: AuditEvent): void => void events.push(event)
  return {
    memory,
    events,
    config: { store: store(memory), scope: () => '', authorize: () => true, audit, ...config },
  }
}

/** A store that a function chooses. */
const operatorsStore = memoryUserStore({ users: [] })

/** The name of a fault, what is wrong, and the code that is answered. */
type Fault = readonly [string, SetUp, FailureCode]

const withStore = (change: Partial<UserStore>): SetUp => ({
  store: (memory) => ({ ...memory, ...change }),
})
const withAccount = (change: Partial<FoundUser>): SetUp => ({
  store: (memory) => withFound(memory, (found) => ({ ...found, ...change })),
})
const withUser = (change: object): SetUp => ({
  store: (memory) =>
    withFound(memory, (found) => ({ ...found, user: { ...found.user, ...change } })),
})
const withCheck = (answer: unknown): SetUp => withAccount({ check: async () => untyped(answer) })
const withRules = (rules: unknown): SetUp => withCheck({ outcome: 'fit', rules })
const withPrepared = (answer: unknown): SetUp =>
  withAccount({ prepare: async () => untyped(answer) })
const chosen = (answer: unknown): SetUp => ({ store: () => async () => untyped(answer) })
const withFormat = (fit: () => never): SetUp => {
  let checks = 0
  // The first look is that of the configuration's check, which has to find a format that is strong.
  const tokens = [...'abcdefghjkmnpqrstvwxyz23456789']
  const plan = { positions: Array.from({ length: 20 }, () => tokens), anyOf: [] }
  return { config: { format: { kind: 'characters', fit: () => (checks++ === 0 ? plan : fit()) } } }
}
/** Capabilities that can be read so often, and then throw. */
const capabilitiesThatFail = (reads: number): SetUp => ({
  store: (memory) => {
    let count = 0
    const store = { ...memory }
    return Object.defineProperty(store, 'capabilities', {
      get: () => (count++ < reads ? memory.capabilities : throwing()),
    })
  },
})

const before: readonly Fault[] = [
  ['find throws', withStore({ find: throwing }), 'store_unavailable'],
  ['find rejects', withStore({ find: rejecting }), 'store_unavailable'],
  ['find is busy', withStore({ find: () => Promise.reject(new StoreError('busy')) }), 'busy'],
  [
    'find throws a code that only a write may answer',
    withStore({ find: () => Promise.reject(new StoreError(untyped('outcome_unknown'))) }),
    'store_unavailable',
  ],
  [
    'find throws a code that there is not',
    withStore({ find: () => Promise.reject(new StoreError(untyped('toString'))) }),
    'store_unavailable',
  ],
  ['find answers text', withStore({ find: async () => untyped(secret) }), 'user_not_found'],
  ['find answers null', withStore({ find: async () => untyped(null) }), 'user_not_found'],
  ['the user name is no text', withUser({ username: 4711 }), 'store_unavailable'],
  ['the user name is missing', withUser({ username: undefined }), 'store_unavailable'],
  ['the display name is no text', withUser({ displayName: ['Kim'] }), 'store_unavailable'],
  ['the email address is no text', withUser({ email: {} }), 'store_unavailable'],
  ['the status is none that there is', withUser({ status: 'frozen' }), 'not_eligible'],
  ['privileged is missing', withUser({ privileged: undefined }), 'privileged_user'],
  ['check is missing', withAccount({ check: untyped(undefined) }), 'store_unavailable'],
  ['check throws', withAccount({ check: throwing }), 'store_unavailable'],
  ['check rejects', withAccount({ check: rejecting }), 'store_unavailable'],
  ['check is busy', withAccount({ check: () => Promise.reject(new StoreError('busy')) }), 'busy'],
  ['check refuses', withCheck({ outcome: 'refused', code: 'store_denied' }), 'store_denied'],
  ['check answers nothing', withCheck(undefined), 'store_unavailable'],
  ['check answers text', withCheck('no'), 'store_unavailable'],
  ['check answers true', withCheck(true), 'store_unavailable'],
  ['check answers rules alone', withCheck({ rules: {} }), 'store_unavailable'],
  [
    'check says that it does not know',
    withCheck({ outcome: 'refused', code: 'outcome_unknown' }),
    'store_unavailable',
  ],
  [
    'check gives a detail that is none',
    withCheck({ outcome: 'refused', code: 'busy', detail: { reason: 'store' } }),
    'busy',
  ],
  ['the forbidden words are no list', withRules({ forbidden: 5 }), 'store_unavailable'],
  ['the unread rules are no list', withRules({ unread: 'ppolicy' }), 'store_unavailable'],
  ['a forbidden word is no text', withRules({ forbidden: [null] }), 'rules_unsatisfiable'],
  ['the required classes are no list', withRules({ requiredClasses: 5 }), 'rules_unsatisfiable'],
  [
    'a required class is none that there is',
    withRules({ requiredClasses: ['emoji'] }),
    'rules_unsatisfiable',
  ],
  ['more classes are demanded than there are', withRules({ minClasses: 5 }), 'rules_unsatisfiable'],
  ['the number of classes is none', withRules({ minClasses: Number.NaN }), 'rules_unsatisfiable'],
  ...[257, 5_000, 999_999_999, Number.POSITIVE_INFINITY, Number.NaN, 'long', {}, 300n].map(
    (minLength): Fault => [
      `minLength is ${typeof minLength} ${String(minLength)}`,
      withRules({ minLength }),
      'rules_unsatisfiable',
    ],
  ),
  ...[0, -5, Number.NEGATIVE_INFINITY, Number.NaN, 'short', 5n].map(
    (maxLength): Fault => [
      `maxLength is ${typeof maxLength} ${String(maxLength)}`,
      withRules({ maxLength }),
      'rules_unsatisfiable',
    ],
  ),
  ['the format throws', withFormat(throwing), 'rules_unsatisfiable'],
  [
    'the capabilities throw after the configuration was checked',
    capabilitiesThatFail(2),
    'store_unavailable',
  ],
  ['the store is chosen by a function that throws', { store: () => throwing }, 'store_unavailable'],
  [
    'the store is chosen by a function that rejects',
    { store: () => rejecting },
    'store_unavailable',
  ],
  ['no store is chosen', chosen(undefined), 'store_unavailable'],
  ['what is chosen is text', chosen(secret), 'store_unavailable'],
  ['what is chosen is an object', chosen({}), 'store_unavailable'],
  [
    'what is chosen has only capabilities',
    chosen({ capabilities: { survives: [] } }),
    'store_unavailable',
  ],
  [
    'the capabilities of the chosen store throw',
    { store: (memory) => () => untyped(capabilitiesThatFail(0).store?.(memory)) },
    'store_unavailable',
  ],
  ['authorize throws', { config: { authorize: throwing } }, 'forbidden'],
  ['authorize rejects', { config: { authorize: rejecting } }, 'forbidden'],
  ['eligible throws', { config: { eligible: throwing } }, 'not_eligible'],
  [
    'eligible answers a promise',
    { config: { eligible: untyped(async () => true) } },
    'not_eligible',
  ],
  ['isSelf throws', { config: { isSelf: throwing } }, 'own_account'],
  ['isSelf answers a promise', { config: { isSelf: untyped(async () => false) } }, 'own_account'],
  ['the clock throws', { config: { now: throwing } }, 'audit_unavailable'],
  ['the clock answers a promise', { config: { now: untyped(async () => 0) } }, 'audit_unavailable'],
  ...[Number.NaN, Number.POSITIVE_INFINITY, 1e20].map(
    (time): Fault => [
      `the clock says ${time}`,
      { config: { now: () => time } },
      'audit_unavailable',
    ],
  ),
]

describe.each(before)('where %s', (_, fault, code) => {
  it(`forceReset refuses with ${code}, changes nothing, and says so in the trail`, async () => {
    const { memory, events, config } = setUp(fault)
    const result = await forceReset(config, request)
    expect(result).toMatchObject({ ok: false, code, message: expect.any(String) })
    expect(memory.writes).toBe(0)
    expect(events).toMatchObject([
      { type: code === 'forbidden' ? 'access.denied' : 'reset.refused', code, userId: '1' },
    ])
    expect(Number.isNaN(Date.parse(events[0]?.at ?? ''))).toBe(false)
    expect(
      JSON.stringify([result, events], (_, value) => (typeof value === 'bigint' ? 0 : value)),
    ).not.toContain(secret)
  })

  it('previewReset and viewUser answer, and change nothing', async () => {
    const { memory, config } = setUp(fault)
    expect(await previewReset(config, { operator, userId: '1' })).toMatchObject({
      allowed: false,
      code,
      message: expect.any(String),
    })
    const seen = await viewUser(setUp(fault).config, { operator, userId: '1' })
    expect(seen.ok ? seen.reset : seen).toMatchObject({ code, message: expect.any(String) })
    expect(memory.writes).toBe(0)
  })
})

it.each([
  ['minLength: 256', { minLength: 256 }],
  ['a negative minLength', { minLength: -1 }],
  ['a fractional minLength', { minLength: 12.5 }],
  ['a fractional maxLength', { maxLength: 20.5 }],
  ['an endless maxLength', { maxLength: Number.POSITIVE_INFINITY }],
  ['no rules at all', undefined],
] as const)('meets %s', async (_, rules) => {
  const { memory, config } = setUp(withRules(rules))
  const result = await forceReset(config, request)
  if (!result.ok) throw new Error(result.message)
  const password = result.temporaryPassword.reveal()
  expect(memory.signIn('kim', password)).toBe('change_password')
  expect(password.length).toBeGreaterThanOrEqual(
    rules && 'minLength' in rules ? rules.minLength : 0,
  )
  expect(password.length).toBeLessThanOrEqual(
    rules && 'maxLength' in rules ? rules.maxLength : 1_024,
  )
})

describe('a request that is none', () => {
  it.each([
    undefined,
    null,
    'request',
    5,
    {},
    { ...request, operator: undefined },
    { ...request, operator: 'op-1' },
    { ...request, operator: { id: 5 } },
  ])('is refused by forceReset, with a line in the trail: %j', async (asked) => {
    const { memory, events, config } = setUp({})
    expect(await forceReset(config, untyped(asked))).toMatchObject({
      ok: false,
      code: 'invalid_request',
      detail: { reason: 'field' },
    })
    expect(events).toMatchObject([{ type: 'reset.refused', code: 'invalid_request' }])
    expect(memory.writes).toBe(0)
  })

  it.each([undefined, null, 'request', { userId: '1' }, { userId: '1', operator: { id: '' } }])(
    'is refused by the questions, before anything is asked of anybody: %j',
    async (asked) => {
      const { config } = setUp({
        config: { authorize: throwing },
        store: (memory) => ({ ...memory, find: throwing, list: throwing }),
      })
      expect(await previewReset(config, untyped(asked))).toMatchObject({
        allowed: false,
        code: 'invalid_request',
      })
      expect(await viewUser(config, untyped(asked))).toMatchObject({
        ok: false,
        code: 'invalid_request',
      })
      expect(await listUsers(config, untyped(asked))).toMatchObject({
        ok: false,
        code: 'invalid_request',
      })
    },
  )
})

describe('misuse by the programmer', () => {
  it.each([
    ['a configuration', undefined],
    ['a store', { store: undefined }],
    [
      'capabilities that can be read',
      { store: untyped(capabilitiesThatFail(0).store?.(memoryUserStore({ users: [] }))) },
    ],
    ['a store with methods', { store: untyped({ capabilities: { survives: [] } }) }],
    ['a scope, where the store is a function', { store: () => operatorsStore, scope: undefined }],
  ] as const)('is thrown before anything is attempted: without %s', async (_, change) => {
    const { events, config } = setUp({})
    const wrong =
      change === undefined
        ? untyped<typeof config>(undefined)
        : untyped<typeof config>({ ...config, ...change })
    for (const call of [
      forceReset(wrong, request),
      previewReset(wrong, request),
      viewUser(wrong, request),
      listUsers(wrong, request),
    ]) {
      await expect(call).rejects.toBeInstanceOf(ForceResetError)
    }
    expect(events).toEqual([])
  })

  it('is thrown before anything is attempted: a chosen store that cannot do it', async () => {
    const { events, config } = setUp({
      store: () => () => memoryUserStore({ users: [], mustChange: 'off' }),
    })
    await expect(forceReset(config, request)).rejects.toMatchObject({ code: 'ERR_INVALID_CONFIG' })
    expect(events).toEqual([])
  })
})

/** Faults while a write is made ready. No preview comes this far. */
const preparing: readonly Fault[] = [
  ['is missing', withAccount({ prepare: untyped(undefined) }), 'store_unavailable'],
  ['throws', withAccount({ prepare: throwing }), 'store_unavailable'],
  ['rejects', withAccount({ prepare: rejecting }), 'store_unavailable'],
  [
    'has no hasher that is free',
    withAccount({ prepare: () => Promise.reject(new StoreError('busy')) }),
    'busy',
  ],
  ['refuses', withPrepared({ outcome: 'refused', code: 'conflict' }), 'conflict'],
  [
    'says that it does not know',
    withPrepared({ outcome: 'refused', code: 'outcome_unknown' }),
    'store_unavailable',
  ],
  [
    'gives a detail that is none',
    withPrepared({ outcome: 'refused', code: 'busy', detail: { reason: 'store' } }),
    'busy',
  ],
  ...[undefined, null, 'prepared', true, {}, { mark: 'm1', write: rejecting }].map(
    (answer): Fault => [
      `answers ${JSON.stringify(answer)}`,
      withPrepared(answer),
      'store_unavailable',
    ],
  ),
  ...[undefined, null, 5, '', 'a mark', 'märk', 'm\n', 'm'.repeat(301)].map(
    (mark): Fault => [
      `makes a mark that is none: ${JSON.stringify(mark)?.slice(0, 9)}`,
      withPrepared({ outcome: 'prepared', mark, write: rejecting }),
      'store_unavailable',
    ],
  ),
  [
    'makes nothing to write with',
    withPrepared({ outcome: 'prepared', mark: 'm1' }),
    'store_unavailable',
  ],
]

describe.each(preparing)('where prepare %s', (_, fault, code) => {
  it(`forceReset refuses with ${code} before anything is attempted`, async () => {
    const { memory, events, config } = setUp(fault)
    const result = await forceReset(config, request)
    expect(result).toMatchObject({ ok: false, code, message: expect.any(String) })
    expect(memory.writes).toBe(0)
    expect(events).toMatchObject([{ type: 'reset.refused', code, userId: '1' }])
    expect(JSON.stringify([result, events])).not.toContain(secret)
  })
})

/** The same store, whose write answers this in place of writing. */
const writing = (write: () => Promise<unknown>): SetUp => ({
  store: (memory) => withWrite(memory, async () => untyped(await write())),
})

describe('a write whose outcome nobody knows', () => {
  const writes: readonly (readonly [string, SetUp])[] = [
    ['throws', { store: (memory) => withWrite(memory, throwing) }],
    ['rejects', writing(rejecting)],
    ...[undefined, null, 'applied', {}, { outcome: 'done' }].map(
      (answer) => [`answers ${JSON.stringify(answer)}`, writing(async () => answer)] as const,
    ),
    ['refuses without a code', writing(async () => ({ outcome: 'refused' }))],
    [
      'refuses because it does not know',
      writing(async () => ({ outcome: 'refused', code: 'outcome_unknown' })),
    ],
  ]
  const details: readonly (readonly [string, unknown])[] = [
    ['without a detail', undefined],
    ['with a detail that is none', { reason: 'rules', bits: 1n }],
  ]
  const settles: readonly (readonly [string, unknown])[] = [
    ['is missing', undefined],
    ['throws', throwing],
    ['rejects', rejecting],
    ['answers nothing', async () => undefined],
    ['answers text', async () => 'applied'],
    ['refuses', async () => ({ outcome: 'refused', code: 'conflict' })],
  ]
  it.each<readonly [string, SetUp]>([
    ...writes.map(([write, fault]) => [`write ${write}`, fault] as const),
    ...details.flatMap(([said, detail]) =>
      settles.map(
        ([settled, settle]) =>
          [
            `write answers unknown ${said} and settle ${settled}`,
            writing(async () => ({ outcome: 'unknown', detail, settle })),
          ] as const,
      ),
    ),
  ])('is outcome_unknown, and reset.unknown in the trail, where %s', async (_, fault) => {
    const { events, config } = setUp(fault)
    const result = await forceReset(config, request)
    expect(result).toMatchObject({
      ok: false,
      code: 'outcome_unknown',
      message: expect.stringContaining('The reset may have happened.'),
    })
    expect(events.map(({ type }) => type)).toEqual(['reset.attempted', 'reset.unknown'])
    expect(JSON.stringify(events)).not.toContain(secret)
  })

  it('is known where the write itself answers that nothing was applied', async () => {
    const { memory, config } = setUp(writing(async () => ({ outcome: 'not_applied' })))
    expect(await forceReset(config, request)).toMatchObject({
      ok: false,
      code: 'store_unavailable',
    })
    expect(memory.writes).toBe(0)
  })

  it('is what settle finds out', async () => {
    const { memory, events, config } = setUp({
      store: (memory) =>
        withWrite(memory, async (write) => ({
          outcome: 'unknown',
          settle: async () => untyped(await write()),
        })),
    })
    const result = await forceReset(config, request)
    if (!result.ok) throw new Error(result.message)
    expect(memory.signIn('kim', result.temporaryPassword.reveal())).toBe('change_password')
    expect(events.map(({ type }) => type)).toEqual(['reset.attempted', 'reset.applied'])
  })
})

/** A store that applies the write, and answers it changed by this. */
const withApplied = (change: object): SetUp => ({
  store: (memory) =>
    withWrite(memory, async (write) => untyped<WriteOutcome>({ ...(await write()), ...change })),
})
const withReceipt = (receipt: unknown): SetUp => withApplied({ receipt })
const nonsense = {
  mustChange: 'yes',
  expiresAt: 'soon',
  unlocked: 'no',
  sessionsRevoked: 3n,
  endpoint: null,
  survives: 'all',
  unreadRules: 5,
}
const least = {
  mustChange: 'off',
  expiresAt: null,
  unlocked: false,
  sessionsRevoked: null,
  survives: ['sessions'],
  unreadRules: [],
}

/** The name of a fault after the write, what is wrong, and what the receipt says. */
const after: readonly (readonly [string, SetUp, object])[] = [
  ['the receipt is missing', withReceipt(undefined), least],
  ['the receipt is null', withReceipt(null), least],
  ['the receipt is text', withReceipt('done'), least],
  ['the receipt is empty', withReceipt({}), least],
  ['the receipt holds nonsense', withReceipt(nonsense), { ...least, endpoint: '' }],
  ['the mark is missing', withApplied({ mark: undefined }), {}],
  ['the mark is none', withApplied({ mark: 'a mark' }), {}],
  ['the answer has the code of a refusal, too', withApplied({ code: 'conflict' }), {}],
  [
    'revokeSessions throws',
    { config: { revokeSessions: throwing } },
    { survives: ['sessions'], sessionsRevoked: null },
  ],
  [
    'revokeSessions rejects',
    { config: { revokeSessions: rejecting } },
    { survives: ['sessions'], sessionsRevoked: null },
  ],
  [
    'revokeSessions answers text',
    { config: { revokeSessions: untyped(async () => 'all') } },
    { survives: [], sessionsRevoked: null },
  ],
  [
    'revokeSessions meets a receipt of nonsense',
    { ...withReceipt(nonsense), config: { revokeSessions: async () => 3 } },
    { survives: [], sessionsRevoked: 3 },
  ],
  ['onApplied throws', { config: { onApplied: throwing } }, {}],
  ['onApplied rejects', { config: { onApplied: rejecting } }, {}],
  [
    'onApplied changes its receipt',
    { config: { onApplied: ({ receipt }) => void Object.assign(receipt, { endpoint: 5 }) } },
    { endpoint: 'memory' },
  ],
]

describe.each(after)('where %s', (_, fault, receipt) => {
  it('the reset is applied, and its password can be shown', async () => {
    const { memory, events, config } = setUp(fault)
    const result = await forceReset(config, request)
    if (!result.ok) throw new Error(result.message)
    expect(memory.signIn('kim', result.temporaryPassword.reveal())).not.toBe('refused')
    expect(result.receipt).toMatchObject({ ...receipt, auditComplete: true })
    expect(events.map(({ type }) => type)).toEqual(['reset.attempted', 'reset.applied'])
    expect(() => JSON.stringify([result.receipt, events])).not.toThrow()
    // The mark of the prepared write stands in for a better one.
    expect(events).toMatchObject(
      events.map(() => ({ mark: expect.stringMatching(/^memory1\.0\./) })),
    )
  })
})

describe('an applied reset', () => {
  it.each([throwing, rejecting])(
    'is shown when its audit event cannot be stored, and says so',
    async (fails) => {
      const { memory, config } = setUp({
        config: { audit: ({ type }) => (type === 'reset.applied' ? fails() : undefined) },
      })
      const result = await forceReset(config, request)
      if (!result.ok) throw new Error(result.message)
      expect(memory.signIn('kim', result.temporaryPassword.reveal())).toBe('change_password')
      expect(result.receipt.auditComplete).toBe(false)
    },
  )

  it('is shown as it was when the sink of the trail changes its event', async () => {
    const { config } = setUp({
      config: {
        audit: (event) =>
          void ('receipt' in event && Object.assign(event.receipt, { expiresAt: 'never' })),
      },
    })
    expect(await forceReset(config, request)).toMatchObject({
      ok: true,
      receipt: { expiresAt: expect.any(Date) },
    })
  })

  it.each([throwing, () => Number.NaN])(
    'is in the trail, by the system’s clock, when the configured one stops during the write',
    async (fails) => {
      let stopped = false
      const now = (): number => (stopped ? fails() : 1_000)
      const { memory, events, config } = setUp({ config: { now } })
      memory.faults.beforeNextWrite(() => {
        stopped = true
      })
      expect(await forceReset(config, request)).toMatchObject({
        ok: true,
        receipt: { auditComplete: true, expiresAt: new Date(86_401_000) },
      })
      expect(events.map(({ type }) => type)).toEqual(['reset.attempted', 'reset.applied'])
      expect(events[1]?.at).toMatch(/^20\d\d-/)
    },
  )

  it.each([throwing, rejecting])(
    'is never attempted when the trail cannot store the attempt',
    async (fails) => {
      const { memory, config } = setUp({ config: { audit: fails } })
      expect(await forceReset(config, request)).toMatchObject({
        ok: false,
        code: 'audit_unavailable',
      })
      expect(memory.writes).toBe(0)
    },
  )
})

describe('listUsers', () => {
  it.each<readonly [string, UserStore['list']]>([
    ['throws', throwing],
    ['rejects', rejecting],
    ...[undefined, null, 'users', {}, { users: 5 }, { users: [null] }, { users: [{}] }].map(
      (answer) =>
        [`answers ${JSON.stringify(answer)}`, async () => untyped<never>(answer)] as const,
    ),
  ])('answers store_unavailable where list %s', async (_, list) => {
    const { config } = setUp(withStore({ list }))
    expect(await listUsers(config, { operator })).toMatchObject({
      ok: false,
      code: 'store_unavailable',
    })
  })

  it('hides everybody where authorize throws for an account', async () => {
    const { config } = setUp({
      config: { authorize: ({ user }) => user === undefined || throwing() },
    })
    expect(await listUsers(config, { operator })).toMatchObject({ ok: true, users: [] })
  })

  it.each([1n, 'many', Symbol('limit')])(
    'never throws for a limit that is no number: %s',
    async (limit) => {
      const { config } = setUp({})
      await expect(listUsers(config, { operator, limit: untyped(limit) })).resolves.toMatchObject({
        ok: expect.any(Boolean),
      })
    },
  )
})
