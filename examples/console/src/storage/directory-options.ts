import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import {
  activeDirectory,
  type Credentials,
  type Dialect,
  ds389,
  type LdapUserStoreOptions,
  openLdap,
} from '@force-reset/adapter-ldap'
import { noPrivilegedUsers } from '@force-reset/core'
import { ConfigurationError } from '../settings/configuration-error.ts'
import type { DirectorySettings } from '../settings/users-source.ts'
import { administratorWords } from '../words/administrator.ts'

const words = administratorWords.files

/**
 * The options of the store on the directory that the settings describe.
 *
 * @throws {ConfigurationError} A file that the settings name cannot be read, or does not hold what
 *   it has to.
 */
export function directoryOptions(settings: DirectorySettings): LdapUserStoreOptions {
  const { urls, baseDn, caPath, singleServer } = settings
  return {
    url: urls,
    baseDn,
    bind: credentialsOf(settings),
    dialect: dialectOf(settings),
    singleServer,
    ...(caPath === undefined ? {} : { tls: { ca: certificatesIn(caPath) } }),
  }
}

function dialectOf({
  product,
  privilegedGroups,
  defaultPolicy,
  stampAttribute,
}: DirectorySettings): Dialect {
  const groups = privilegedGroups === 'none' ? noPrivilegedUsers : privilegedGroups
  switch (product) {
    case 'active-directory':
      return activeDirectory({
        privilegedGroups: privilegedGroups === 'none' ? [] : privilegedGroups,
        stampAttribute,
      })
    case 'openldap':
      return openLdap({ privilegedGroups: groups, defaultPolicy })
    case '389-ds':
      return ds389({ privilegedGroups: groups, globalPolicy: defaultPolicy })
    default:
      return product satisfies never
  }
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
