import { explainFailure, StoreError, type UserStore } from '@force-reset/core'
import { ConfigurationError } from '../parse-users-table.ts'

/**
 * Looks for one user, at the start and not at the first reset: the connection, its certificate, the operator account and its right to read.
 *
 * @throws {ConfigurationError} Says in words what does not work, or that nobody is there.
 */
export async function checkDirectory(store: UserStore): Promise<void> {
  const users = await oneUser(store)
  if (users.length === 0)
    throw new ConfigurationError(
      'The directory shows nobody at or below LDAP_BASE_DN. Correct it, or let the operator account read what the guide for this directory names.',
    )
}

async function oneUser(store: UserStore) {
  try {
    return (await store.list({ limit: 1 })).users
  } catch (error) {
    if (error instanceof StoreError) throw new ConfigurationError(`LDAP_URL: ${explainFailure(error.code, error.detail)}`)
    throw error
  }
}
