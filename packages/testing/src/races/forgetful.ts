import type { UserStore } from '@force-reset/core'
import { withFound } from '@force-reset/core/testing'

/**
 * The same store with a fault that races have to find: it looks again before it writes, and forgets
 * what the operator had seen. A test on a real server proves with this store that it can fail.
 */
export function forgetful(store: UserStore): UserStore {
  return withFound(store, (found) => ({
    ...found,
    prepare: async (order) => {
      const prepared = await found.prepare(order)
      if (prepared.outcome === 'refused') return prepared
      return {
        ...prepared,
        write: async () => {
          const again = await (await store.find(found.user.id))?.prepare(order)
          return again?.outcome === 'prepared' ? again.write() : prepared.write()
        },
      }
    },
  }))
}
