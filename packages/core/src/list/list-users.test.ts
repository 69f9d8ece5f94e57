import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type {
  AuditEvent,
  ForceResetConfig,
  ListQuery,
  ListRequest,
  Operator,
  UserStore,
} from '../index.ts'
import { listUsers, StoreError } from '../index.ts'
import { memoryUserStore } from '../testing/index.ts'

const operator = { id: 'op' }
const users = Array.from({ length: 5 }, (_, i) => ({
  id: `${i}`,
  username: `user-${i}`,
  displayName: i === 3 ? 'Zoë' : undefined,
}))

describe('listUsers', () => {
  it('pages through everybody and searches in any case', async () => {
    const config = {
      store: memoryUserStore({ users }),
      authorize: () => true,
      audit: () => undefined,
    }
    const first = await listUsers(config, { operator, limit: 3 })
    if (!first.ok) throw new Error(first.code)
    expect(first.users).toHaveLength(3)
    const second = await listUsers(config, { operator, limit: 3, cursor: first.nextCursor })
    expect(second).toMatchObject({ ok: true, users: [{ id: '3' }, { id: '4' }] })
    expect(await listUsers(config, { operator, search: 'zOË' })).toMatchObject({
      users: [{ id: '3' }],
    })
  })

  it('holds the limit to what is allowed', async () => {
    const limits: (number | undefined)[] = []
    const memory = memoryUserStore({ users })
    const store = {
      ...memory,
      list: async (query: Parameters<typeof memory.list>[0]) =>
        memory.list(query).finally(() => limits.push(query.limit)),
    }
    const config = { store, authorize: () => true, audit: () => undefined }
    for (const limit of [undefined, 0, -5, 1.9, 1_000, Number.NaN])
      await listUsers(config, { operator, limit })
    // One more than the page holds: a further account that is allowed makes a next page.
    expect(limits).toEqual([51, 2, 2, 2, 201, 2])
  })

  it('audits a denial and lists nothing', async () => {
    const events: AuditEvent[] = []
    const config = {
      store: memoryUserStore({ users }),
      authorize: () => false,
      audit: (event: AuditEvent) => void events.push(event),
    }
    expect(await listUsers(config, { operator })).toMatchObject({ ok: false, code: 'forbidden' })
    expect(events).toMatchObject([{ type: 'access.denied', action: 'list', operatorId: 'op' }])
  })

  it('leaves out accounts that the operator may not list', async () => {
    const config = {
      store: memoryUserStore({ users }),
      authorize: ({ user }: { user?: { id: string } | undefined }) => user?.id !== '2',
      audit: () => undefined,
    }
    const page = await listUsers(config, { operator })
    expect(page.ok && page.users.map(({ id }) => id)).toEqual(['0', '1', '3', '4'])
  })

  it('answers with the failure of a store, and with nothing of its error', async () => {
    const store = memoryUserStore({ users })
    const config = { store, authorize: () => true, audit: () => undefined }
    store.faults.failNextRead(
      new StoreError('invalid_request', { reason: 'field', field: 'cursor', problem: 'malformed' }),
    )
    expect(await listUsers(config, { operator })).toMatchObject({
      code: 'invalid_request',
      message: 'cursor is not valid.',
    })
    expect(await listUsers(config, { operator, search: 'x'.repeat(201) })).toMatchObject({
      code: 'invalid_request',
      detail: { field: 'search' },
    })
  })
})

/** A function that types would refuse. */
function untyped(scope: unknown): () => string {
  return scope as () => string
}

/** Twenty accounts; `visible` are those that the operator may list. */
function setUp(
  visible: (id: number) => boolean,
  { count = 20, ...change }: Partial<ForceResetConfig<Operator>> & { count?: number } = {},
) {
  const store = memoryUserStore({
    users: Array.from({ length: count }, (_, i) => ({
      id: `${i}`,
      username: `user-${String(i).padStart(5, '0')}`,
    })),
  })
  const events: AuditEvent[] = []
  let questions = 0
  const asked: ListQuery[] = []
  const config: ForceResetConfig<Operator> = {
    store: {
      ...store,
      list: async (query) => {
        asked.push(query)
        return store.list(query)
      },
    },
    authorize: ({ user }) => {
      questions += 1
      return user === undefined || visible(Number(user.id))
    },
    audit: (event) => void events.push(event),
    secret: new Uint8Array(32).fill(1),
    ...change,
  }
  return { store, config, events, asked, questions: () => questions }
}

const malformed = {
  ok: false,
  code: 'invalid_request',
  detail: { reason: 'field', field: 'cursor', problem: 'malformed', limit: undefined },
  message: 'cursor is not valid.',
}

/** The ids of all pages, page by page. */
async function pagesOf(
  config: ForceResetConfig<Operator>,
  request: Omit<ListRequest<Operator>, 'operator'> = {},
): Promise<readonly (readonly string[])[]> {
  const pages: (readonly string[])[] = []
  let cursor: string | undefined
  do {
    const page = await listUsers(config, { operator, ...request, cursor })
    if (!page.ok) throw new Error(page.message)
    pages.push(page.users.map(({ id }) => id))
    cursor = page.nextCursor
  } while (cursor !== undefined && pages.length < 1_000)
  return pages
}

describe('a page', () => {
  it('is the one that a store without the hidden accounts would answer', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.boolean(), { minLength: 0, maxLength: 60 }),
        fc.integer({ min: 1, max: 9 }),
        async (visible, limit) => {
          const { config } = setUp((id) => visible[id] === true, { count: visible.length })
          const ids = visible.flatMap((one, i) => (one ? [String(i)] : []))
          const pages = Array.from({ length: Math.max(1, Math.ceil(ids.length / limit)) }, (_, i) =>
            ids.slice(i * limit, (i + 1) * limit),
          )
          expect(await pagesOf(config, { limit })).toEqual(pages)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('that is full names no next page where all others are hidden', async () => {
    const { config } = setUp((id) => id < 5)
    const page = await listUsers(config, { operator, limit: 5 })
    expect(page).toMatchObject({ users: { length: 5 }, nextCursor: undefined, truncated: false })
  })

  it('looks at 1,000 accounts at most, and goes on there on the next page', async () => {
    const { config, asked, questions } = setUp((id) => id === 2_500, { count: 3_000 })
    const first = await listUsers(config, { operator, limit: 10 })
    expect(first).toMatchObject({ users: [], nextCursor: expect.any(String) })
    // The question about the action comes first.
    expect(questions()).toBe(1_001)
    expect(asked.map(({ limit }) => limit)).toEqual([11, 200, 200, 200, 200, 189])
    expect((await pagesOf(config, { limit: 10 })).flat()).toEqual(['2500'])
  })

  it('asks the store ten times at most', async () => {
    let lists = 0
    const { config, store } = setUp(() => true)
    const empty: UserStore = {
      ...store,
      list: async () => {
        lists += 1
        return { users: [], nextCursor: `memory1.${lists}`, truncated: false }
      },
    }
    expect(await listUsers({ ...config, store: empty }, { operator })).toMatchObject({
      ok: true,
      nextCursor: expect.any(String),
    })
    expect(lists).toBe(10)
  })

  it('of a store without cursors is filled from one look at 200', async () => {
    const { config, store } = setUp((id) => id % 2 === 1, { count: 400 })
    const limits: unknown[] = []
    const { cursorAfter: _none, ...directory } = store
    const listed = (query: ListQuery) => store.list({ ...query, cursor: undefined })
    const list: UserStore['list'] = async (query) => {
      limits.push(query.limit)
      const { users, nextCursor } = await listed(query)
      return { users, truncated: nextCursor !== undefined }
    }
    const withList = { ...config, store: { ...directory, list } }
    expect(await listUsers(withList, { operator, limit: 50 })).toMatchObject({
      users: { length: 50 },
      nextCursor: undefined,
      truncated: true,
    })
    expect(limits).toEqual([200])
    // All that match were seen, so hidden ones beyond the page are not announced.
    const few = { ...config, store: { ...directory, list }, authorize: onlyFirst(2) }
    const search = 'user-0000'
    expect(await listUsers(few, { operator, limit: 2, search })).toMatchObject({
      users: { length: 2 },
      truncated: false,
    })
  })
})

function onlyFirst(count: number): ForceResetConfig<Operator>['authorize'] {
  return ({ user }) => user === undefined || Number(user.id) < count
}

describe('a cursor', () => {
  const hidden = 'user-00001'

  /** The first cursor of this configuration. */
  async function cursorOf(
    config: ForceResetConfig<Operator>,
    request: Partial<ListRequest<Operator>> = {},
  ): Promise<string> {
    const page = await listUsers(config, { operator, limit: 1, ...request })
    if (!page.ok || page.nextCursor === undefined) throw new Error('There is no next page.')
    return page.nextCursor
  }

  it('shows nothing of the place, and is another one each time', async () => {
    // The place after the last account that was looked at is that of a hidden one.
    const { config } = setUp((id) => id === 0 || id > 1_500, { count: 2_000 })
    const page = await listUsers(config, { operator, limit: 5 })
    if (!page.ok) throw new Error(page.message)
    const [label, sealed = ''] = String(page.nextCursor).split('.')
    expect(label).toBe('default')
    expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toMatch(/user|memory|\d{5}/)
    expect(await cursorOf(config)).not.toBe(await cursorOf(config))
    // Nor does its length tell the length of a name.
    const named = (username: string) => [
      { id: '1', username },
      { id: '2', username: 'z' },
    ]
    const lengths = await Promise.all(
      ['a', 'a'.repeat(100), 'é'.repeat(60)].map(async (username) => {
        const store = memoryUserStore({ users: named(username) })
        return (await cursorOf({ ...config, store, authorize: () => true })).length
      }),
    )
    expect(new Set(lengths).size).toBe(1)
  })

  it('of the same operator and query is taken by each process with the same secret', async () => {
    const search = 'USER'
    const statuses = ['pending', 'active'] as const
    const cursor = await cursorOf(setUp(() => true).config, { search, statuses })
    const { config } = setUp(() => true)
    const again = { operator, search, statuses: ['active', 'pending', 'active'], cursor } as const
    expect(await listUsers(config, again)).toMatchObject({ ok: true, users: { length: 19 } })
  })

  it.each<[string, Partial<ListRequest<Operator>>]>([
    ['another operator', { operator: { id: 'op-2' } }],
    ['another search', { search: 'user-0000' }],
    ['another status', { statuses: ['active'] }],
    ['no status', { statuses: [] }],
  ])('replayed by or for %s is not valid', async (_, change) => {
    const { config, asked } = setUp(() => true)
    const cursor = await cursorOf(config)
    asked.length = 0
    expect(await listUsers(config, { operator, cursor, ...change })).toEqual(malformed)
    expect(asked).toEqual([])
  })

  it.each<[string, Partial<ForceResetConfig<Operator>>]>([
    ['another tenant', { scope: () => 'south' }],
    ['another secret of the same label', { secret: new Uint8Array(32).fill(2) }],
    ['another label', { secret: [{ label: 'b', key: new Uint8Array(32).fill(1) }] }],
    ['a process without a secret', { secret: undefined }],
    ['a clock an hour and a second later', { now: () => 3_601_000 }],
    ['a clock two minutes earlier', { now: () => -120_000 }],
  ])('replayed to %s is not valid', async (_, change) => {
    const { config, store } = setUp(() => true, { now: () => 0 })
    const tenants = { ...config, store: () => store, scope: () => 'north' }
    const cursor = await cursorOf(tenants)
    expect(await listUsers(tenants, { operator, cursor })).toMatchObject({ ok: true })
    expect(await listUsers({ ...tenants, ...change }, { operator, cursor })).toEqual(malformed)
  })

  it('replayed to a store of another name is not valid', async () => {
    const { config, store } = setUp(() => true)
    const cursor = await cursorOf(config)
    const other = { ...config, store: { ...store, name: 'other' } }
    expect(await listUsers(other, { operator, cursor })).toEqual(malformed)
  })

  it('holds for an hour, and with a clock a minute behind', async () => {
    const { config } = setUp(() => true, { now: () => 0 })
    const cursor = await cursorOf(config)
    for (const moment of [3_600_000, -60_000])
      expect(await listUsers({ ...config, now: () => moment }, { operator, cursor })).toMatchObject(
        {
          ok: true,
        },
      )
  })

  it('of any key of a list is taken', async () => {
    const { config } = setUp(() => true)
    const cursor = await cursorOf(config)
    const secret = [
      { label: 'new', key: new Uint8Array(32).fill(9) },
      { label: 'default', key: new Uint8Array(32).fill(1) },
    ]
    const rotated = { ...config, secret }
    expect(await listUsers(rotated, { operator, cursor })).toMatchObject({ ok: true })
    expect(await cursorOf(rotated)).toMatch(/^new\./)
  })

  it('that is made up, or changed in any character, is not valid and is in the trail', async () => {
    const { config, events, asked } = setUp(() => true)
    const cursor = await cursorOf(config)
    asked.length = 0
    const changed = [...cursor].map((_, i) =>
      [...cursor].map((one, at) => (at === i ? (one === 'A' ? 'B' : 'A') : one)).join(''),
    )
    const madeUp = [
      'x',
      '.',
      'default.',
      'default.AAAA',
      `${cursor}.`,
      `${cursor}=`,
      `${cursor}A`,
      ` ${cursor}`,
      cursor.slice(0, -1),
      `${cursor}${'A'.repeat(10_000)}`,
      Object(7),
      `memory1.${hidden}\u00001`,
      Buffer.from(JSON.stringify([hidden, '1'])).toString('base64url'),
      '\0',
      '\ud800',
    ]
    for (const wrong of [...changed, ...madeUp])
      expect(await listUsers(config, { operator, cursor: wrong })).toEqual(malformed)
    expect(asked).toEqual([])
    expect(events).toHaveLength(changed.length + madeUp.length)
    expect(new Set(events.map(({ type, action }) => `${type} ${action}`))).toEqual(
      new Set(['access.denied list']),
    )
  })

  it('is not looked at for an operator who may list nothing', async () => {
    const { config } = setUp(() => true)
    const cursor = await cursorOf(config)
    const none = { ...config, authorize: () => false }
    for (const tried of [undefined, cursor, `${cursor}A`, 'x'])
      expect(await listUsers(none, { operator, cursor: tried })).toMatchObject({
        code: 'forbidden',
        detail: undefined,
      })
  })

  it.each([
    ['throws', () => Promise.reject(new Error('planted'))],
    ['answers a number', () => 5],
    ['answers nothing', () => undefined],
  ])('needs a tenant: a scope that %s ends the list', async (_, scope) => {
    const { config, store } = setUp(() => true)
    const tenants = { ...config, store: () => store, scope: untyped(scope) }
    expect(await listUsers(tenants, { operator })).toMatchObject({
      code: 'store_unavailable',
      detail: { reason: 'callback_failed', callback: 'scope' },
    })
  })

  it('of a store that fails is no reason to throw', async () => {
    const { config, store } = setUp(() => true)
    const broken = {
      ...store,
      cursorAfter: () => {
        throw new Error('planted')
      },
    }
    const result = await listUsers({ ...config, store: broken }, { operator, limit: 1 })
    expect(result).toMatchObject({ ok: false, code: 'store_unavailable' })
    expect(JSON.stringify(result)).not.toContain('planted')
  })
})
