import type { PendingReset, PendingResets } from '../port/pending-resets.ts'

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
  const oldestFirst = (): readonly Held[] =>
    [...held.values()].sort((a, b) => (placeOf(a.reset) < placeOf(b.reset) ? -1 : 1))
  const change = (resetId: string, changed: Partial<PendingReset>): void => {
    const one = held.get(resetId)
    if (one !== undefined) held.set(resetId, { ...one, reset: { ...one.reset, ...changed } })
  }
  return {
    open: async (reset) => {
      if (held.has(reset.resetId)) throw new Error('There is a pending reset with this id.')
      held.set(reset.resetId, { reset, claimedUntil: 0 })
    },
    unknown: async (resetId) => change(resetId, { state: 'unknown' }),
    applied: async (resetId, mark, expiresAt) =>
      change(resetId, { state: 'applied', mark, expiresAt }),
    claim: async ({ now, olderThan, leaseSeconds, limit, userId }) => {
      const due = oldestFirst()
        .filter(({ reset, claimedUntil }) => {
          if (claimedUntil > now.getTime() || !isOf(reset, userId)) return false
          if (reset.state === 'unknown') return true
          if (reset.state === 'attempted') return reset.attemptedAt < olderThan
          return reset.expiresAt !== null && reset.expiresAt <= now
        })
        .slice(0, limit)
      const claimedUntil = now.getTime() + leaseSeconds * 1_000
      for (const { reset } of due) held.set(reset.resetId, { reset, claimedUntil })
      return due.map(({ reset }) => reset)
    },
    list: async ({ limit, cursor, userId }) => {
      const rest = oldestFirst()
        .map(({ reset }) => reset)
        .filter((reset) => isOf(reset, userId) && (cursor === undefined || placeOf(reset) > cursor))
      const resets = rest.slice(0, limit)
      const last = resets.at(-1)
      return { resets, nextCursor: rest.length > limit && last ? placeOf(last) : undefined }
    },
    release: async (resetId) => {
      const one = held.get(resetId)
      if (one !== undefined) held.set(resetId, { ...one, claimedUntil: 0 })
    },
    close: async (resetId) => void held.delete(resetId),
  }
}

function isOf(reset: PendingReset, userId: string | undefined): boolean {
  return userId === undefined || reset.userId === userId
}

/** The order of the list: the moment, then the id. */
function placeOf({ attemptedAt, resetId }: PendingReset): string {
  return `${attemptedAt.toISOString()} ${resetId}`
}
