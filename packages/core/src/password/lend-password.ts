import { ForceResetError } from '../port/errors.ts'
import type { PasswordLease } from '../port/password-lease.ts'

/** A lease and the means to end it. */
export interface Loan {
  readonly lease: PasswordLease
  /**
   * After this nothing can be borrowed any more. Copies still in use are wiped when their use is
   * over.
   */
  end(): void
}

/**
 * Lends copies of `bytes`, never the bytes themselves: a store can neither change what will be
 * shown, nor be handed zeros because the original was wiped while its hasher still waited.
 */
export function lendPassword(bytes: Uint8Array<ArrayBuffer>): Loan {
  let ended = false
  return {
    lease: Object.freeze({
      use: async <T>(fn: (lent: Uint8Array<ArrayBuffer>) => T | PromiseLike<T>): Promise<T> => {
        if (ended)
          throw new ForceResetError(
            'ERR_LEASE_ENDED',
            'The temporary password was lent for one call, which is over.',
          )
        const copy = bytes.slice()
        try {
          return await fn(copy)
        } finally {
          copy.fill(0)
        }
      },
    }),
    end: () => {
      ended = true
    },
  }
}
