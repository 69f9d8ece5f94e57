import { diagnose, type LdapUserStoreOptions } from '@force-reset/adapter-ldap'
import { explainFailure, StoreError, type UserStore } from '@force-reset/core'
import { ConfigurationError } from '../settings/configuration-error.ts'
import { inVariables } from '../settings/option-variables.ts'
import { administratorWords } from '../words/administrator.ts'

const words = administratorWords.directory

/**
 * Looks for one user at the start, and so tests the connection, its certificate, the service
 * account and its right to read. Then each server is asked what else would keep resets from
 * working. With such problems the console can start.
 *
 * @returns A line for each finding: what is wrong and what to do.
 * @throws {ConfigurationError} Says what does not work, or that the directory shows nobody.
 */
export async function checkDirectory(
  store: UserStore,
  options: LdapUserStoreOptions,
): Promise<readonly string[]> {
  const users = await oneUser(store)
  if (users.length === 0) throw new ConfigurationError(words.nobody)
  const findings = await diagnose(options)
  return findings
    .filter(({ level }) => level === 'problem')
    .map(({ server, message, cure = '' }) => inVariables(`${server}: ${message} ${cure}`.trim()))
}

async function oneUser(store: UserStore) {
  try {
    return (await store.list({ limit: 1 })).users
  } catch (error) {
    if (error instanceof StoreError)
      throw new ConfigurationError(
        words.notReached(inVariables(explainFailure(error.code, error.detail))),
      )
    throw error
  }
}
