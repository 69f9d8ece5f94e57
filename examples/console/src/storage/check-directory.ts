import { diagnose, type LdapUserStoreOptions } from '@force-reset/adapter-ldap'
import { explainFailure, StoreError, type UserStore } from '@force-reset/core'
import { ConfigurationError } from '../settings/configuration-error.ts'
import { administratorWords } from '../words/administrator.ts'

const words = administratorWords.directory

/**
 * Looks for one user, at the start and not at the first reset. This proves the connection, its
 * certificate, the service account and its right to read.
 *
 * Then each server is asked what else would keep resets from working. The console can start with
 * such findings.
 *
 * @returns What is wrong and what to do, a line for each finding.
 * @throws {ConfigurationError} Says in words what does not work, or that nobody is there.
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
    .map(({ server, message, cure = '' }) => `${server}: ${message} ${cure}`.trim())
}

async function oneUser(store: UserStore) {
  try {
    return (await store.list({ limit: 1 })).users
  } catch (error) {
    if (error instanceof StoreError)
      throw new ConfigurationError(words.notReached(explainFailure(error.code, error.detail)))
    throw error
  }
}
