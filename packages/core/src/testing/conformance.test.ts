import { expect, it } from 'vitest'
import type { FoundUser, UserStore } from '../port/user-store.ts'
import { userStoreConformance } from './conformance.ts'
import type { ConformanceSubject } from './conformance-subject.ts'
import { memoryUserStore } from './memory-user-store.ts'
import { withFound, withWrite } from './with-found.ts'

/** A subject in memory, whose store has a defect. */
async function subjectWith(defect: (store: UserStore) => UserStore): Promise<ConformanceSubject> {
  const memory = memoryUserStore({ users: [], expiry: 'sweep' })
  let count = 0
  return {
    store: defect(memory),
    add: async (account) => {
      count += 1
      const made = { id: `${count}`, username: `user-${count}`, password: `password-${count}` }
      memory.add({ ...account, ...made })
      return made
    },
    signIn: async (username, password) => {
      const outcome = memory.signIn(username, password)
      return outcome === 'expired' ? 'refused' : outcome
    },
    changePassword: async ({ id }, { to }) => memory.changePassword(id, to),
    another: () => defect(memory),
    setStatus: async (id, status) => memory.setStatus(id, status),
    dump: async (id) => JSON.stringify(await memory.find(id)),
  }
}

/** The titles of the tests that fail for a store with this defect. */
async function failuresWith(defect: (store: UserStore) => UserStore): Promise<readonly string[]> {
  const tests: (readonly [string, () => Promise<void>])[] = []
  const runner = {
    describe: (_: string, body: () => void) => body(),
    it: (title: string, body: () => Promise<void>) => void tests.push([title, body]),
  }
  userStoreConformance(runner, 'a store', () => subjectWith(defect))
  const failed: string[] = []
  for (const [title, body] of tests) await body().catch(() => failed.push(title))
  return failed
}

/** A store that takes each order for another one. */
const ordering =
  (change: (order: Parameters<FoundUser['prepare']>[0]) => Parameters<FoundUser['prepare']>[0]) =>
  (store: UserStore): UserStore =>
    withFound(store, (found) => ({ ...found, prepare: (order) => found.prepare(change(order)) }))

it('finds nothing wrong with a store that conforms', async () => {
  expect(await failuresWith((store) => store)).toEqual([])
})

it.each<[string, (store: UserStore) => UserStore, string]>([
  [
    'writes for every status',
    ordering((order) => ({ ...order, eligible: ['active', 'pending', 'suspended', 'deleted'] })),
    'writes only for a status that the order names',
  ],
  [
    'forgets which password a sweep may replace',
    ordering((order) => ({ ...order, onlyIf: undefined })),
    'leaves a password alone that is not the one of the mark',
  ],
  [
    'looks again before it writes, and forgets what it had seen',
    (store) =>
      withFound(store, (found) => ({
        ...found,
        prepare: async (order) => {
          const prepared = await found.prepare(order)
          if (prepared.outcome === 'refused') return prepared
          const write = async () => {
            const again = await (await store.find(found.user.id))?.prepare(order)
            return again?.outcome === 'prepared' ? again.write() : prepared.write()
          }
          return { ...prepared, write }
        },
      })),
    'applies one of two writes that were prepared from one look',
  ],
  [
    'does not know of writes that happened',
    (store) =>
      withWrite(store, async (write) => {
        const outcome = await write()
        return outcome.outcome === 'applied' ? { outcome: 'unknown' } : outcome
      }),
    'never claims a password that it could no longer read',
  ],
  [
    'writes while it prepares',
    (store) =>
      withFound(store, (found) => ({
        ...found,
        prepare: async (order) => {
          const prepared = await found.prepare(order)
          if (prepared.outcome === 'refused') return prepared
          const outcome = await prepared.write()
          return { ...prepared, write: async () => outcome }
        },
      })),
    'changes nothing before the write, and its mark says so',
  ],
  [
    'throws an error of its own for an aborted signal',
    (store) => ({
      ...store,
      find: async (id, asking) => {
        asking?.signal?.throwIfAborted()
        return store.find(id)
      },
    }),
    'goes on after questions whose signal was aborted',
  ],
  [
    'knows every mark',
    (store) => withFound(store, (found) => ({ ...found, standing: () => ({ now: 'temporary' }) })),
    'knows nothing of a mark that another store made',
  ],
])('finds a store that %s', async (_, defect, title) => {
  expect(await failuresWith(defect)).toContain(title)
})
