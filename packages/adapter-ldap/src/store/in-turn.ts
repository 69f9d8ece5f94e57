/** Does work of one key after the other, and work of different keys at the same time. */
export type InTurn = <T>(key: string, work: () => Promise<T>) => Promise<T>

/**
 * A queue for each key. Resets of one account from one process never overlap: the second one reads
 * what the first has left.
 *
 * @example
 * const turn = inTurn()
 * const outcome = await turn(user.id, () => write(order))
 */
export function inTurn(): InTurn {
  const last = new Map<string, Promise<unknown>>()
  return async (key, work) => {
    const before = last.get(key) ?? Promise.resolve()
    const mine = before.then(work, work)
    last.set(key, mine)
    try {
      return await mine
    } finally {
      if (last.get(key) === mine) last.delete(key)
    }
  }
}
