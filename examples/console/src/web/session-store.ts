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
  /**
   * Why a session that was not ended on purpose is over. `undefined` for a session that goes on, or
   * that this process does not know.
   */
  expiryOf(token: string | undefined): SessionExpiry | undefined
  /** Ends every session whose value matches, and returns how many of them were going on. */
  endWhere(matches: (value: T) => boolean): number
}

/** `idle`: not used for too long. `absolute`: too long ago that the session began. */
export type SessionExpiry = 'idle' | 'absolute'

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
  const expiryOf = (entry: Entry<T>): SessionExpiry | undefined => {
    const [idleAt, absoluteAt] = [entry.usedAt + idleMs, entry.openedAt + absoluteMs]
    if (now() < Math.min(idleAt, absoluteAt)) return undefined
    return idleAt < absoluteAt ? 'idle' : 'absolute'
  }
  const entryOf = (token: string | undefined) =>
    token === undefined ? undefined : entries.get(keyOf(token))

  // An expired session stays until then, so that its browser can be told why it is over.
  const makeRoom = () => {
    for (const key of entries.keys()) {
      if (entries.size < sessions) break
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
      const entry = entryOf(token)
      if (token === undefined || !entry || expiryOf(entry)) return undefined
      entry.usedAt = now()
      entries.delete(keyOf(token))
      entries.set(keyOf(token), entry)
      return entry.value
    },
    end(token) {
      if (token !== undefined) entries.delete(keyOf(token))
    },
    expiryOf(token) {
      const entry = entryOf(token)
      return entry && expiryOf(entry)
    },
    endWhere(matches) {
      let ended = 0
      for (const [key, entry] of entries) {
        if (!matches(entry.value)) continue
        if (!expiryOf(entry)) ended += 1
        entries.delete(key)
      }
      return ended
    },
  }
}

/**
 * Sessions are looked up by a digest, so that the time of a look-up tells nothing about a token.
 */
function keyOf(token: string): string {
  return createHash('sha256').update(token).digest('base64')
}
