import type { Credentials } from './credentials.ts'
import { withDeadline } from './with-deadline.ts'

/**
 * No name and password of the operator account could be had. Why is the site's own affair, so it is
 * not said. It stays inside this package.
 */
export class NoCredentials extends Error {
  constructor() {
    super('The function for the operator account failed, or gave no name and password.')
    this.name = 'NoCredentials'
  }
}

/**
 * Asks the site for the operator account. Given up after `connectTimeoutMs`: whoever fetches a
 * password may wait for somebody who never answers.
 *
 * @throws {NoCredentials} whatever went wrong.
 */
export async function fetchedCredentials({
  bind,
  connectTimeoutMs,
}: {
  readonly bind: () => Promise<Credentials>
  readonly connectTimeoutMs: number
}): Promise<Credentials> {
  try {
    return await withDeadline(bind(), connectTimeoutMs)
  } catch {
    throw new NoCredentials()
  }
}
