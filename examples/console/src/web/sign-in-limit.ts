import { anyCase } from '../names/any-case.ts'
import { addressKey } from './client-address.ts'

/** Who tries a password, and from where. */
interface SignInAttempt {
  readonly username: string
  readonly address: string | undefined
  /** A browser that signed in with this name before: see `knownBrowsers`. */
  readonly browser?: string | undefined
}

/** Limits how often a password may be tried. */
export interface SignInLimit {
  /**
   * Counts an attempt. An attempt is counted before its password is looked at, so that a hundred at
   * once are no way around the limit.
   *
   * @returns How long to wait, in seconds; 0 for not at all.
   */
  take(attempt: SignInAttempt): number
  /**
   * After a right attempt the count of its name at its address starts again. The other counts do
   * not: one known password must not hide the trying of others.
   */
  succeeded(attempt: SignInAttempt): void
}

/** So many tries at once, and one more after each interval. */
interface Pace {
  readonly burst: number
  readonly intervalSeconds: number
}

/** Ten for one name in one browser that signed in with this name before. Nobody else counts. */
const inKnownBrowser: Pace = { burst: 10, intervalSeconds: 90 }

/** Ten for one name from one address. Whoever guesses there delays the next try by 90 seconds. */
const byName: Pace = { burst: 10, intervalSeconds: 90 }

/** Forty from one address, whatever the names. */
const byAddress: Pace = { burst: 40, intervalSeconds: 22.5 }

/**
 * A hundred for one name from all addresses together. Above that many, each address is slowed to
 * {@link whileAttacked}, and none is locked out by the others.
 */
const byNameEverywhere: Pace = { burst: 100, intervalSeconds: 9 }

/** One try for one name from one address, and one more every five minutes. */
const whileAttacked: Pace = { burst: 1, intervalSeconds: 300 }

/** Strangers choose names and addresses. Beyond this number of keys the oldest is forgotten. */
const mostKeys = 10_000

/** One limit for one sign-in form. An unknown name is counted like a known one. */
export function signInLimit(now: () => number): SignInLimit {
  const known = counter(now, inKnownBrowser)
  const addresses = counter(now, byAddress)
  const names = counter(now, byName)
  const everywhere = counter(now, byNameEverywhere)
  const attacked = counter(now, whileAttacked)
  return {
    take(attempt) {
      if (attempt.browser !== undefined) return known.wait(attempt.browser)
      const { name, address, both } = keysOf(attempt)
      // An address without attempts left uses up no attempts of a name.
      const waitSeconds = addresses.wait(address) || names.wait(both)
      if (waitSeconds > 0) return waitSeconds
      return everywhere.wait(name) > 0 ? attacked.wait(both) : 0
    },
    succeeded(attempt) {
      const { both } = keysOf(attempt)
      names.forget(both)
      attacked.forget(both)
    },
  }
}

function keysOf({ username, address: from }: SignInAttempt) {
  const name = anyCase(username)
  const address = addressKey(from)
  return { name, address, both: `${address} ${name}` }
}

/** Counts tries by key, at one pace. */
function counter(now: () => number, { burst, intervalSeconds }: Pace) {
  const intervalMs = intervalSeconds * 1_000
  /** When each key has its whole burst again, in milliseconds; the key used last comes last. */
  const wholeAt = new Map<string, number>()
  return {
    /** Takes a try. Where none is left, takes nothing and returns the seconds to wait for one. */
    wait(key: string): number {
      const time = now()
      const whole = Math.max(wholeAt.get(key) ?? 0, time) + intervalMs
      const waitMs = whole - time - burst * intervalMs
      if (waitMs > 0) return Math.ceil(waitMs / 1_000)
      wholeAt.delete(key)
      wholeAt.set(key, whole)
      const [oldest = key] = wholeAt.keys()
      if (wholeAt.size > mostKeys) wholeAt.delete(oldest)
      return 0
    },
    forget(key: string): void {
      wholeAt.delete(key)
    },
  }
}
