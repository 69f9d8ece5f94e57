import type { Mark, SettleOutcome, StoreReceipt, UserStore, WriteOrder } from '@force-reset/core'
import { markOf } from '@force-reset/core/store'
import { leasePassword, withFound, withWrite } from '@force-reset/core/testing'

/** A store that says that nothing was changed where it does not know. */
export function denyingStore(store: UserStore): UserStore {
  return withSettle(store, () => Promise.resolve({ outcome: 'not_applied' }))
}

/** A store that says that the reset has happened, although the server has not answered so. */
export function claimingStore(store: UserStore): UserStore {
  return withSettle(store, (_, { mark }) => Promise.resolve({ outcome: 'applied', receipt, mark }))
}

/** A store that settles an unknown outcome by writing another password. */
export function secondPasswordStore(store: UserStore): UserStore {
  return withSettle(store, async (id, { order }) => {
    const found = await store.find(id)
    const { lease, end } = leasePassword(new TextEncoder().encode('Another-password-2-than-shown!'))
    const second = await found?.prepare({ ...order, password: lease })
    const written = second?.outcome === 'prepared' ? await second.write() : undefined
    end()
    return written?.outcome === 'applied' ? written : { outcome: 'unknown' }
  })
}

/** A store that takes a refusal for a success. */
export function boastingStore(store: UserStore): UserStore {
  return withWrite(store, async (write) => {
    const outcome = await write()
    if (outcome.outcome !== 'refused') return outcome
    return { outcome: 'applied', receipt, mark: markOf('boast1.nothing') }
  })
}

const receipt: StoreReceipt = {
  mustChange: 'application',
  expiresAt: null,
  unlocked: false,
  sessionsRevoked: null,
  endpoint: 'nowhere',
  survives: [],
}

/** The same store, whose unknown outcomes are settled by `settle`. */
function withSettle(
  store: UserStore,
  settle: (
    id: string,
    write: { readonly order: WriteOrder; readonly mark: Mark },
  ) => Promise<SettleOutcome>,
): UserStore {
  return withFound(store, (found) => ({
    ...found,
    prepare: async (order) => {
      const prepared = await found.prepare(order)
      if (prepared.outcome === 'refused') return prepared
      return {
        ...prepared,
        write: async () => {
          const written = await prepared.write()
          if (written.outcome !== 'unknown') return written
          return { ...written, settle: () => settle(found.user.id, { order, mark: prepared.mark }) }
        },
      }
    },
  }))
}
