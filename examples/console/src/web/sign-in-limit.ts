import { memoryRateCounter, type RateLimit } from '@force-reset/http'
import { addressKey } from './client-address.ts'

/** Who tries a password, and from where. */
interface SignInAttempt {
  readonly username: string
  readonly address: string | undefined
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
   * After a right attempt the account's count starts again. The count of the address does not, or
   * one known account would hide the trying of others.
   */
  succeeded(attempt: SignInAttempt): void
}

const windowSeconds = 15 * 60

/**
 * Ten for one account from one address in a quarter of an hour. Somebody who guesses locks out only
 * their own address, and not the operator at another desk.
 */
const byAccount: RateLimit = { limit: 10, windowSeconds }

/** A hundred for one account from all addresses together, so that many addresses get no further. */
const byAccountEverywhere: RateLimit = { limit: 100, windowSeconds }

/** Forty from one address, whatever the accounts. */
const byAddress: RateLimit = { limit: 40, windowSeconds }

/** Strangers choose names and addresses. Beyond this number of keys the oldest is forgotten. */
const mostKeys = 10_000

/** One limit for one sign-in form. An unknown name is counted like a known one. */
export function signInLimit(now: () => number): SignInLimit {
  const accounts = memoryRateCounter(now, { mostKeys })
  const everywhere = memoryRateCounter(now, { mostKeys })
  const addresses = memoryRateCounter(now, { mostKeys })
  const wait = (counter: typeof accounts, key: string, { limit, windowSeconds }: RateLimit) => {
    const { count, secondsLeft } = counter.add(key, 1, windowSeconds)
    return count > limit ? secondsLeft : 0
  }
  return {
    take(attempt) {
      const { account, address, both } = keysOf(attempt)
      // An address without attempts left uses up no attempts of an account.
      return (
        wait(addresses, address, byAddress) ||
        wait(accounts, both, byAccount) ||
        wait(everywhere, account, byAccountEverywhere)
      )
    },
    succeeded(attempt) {
      const { account, both } = keysOf(attempt)
      accounts.forget(both)
      everywhere.forget(account)
    },
  }
}

function keysOf({ username, address: from }: SignInAttempt) {
  const account = username.normalize('NFKC').toLowerCase()
  const address = addressKey(from)
  return { account, address, both: `${address} ${account}` }
}
