import type { FoundUser, UserStore, WriteOutcome } from '../port/user-store.ts'

/**
 * The same store, whose found accounts are changed on their way. For tests of faults that the store
 * itself does not have.
 *
 * @example
 * const silent = withFound(store, (found) => ({
 *   ...found,
 *   check: () => new Promise(() => undefined),
 * }))
 */
export function withFound(store: UserStore, change: (found: FoundUser) => FoundUser): UserStore {
  return {
    ...store,
    find: async (id, options) => {
      const found = await store.find(id, options)
      return found && change(found)
    },
  }
}

/**
 * The same store, whose writes go through `write`. The function is handed the real write.
 *
 * @example
 * const meddled = withWrite(store, async (write) => {
 *   await suspendMeanwhile()
 *   return write()
 * })
 */
export function withWrite(
  store: UserStore,
  write: (original: () => Promise<WriteOutcome>) => Promise<WriteOutcome>,
): UserStore {
  return withFound(store, (found) => ({
    ...found,
    prepare: async (order) => {
      const prepared = await found.prepare(order)
      return prepared.outcome === 'refused'
        ? prepared
        : { ...prepared, write: () => write(() => prepared.write()) }
    },
  }))
}
