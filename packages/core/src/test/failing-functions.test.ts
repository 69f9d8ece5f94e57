import { describe, expect, it } from 'vitest'
import type {
  AuditEvent,
  FailureCode,
  ForceResetConfig,
  ForceResetRequest,
  Operator,
  User,
  UserStore,
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
import { memoryUserStore } from '../testing/index.ts'

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
    config: { store: store(memory), authorize: () => true, audit, ...config },
  }
}

/** The name of a fault, what is wrong, and the code that is answered. */
type Fault = readonly [string, SetUp, FailureCode]

const withUser = (change: object): SetUp => ({
  store: (memory) => ({
    ...memory,
    find: async (id) => untyped<User>({ ...(await memory.find(id)), ...change }),
  }),
})
const withRules = (rules: unknown): SetUp => ({
  store: (memory) => ({ ...memory, passwordRules: async () => untyped(rules) }),
})
const withStore = (change: Partial<UserStore>): SetUp => ({
  store: (memory) => ({ ...memory, ...change }),
})
const withPrecheck = (answer: unknown): SetUp =>
  withStore({ precheck: async () => untyped(answer) })
const chosen = (answer: unknown): SetUp => ({ store: () => async () => untyped(answer) })
const withFormat = (fit: () => never): SetUp => {
  let checks = 0
  // The first look is that of the configuration's check, which has to find a format that is strong.
  const token = Array.from('abcdefghjkmnpqrstvwxyz23456789', (one) => new TextEncoder().encode(one))
  const plan = { positions: Array.from({ length: 20 }, () => token), anyOf: [] }
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
  ['precheck throws', withStore({ precheck: throwing }), 'store_unavailable'],
  ['precheck rejects', withStore({ precheck: rejecting }), 'store_unavailable'],
  ['precheck refuses', withPrecheck({ outcome: 'refused', code: 'store_denied' }), 'store_denied'],
  ['precheck answers text', withPrecheck('no'), 'store_unavailable'],
  ['precheck answers true', withPrecheck(true), 'store_unavailable'],
  [
    'precheck says that it does not know',
    withPrecheck({ outcome: 'refused', code: 'outcome_unknown' }),
    'store_unavailable',
  ],
  [
    'precheck gives a detail that is none',
    withPrecheck({ outcome: 'refused', code: 'busy', detail: { reason: 'store' } }),
    'busy',
  ],
  ['passwordRules throws', withStore({ passwordRules: throwing }), 'store_unavailable'],
  ['passwordRules rejects', withStore({ passwordRules: rejecting }), 'store_unavailable'],
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
    capabilitiesThatFail(1),
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

  it('is thrown before anything is attempted: a chosen store that cannot do what is asked', async () => {
    const { events, config } = setUp({
      store: () => () => memoryUserStore({ users: [], mustChange: 'none' }),
    })
    await expect(forceReset(config, request)).rejects.toMatchObject({ code: 'ERR_INVALID_CONFIG' })
    expect(events).toEqual([])
  })
})

describe('a write whose outcome nobody knows', () => {
  const writes: readonly (readonly [string, Partial<UserStore>])[] = [
    ['throws', { replacePassword: throwing }],
    ['rejects', { replacePassword: rejecting }],
    ...[undefined, null, 'applied', {}, { outcome: 'done' }].map(
      (answer) =>
        [
          `answers ${JSON.stringify(answer)}`,
          { replacePassword: async () => untyped<never>(answer) },
        ] as const,
    ),
    ['refuses without a code', { replacePassword: async () => untyped({ outcome: 'refused' }) }],
    [
      'refuses because it does not know',
      { replacePassword: async () => untyped({ outcome: 'refused', code: 'outcome_unknown' }) },
    ],
    [
      'gives a detail that is none',
      {
        replacePassword: async () =>
          untyped({ outcome: 'unknown', detail: { reason: 'rules', bits: 1n } }),
      },
    ],
  ]
  const settles: readonly (readonly [string, Partial<UserStore>])[] = [
    ['is missing', untyped({ settle: undefined })],
    ['throws', { settle: throwing }],
    ['rejects', { settle: rejecting }],
    ['answers nothing', { settle: async () => untyped(undefined) }],
    ['answers text', { settle: async () => untyped('applied') }],
  ]
  it.each(
    writes.flatMap(([write, one]) =>
      settles.map(([settle, other]) => [write, settle, { ...one, ...other }] as const),
    ),
  )(
    'is outcome_unknown, and reset.unknown in the trail, where replacePassword %s and settle %s',
    async (_, _settle, change) => {
      const { events, config } = setUp(withStore(change))
      const result = await forceReset(config, request)
      expect(result).toMatchObject({
        ok: false,
        code: 'outcome_unknown',
        message: expect.stringContaining('The reset may have happened.'),
      })
      expect(events.map(({ type }) => type)).toEqual(['reset.attempted', 'reset.unknown'])
      expect(JSON.stringify(events)).not.toContain(secret)
    },
  )

  it('is what settle finds out, whatever replacePassword answered', async () => {
    const { memory, config } = setUp({
      store: (memory) => ({ ...memory, replacePassword: throwing }),
    })
    const result = await forceReset(config, request)
    if (!result.ok) throw new Error(result.message)
    expect(memory.signIn('kim', result.temporaryPassword.reveal())).toBe('change_password')
  })
})

/** A store that applies the write and answers this receipt. */
const withReceipt = (receipt: unknown): SetUp => ({
  store: (memory) => ({
    ...memory,
    replacePassword: async (command) => {
      const { outcome } = await memory.replacePassword(command)
      return untyped({ outcome, receipt })
    },
  }),
})
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
      config: { audit: ({ receipt }) => void Object.assign(receipt ?? {}, { expiresAt: 'never' }) },
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
