import { deny } from '@force-reset/core'
import { type MemoryUserStore, memoryUserStore } from '@force-reset/core/testing'
import { expect, it } from 'vitest'
import { wireListSchema } from '../wire/wire.ts'
import type { Shell, Subject, TestConfig } from './both-shells.fixture.ts'
import { json, users, withBothShells } from './both-shells.fixture.ts'
import type { Reply } from './send.fixture.ts'

type Authorize = NonNullable<TestConfig['authorize']>

/** An operator who may work, but not with account 1. */
const denied: Authorize = ({ user }) => user === undefined || user.id !== '1'

type Ask = (subject: Subject, userId: string) => Promise<Reply>

const reset: Ask = (subject, userId) =>
  subject.send({
    method: 'POST',
    path: `/users/${userId}/force-reset`,
    headers: json,
    body: '{"version":"x"}',
  })

const questions: readonly {
  readonly asks: string
  readonly action: 'view' | 'reset'
  readonly ask: Ask
}[] = [
  {
    asks: 'views',
    action: 'view',
    ask: (subject, userId) => subject.send({ path: `/users/${userId}` }),
  },
  {
    asks: 'asks for the head of',
    action: 'view',
    ask: (subject, userId) => subject.send({ method: 'HEAD', path: `/users/${userId}` }),
  },
  {
    asks: 'resets',
    action: 'reset',
    ask: reset,
  },
]

withBothShells('an operator who is denied', (shell) => {
  it.each(questions)(
    'and $asks an account gets the same answer as for a missing one',
    async ({ ask }) => {
      await using subject = await shell.start({ authorize: denied })
      const [existing, missing] = [await ask(subject, '1'), await ask(subject, '0')]
      expect(existing.status).toBe(404)
      expect(missing.status).toBe(404)
      expect(existing.text).toBe(missing.text)
      const { date: _one, ...existingHeaders } = existing.headers
      const { date: _other, ...missingHeaders } = missing.headers
      expect(existingHeaders).toEqual(missingHeaders)
    },
  )

  it.each(questions)(
    'and $asks an account causes the same steps as for a missing one',
    async ({ action, ask }) => {
      const { existing, missing } = await stepsOf(shell, ask, () => denied)
      expect(existing).toEqual([
        'authenticate',
        ...(action === 'reset' ? ['count operator', 'count target'] : ['count operator']),
        `authorize ${action}`,
        'store.find',
        `authorize ${action}`,
        'audit',
      ])
      expect(missing).toEqual(existing)
    },
  )

  it.each(questions)(
    'and $asks an account would be told by a denial that asks the store once more',
    async ({ ask }) => {
      const { existing, missing } = await stepsOf(shell, ask, (store) => async (question) => {
        if (question.user !== undefined) await store.find('2')
        return denied(question)
      })
      expect(existing.length).toBe(missing.length + 1)
    },
  )
})

withBothShells('an operator who is denied', (shell) => {
  it('learns nothing from an account that others have reset too often', async () => {
    const { existing, missing } = await stepsOf(shell, reset, () => denied, ['1'])
    expect(existing).toContain('count target')
    expect(missing).toEqual(existing)
  })

  it.each<[string, object]>([
    ['whose reason is too long', { version: 'x', reason: 'a'.repeat(501) }],
    ['whose version is too long', { version: 'x'.repeat(1_025), reason: 'INC-1' }],
    ['whose reason is missing', { version: 'x' }],
    ['whose reason is another', { version: 'x', reason: 'please' }],
    ['that is well formed', { version: 'x', reason: 'INC-1' }],
  ])('learns nothing from such an account by a request %s', async (_, body) => {
    const answers: unknown[] = []
    const steps: string[] = []
    const store = recorded(memoryUserStore({ users }), steps)
    await using subject = await shell.start({
      store,
      requireReason: /^INC-\d+$/,
      // The action as a whole is refused in words without a reason.
      authorize: ({ reason, user }) =>
        reason === undefined ? deny('A reset needs a reason.') : user?.id !== '1',
      audit: ({ type }) => void steps.push(type),
      rateLimits: {
        counter: {
          add: (key) => ({ count: key.startsWith('["target","","1"') ? 9 : 1, secondsLeft: 9 }),
        },
      },
    })
    for (const userId of ['1', '0']) {
      const reply = await subject.send({
        method: 'POST',
        path: `/users/${userId}/force-reset`,
        headers: json,
        body: JSON.stringify(body),
      })
      const looks = steps.splice(0).map((step) => step.replace('reset.refused', 'access.denied'))
      answers.push([reply.status, reply.text, looks])
    }
    expect(answers[0]).toEqual(answers[1])
  })
})

withBothShells('the list of an operator who is denied one account', (shell) => {
  const people = users.map((user) => ({ ...user, username: `user-${user.username}` }))
  const others = people.filter(({ id }) => id !== '1')
  const queries = ['', '?search=user', '?search=kim', '?status=active', '?limit=1', '?limit=2']

  it.each(queries)('is that of a store without the account: %s', async (query) => {
    const answers: unknown[] = []
    for (const [accounts, authorize] of [
      [people, denied],
      [others, () => true],
    ] as const) {
      const store = memoryUserStore({ users: accounts })
      await using subject = await shell.start({ store, authorize })
      const pages: unknown[] = []
      let path: string | undefined = `/users${query}`
      while (path !== undefined) {
        const reply: Reply = await subject.send({ path })
        const page = wireListSchema.parse(reply.json())
        const { date: _date, ...headers } = reply.headers
        const more = page.nextCursor === undefined ? undefined : 'sealed'
        pages.push([reply.status, headers, { ...page, nextCursor: more }])
        path = more && `/users?${query.slice(1)}&cursor=${page.nextCursor}`
      }
      answers.push(pages)
    }
    expect(answers[0]).toEqual(answers[1])
  })
})

withBothShells('a cursor', (shell) => {
  /** The settings under which one cursor was made, and under which it comes back. */
  const ours = { id: 'op-1', tenant: 'north', time: 0 }

  it('that is made up, changed, replayed or too old tells nothing by its answer', async () => {
    let now = ours
    const steps: string[] = []
    const store = recorded(memoryUserStore({ users }), steps)
    const events: string[] = []
    await using subject = await shell.start({
      store: () => store,
      scope: () => now.tenant,
      now: () => now.time,
      authenticate: () => ({ id: now.id }),
      authorize: denied,
      audit: (event) =>
        void events.push([event.type, event.action, 'code' in event && event.code].join(' ')),
      secret: 'ab'.repeat(32),
    })
    const listed = wireListSchema.parse((await subject.send({ path: '/users?limit=1' })).json())
    const cursor = listed.nextCursor ?? ''
    const foreign = cursor.replace('default', 'no-secret-0123abcd')
    const clear = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const tried: readonly (readonly [cursor: string, settings: typeof ours, query?: string])[] = [
      [foreign, ours],
      ...['x', '.', 'memory1.user\u00001', 'memory1.', clear(['kim', '1']), clear([null, '1'])].map(
        (madeUp) => [madeUp, ours] as const,
      ),
      ...[...cursor].map((one, i) => {
        const changed = `${cursor.slice(0, i)}${one === 'A' ? 'B' : 'A'}${cursor.slice(i + 1)}`
        return [changed, ours] as const
      }),
      [cursor, { ...ours, id: 'op-2' }],
      [cursor, { ...ours, tenant: 'south' }],
      [cursor, { ...ours, time: 3_600_001 }],
      [cursor, ours, 'search=kim'],
      [cursor, ours, 'status=active'],
    ]
    const answers = new Set<string>()
    steps.length = 0
    for (const [text, settings, query = ''] of tried) {
      now = settings
      const path = `/users?limit=1&${query}&cursor=${encodeURIComponent(text)}`.replace('&&', '&')
      const { status, headers, text: body } = await subject.send({ path })
      const { date: _date, ...rest } = headers
      answers.add(JSON.stringify([status, rest, body]))
    }
    now = ours
    expect(answers.size).toBe(1)
    expect([...answers][0]).toMatch(/^\[400,.*cursor is not valid/)
    // Nothing was looked up. The attempts are in the trail, as many as one operator may leave there
    // in a minute, and the one of the other operator.
    expect(steps).toEqual([])
    expect(tried.length).toBeGreaterThan(40)
    expect(events).toEqual(Array.from({ length: 31 }, () => 'access.denied list invalid_request'))
    // Of the key alone the log is told, in words that know no account.
    expect(subject.errors.every(({ during }) => during === 'secret')).toBe(true)
    expect(subject.errors[0]?.message).toContain('"no-secret-0123abcd"')
    expect(subject.errors).toHaveLength(8)
    // The cursor itself is good, so that the answers above are not those of any cursor.
    expect((await subject.send({ path: `/users?limit=1&cursor=${cursor}` })).status).toBe(200)
  })

  it('is the same as any other for an operator who may list nothing', async () => {
    let allowed = true
    await using subject = await shell.start({ authorize: () => allowed, secret: 'ab'.repeat(32) })
    const listed = wireListSchema.parse((await subject.send({ path: '/users?limit=1' })).json())
    allowed = false
    const answers = new Set<string>()
    for (const cursor of [listed.nextCursor ?? '', 'x', `${listed.nextCursor}A`, 'other.AAAA'])
      answers.add((await subject.send({ path: `/users?limit=1&cursor=${cursor}` })).text)
    expect(answers.size).toBe(1)
    expect([...answers][0]).toContain('forbidden')
    expect(subject.audited).toHaveLength(4)
  })
})

/**
 * Every call of the application's functions and of the store, in order, for each of two accounts.
 */
interface Steps {
  readonly existing: readonly string[]
  readonly missing: readonly string[]
}

/**
 * Asks the same of an existing account and of a missing one.
 *
 * @param resetTooOften - Accounts that others have reset too often.
 */
async function stepsOf(
  shell: Shell,
  ask: Ask,
  authorizeWith: (store: MemoryUserStore) => Authorize,
  resetTooOften: readonly string[] = [],
): Promise<Steps> {
  const steps: string[] = []
  const store = recorded(memoryUserStore({ users }), steps)
  const authorize = authorizeWith(store)
  await using subject = await shell.start({
    store,
    authenticate: () => {
      steps.push('authenticate')
      return { id: 'op-1' }
    },
    authorize: (question) => {
      steps.push(`authorize ${question.action}`)
      return authorize(question)
    },
    audit: () => void steps.push('audit'),
    rateLimits: {
      counter: {
        add: (key) => {
          const [kind, , id] = JSON.parse(key)
          steps.push(kind === 'target' ? 'count target' : 'count operator')
          return { count: kind === 'target' && resetTooOften.includes(id) ? 99 : 0, secondsLeft: 9 }
        },
      },
    },
  })
  const stepsFor = async (userId: string): Promise<readonly string[]> => {
    await ask(subject, userId)
    return steps.splice(0)
  }
  return { existing: await stepsFor('1'), missing: await stepsFor('0') }
}

/** The store, which tells each call of one of its functions. */
function recorded(store: MemoryUserStore, steps: string[]): MemoryUserStore {
  return new Proxy(store, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name)
      if (typeof value !== 'function') return value
      return (...given: readonly unknown[]): unknown => {
        steps.push(`store.${String(name)}`)
        return Reflect.apply(value, target, given)
      }
    },
  })
}
