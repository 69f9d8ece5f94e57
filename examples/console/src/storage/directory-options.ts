import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import {
  activeDirectory,
  attributeTexts,
  type Credentials,
  type Dialect,
  type DirectoryEntry,
  ds389,
  type LdapUserStoreOptions,
  openLdap,
  type PersonOptions,
} from '@force-reset/adapter-ldap'
import { noPrivilegedUsers } from '@force-reset/core'
import { foldedText } from '@force-reset/core/store'
import { ConfigurationError } from '../settings/configuration-error.ts'
import type { AttributeTest, DirectorySettings } from '../settings/users-source.ts'
import { administratorWords } from '../words/administrator.ts'

const words = administratorWords.files

/**
 * The options of the store on the directory that the settings describe.
 *
 * @throws {ConfigurationError} A file that the settings name cannot be read, or does not hold what
 *   it has to.
 */
export function directoryOptions(settings: DirectorySettings): LdapUserStoreOptions {
  const { urls, baseDn, caPath, tlsName, singleServer, unlock } = settings
  return {
    url: urls,
    baseDn,
    bind: credentialsOf(settings),
    dialect: dialectOf(settings),
    singleServer,
    unlock,
    tls: { ca: caPath === undefined ? undefined : certificatesIn(caPath), servername: tlsName },
  }
}

function dialectOf(settings: DirectorySettings): Dialect {
  const { product, privilegedGroups, privilegedAccounts, absentMembers, defaultPolicy } = settings
  const { otherHashes, throwawayAccount, stampAttribute, idAttribute } = settings
  const { resetServiceAccounts, resetFormerAdministrators } = settings
  const groups = privilegedGroups === 'none' ? noPrivilegedUsers : privilegedGroups
  const people = personOptions(settings)
  const elsewhere = {
    otherHashes,
    ...(settings.signsInElsewhere ? { signsInElsewhere: anyOf(settings.signsInElsewhere) } : {}),
  }
  switch (product) {
    case 'active-directory':
      return activeDirectory({
        ...people,
        privilegedGroups: privilegedGroups === 'none' ? [] : privilegedGroups,
        privilegedAccounts,
        resetServiceAccounts,
        resetFormerAdministrators,
        stampAttribute,
      })
    case 'openldap':
      return openLdap({
        ...people,
        ...elsewhere,
        privilegedGroups: groups,
        privilegedAccounts,
        absentMembers,
        defaultPolicy,
        throwawayAccount,
        shadowLastChange: settings.shadowLastChange,
      })
    case '389-ds':
      return ds389({
        ...people,
        ...elsewhere,
        privilegedGroups: groups,
        privilegedAccounts,
        absentMembers,
        globalPolicy: defaultPolicy,
        idAttribute,
      })
    default:
      return product satisfies never
  }
}

function personOptions(settings: DirectorySettings): PersonOptions {
  const { userFilter, searchAttributes, searchMode, suspendedWhere, privilegedWhere } = settings
  const tests = [suspendedWhere, privilegedWhere, settings.signsInElsewhere]
  const suspended = suspendedWhere && anyOf(suspendedWhere)
  return {
    userFilter,
    attributes: {
      username: settings.usernameAttribute,
      email: settings.emailAttribute,
      displayName: settings.nameAttributes,
    },
    searchAttributes,
    searchMode,
    facts: settings.facts,
    moments: settings.moments,
    extraAttributes: tests.flatMap((list) => list ?? []).map(({ attribute }) => attribute),
    ...(privilegedWhere ? { privileged: anyOf(privilegedWhere) } : {}),
    // An account that is Deleted, or whose status is not known, stays so.
    ...(suspended
      ? {
          status: (entry, status) =>
            ['active', 'pending'].includes(status) && suspended(entry) ? 'suspended' : status,
        }
      : {}),
  }
}

/** In doubt a value is the same: each of these tests keeps an account from a reset. */
function anyOf(tests: readonly AttributeTest[]): (entry: DirectoryEntry) => boolean {
  return (entry) =>
    tests.some(({ attribute, value }) =>
      attributeTexts(entry, attribute).some(
        (text) => value === undefined || foldedText(text) === foldedText(value),
      ),
    )
}

/** A file is read once now, so that a mistyped path is found at the start. */
function credentialsOf({
  bindDn: dn,
  bindPassword,
}: DirectorySettings): () => Promise<Credentials> {
  if ('value' in bindPassword) return async () => ({ dn, password: bindPassword.value })
  const { path } = bindPassword
  if (passwordIn(textOf(path, 'LDAP_BIND_PASSWORD_FILE')) === '')
    throw new ConfigurationError(words.bindPasswordEmpty)
  return async () => ({ dn, password: passwordIn(await readFile(path, 'utf8')) })
}

/** Editors end the last line with a line break, which is no part of the password. */
function passwordIn(text: string): string {
  return text.replace(/\r?\n$/, '')
}

function certificatesIn(path: string): string {
  const text = textOf(path, 'LDAP_CA')
  if (!text.includes('-----BEGIN CERTIFICATE-----'))
    throw new ConfigurationError(words.noCertificate)
  return text
}

function textOf(path: string, variable: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    throw new ConfigurationError(words.unreadable(variable))
  }
}
