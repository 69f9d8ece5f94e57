import type { SafeCause } from '@force-reset/core'
import { safeCauseOf, within } from '@force-reset/core/store'

/** The service account: the entry of the directory as which this store binds and writes. */
export interface Credentials {
  /** Its distinguished name; on Active Directory also `name@domain`. */
  readonly dn: string
  readonly password: string
}

/**
 * The site gave no name and password of the service account. Of the reason only the class and codes
 * are told. The error stays inside this package.
 */
export class NoCredentials extends Error {
  readonly safeCause: SafeCause

  constructor(safeCause: SafeCause) {
    super('The function for the service account failed, or gave no name and password.')
    this.name = 'NoCredentials'
    this.safeCause = safeCause
  }
}

/**
 * Asks the site for the service account. Given up after `connectTimeoutMs`: the function that
 * fetches the password may wait for a service that never answers.
 *
 * @throws {NoCredentials} whatever went wrong.
 * @example
 * const { dn, password } = await fetchedCredentials(options)
 */
export async function fetchedCredentials({
  bind,
  connectTimeoutMs,
}: {
  readonly bind: () => Promise<Credentials>
  readonly connectTimeoutMs: number
}): Promise<Credentials> {
  try {
    return await within(connectTimeoutMs, bind)
  } catch (error) {
    throw new NoCredentials(safeCauseOf(error))
  }
}
