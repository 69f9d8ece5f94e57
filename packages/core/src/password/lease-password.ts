import { ForceResetError } from '../port/errors.ts'
import type { PasswordLease } from '../port/password.ts'

/**
 * A lease of copies of `bytes`, never of the bytes themselves. A store can neither change what will
 * be shown, nor read zeros because the original was wiped while the store's hasher still waited.
 *
 * After `end()` the lease can no longer be used. Copies that are still in use are wiped when their
 * use is over.
 *
 * Core makes the lease of a reset. Tests of a store make one to call `prepare` themselves.
 *
 * @example
 * const { lease, end } = leasePassword(new Uint8Array([65, 66, 67]))
 * const prepared = await found.prepare({ ...order, password: lease })
 * end()
 */
export function leasePassword(bytes: Uint8Array<ArrayBuffer>): {
  readonly lease: PasswordLease
  end(): void
} {
  let ended = false
  return {
    lease: Object.freeze({
      use: async <T>(fn: (copy: Uint8Array<ArrayBuffer>) => T | PromiseLike<T>): Promise<T> => {
        if (ended)
          throw new ForceResetError(
            'ERR_LEASE_ENDED',
            'The lease of the temporary password has ended.',
          )
        // In a buffer of its own: the engine moves a short array that has none, and nobody wipes
        // the old place.
        const copy = new Uint8Array(new ArrayBuffer(bytes.length))
        copy.set(bytes)
        try {
          return await fn(copy)
        } finally {
          copy.fill(0)
        }
      },
    }),
    end() {
      ended = true
    },
  }
}
