import { type AttemptLimit, attemptLimiter } from './attempt-limiter.ts'
import { addressKey } from './client-address.ts'

/** Limits how often a password may be tried. */
export interface SignInLimit {
  /** Counts an attempt; answers how long to wait, in seconds, 0 for not at all. */
  take(attempt: { readonly username: string; readonly address: string | undefined }): number
  /**
   * After a right attempt the account's count starts again; the one of the address does not, or one
   * known account would hide the trying of others.
   */
  succeeded(attempt: { readonly username: string; readonly address: string | undefined }): void
}

const quarterHourMs = 15 * 60 * 1000

/**
 * Ten for one account from one address in a quarter of an hour: whoever guesses locks out himself,
 * and not the operator at another desk.
 */
const byAccount: AttemptLimit = { attempts: 10, windowMs: quarterHourMs }

/** A hundred for one account, wherever they come from: no crowd of addresses gets further. */
const byAccountEverywhere: AttemptLimit = { attempts: 100, windowMs: quarterHourMs }

/** Forty from one address, whatever the accounts. */
const byAddress: AttemptLimit = { attempts: 40, windowMs: quarterHourMs }

/** One limit for one sign-in form. An unknown name is counted like a known one. */
export function signInLimit(now: () => number): SignInLimit {
  const accounts = attemptLimiter({ ...byAccount, now })
  const everywhere = attemptLimiter({ ...byAccountEverywhere, now })
  const addresses = attemptLimiter({ ...byAddress, now })
  const accountKey = (username: string) => username.normalize('NFKC').toLowerCase()
  return {
    take({ username, address }) {
      // An address that is out of attempts does not use up those of an account as well.
      const waitMs =
        addresses.take(addressKey(address)) ||
        accounts.take(`${addressKey(address)} ${accountKey(username)}`) ||
        everywhere.take(accountKey(username))
      return Math.ceil(waitMs / 1000)
    },
    succeeded: ({ username, address }) => {
      accounts.forgive(`${addressKey(address)} ${accountKey(username)}`)
      everywhere.forgive(accountKey(username))
    },
  }
}

/** The waiting time in words. */
export function tooManyAttempts(waitSeconds: number): string {
  const minutes = Math.max(1, Math.ceil(waitSeconds / 60))
  return `Too many attempts. Try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`
}
