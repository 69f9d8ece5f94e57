import { createHash, randomBytes } from 'node:crypto'

/**
 * Sessions kept in the server's memory: the browser holds a random token, and ending a session here
 * ends it everywhere at once.
 */
export interface SessionStore<T> {
  /** Starts a session and returns its token of 256 random bits. */
  open(value: T): string
  /**
   * Returns what the session holds, and begins its idle period anew. `undefined` for a session that
   * never was, has ended or has expired.
   */
  read(token: string | undefined): T | undefined
  end(token: string | undefined): void
  /** Ends every session whose value matches, and returns how many. */
  endWhere(matches: (value: T) => boolean): number
}

interface Entry<T> {
  readonly value: T
  readonly openedAt: number
  usedAt: number
}

/**
 * Sessions in the memory of this process.
 *
 * @param options.idleMs - Longest time without use, in milliseconds.
 * @param options.absoluteMs - Longest time from the start to the end, used or not, in milliseconds.
 * @param options.sessions - Greatest number of sessions, default 10,000; beyond it the least
 *   recently used one ends.
 */
export function sessionStore<T>(options: {
  readonly idleMs: number
  readonly absoluteMs: number
  readonly now: () => number
  readonly sessions?: number
}): SessionStore<T> {
  const { idleMs, absoluteMs, now, sessions = 10_000 } = options
  const entries = new Map<string, Entry<T>>()
  const expired = (entry: Entry<T>) =>
    now() >= entry.usedAt + idleMs || now() >= entry.openedAt + absoluteMs

  const makeRoom = () => {
    for (const [key, entry] of entries) {
      if (!expired(entry) && entries.size < sessions) break
      entries.delete(key)
    }
  }

  return {
    open(value) {
      makeRoom()
      const token = randomBytes(32).toString('base64url')
      entries.set(keyOf(token), { value, openedAt: now(), usedAt: now() })
      return token
    },
    read(token) {
      if (token === undefined) return undefined
      const key = keyOf(token)
      const entry = entries.get(key)
      if (!entry) return undefined
      entries.delete(key)
      if (expired(entry)) return undefined
      entry.usedAt = now()
      entries.set(key, entry)
      return entry.value
    },
    end(token) {
      if (token !== undefined) entries.delete(keyOf(token))
    },
    endWhere(matches) {
      const before = entries.size
      for (const [key, entry] of entries) if (matches(entry.value)) entries.delete(key)
      return before - entries.size
    },
  }
}

/**
 * Sessions are looked up by a digest, so that the time of a look-up tells nothing about a token.
 */
function keyOf(token: string): string {
  return createHash('sha256').update(token).digest('base64')
}
