import { type MemoryUserStore, memoryUserStore } from '@force-reset/core/testing'
import { expect, it } from 'vitest'
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
