import type {
  PendingFilter,
  PendingReset,
  PendingResets,
  PendingState,
} from '../port/pending-resets.ts'

/** A pending reset, and the moment until which one caller has the reset. */
interface Held {
  readonly reset: PendingReset
  readonly claimedUntil: number
}

/**
 * Pending resets in memory, for tests and for a single process. They end with the process.
 *
 * @example
 * const pending = memoryPendingResets()
 */
export function memoryPendingResets(): PendingResets {
  const held = new Map<string, Held>()
  const oldestFirst = (filter: PendingFilter): readonly Held[] =>
    [...held.values()]
      .filter(({ reset }) => isOf(reset, filter))
      .sort((a, b) => (placeOf(a.reset) < placeOf(b.reset) ? -1 : 1))
  const inState = (resetId: string, state: PendingState): Held | undefined => {
    const one = held.get(resetId)
    return one?.reset.state === state ? one : undefined
  }
  return {
    open: async (reset) => {
      if (held.has(reset.resetId)) throw new Error('There is a pending reset with this id.')
      held.set(reset.resetId, { reset, claimedUntil: 0 })
    },
    change: async (resetId, from, to) => {
      const one = inState(resetId, from)
      if (one) held.set(resetId, { ...one, reset: { ...one.reset, ...to } })
      return one !== undefined
    },
    claim: async ({ now, olderThan, leaseSeconds, limit, ...filter }) => {
      const due = oldestFirst(filter)
        .filter(({ reset, claimedUntil }) => {
          if (claimedUntil > now.getTime()) return false
          const { state, attemptedAt, expiresAt } = reset
          if (state === 'applied') return expiresAt !== null && expiresAt <= now
          return (state !== 'attempted' && state !== 'writing') || attemptedAt < olderThan
        })
        .slice(0, limit)
      const claimedUntil = now.getTime() + leaseSeconds * 1_000
      for (const { reset } of due) held.set(reset.resetId, { reset, claimedUntil })
      return due.map(({ reset }) => reset)
    },
    list: async ({ limit, cursor, ...filter }) => {
      const rest = oldestFirst(filter)
        .map(({ reset }) => reset)
        .filter((reset) => cursor === undefined || placeOf(reset) > cursor)
      const resets = rest.slice(0, limit)
      const last = resets.at(-1)
      return { resets, nextCursor: rest.length > limit && last ? placeOf(last) : undefined }
    },
    release: async (resetId) => {
      const one = held.get(resetId)
      if (one !== undefined) held.set(resetId, { ...one, claimedUntil: 0 })
    },
    close: async (resetId, from) => inState(resetId, from) !== undefined && held.delete(resetId),
  }
}

function isOf(reset: PendingReset, { store, scope, userId }: PendingFilter): boolean {
  return (
    (store === undefined || reset.store === store) &&
    (scope === undefined || reset.scope === scope) &&
    (userId === undefined || reset.userId === userId)
  )
}

/** The order of the list: the moment, then the id. */
function placeOf({ attemptedAt, resetId }: PendingReset): string {
  return `${attemptedAt.toISOString()} ${resetId}`
}
