import { nearestName } from '@force-reset/core/store'
import { administratorWords } from '../words/administrator.ts'
import type { Environment } from './read-flag.ts'

/** Variables that mean something beside `LDAP_URL` only. */
export const directoryVariables = [
  'LDAP_BASE_DN',
  'LDAP_BIND_DN',
  'LDAP_BIND_PASSWORD',
  'LDAP_BIND_PASSWORD_FILE',
  'LDAP_DIALECT',
  'LDAP_CA',
  'LDAP_CERTIFICATE_NAME',
  'LDAP_PRIVILEGED_GROUPS',
  'LDAP_PRIVILEGED_ACCOUNTS',
  'LDAP_PRIVILEGED_WHERE',
  'LDAP_ABSENT_MEMBERS',
  'LDAP_SUSPENDED_WHERE',
  'LDAP_SIGNS_IN_ELSEWHERE',
  'LDAP_OTHER_HASHES',
  'LDAP_RESET_SERVICE_ACCOUNTS',
  'LDAP_RESET_FORMER_ADMINISTRATORS',
  'LDAP_DEFAULT_POLICY',
  'LDAP_STAMP_ATTRIBUTE',
  'LDAP_THROWAWAY_ACCOUNT',
  'LDAP_SHADOW_LAST_CHANGE',
  'LDAP_UNLOCK',
  'LDAP_SINGLE_SERVER',
  'LDAP_USER_FILTER',
  'LDAP_ID_ATTRIBUTE',
  'LDAP_USERNAME_ATTRIBUTE',
  'LDAP_EMAIL_ATTRIBUTE',
  'LDAP_NAME_ATTRIBUTES',
  'LDAP_SEARCH_ATTRIBUTES',
  'LDAP_SEARCH_MODE',
  'LDAP_FACTS',
  'LDAP_MOMENTS',
  'AUDIT_DATABASE',
] as const

/** Every variable of the environment that the console reads. */
export const variables = [
  'OPERATOR_USERNAME',
  'OPERATOR_PASSWORD',
  'DATABASE_URL',
  'CONSOLE_CONFIG',
  'HOST',
  'PORT',
  'TLS_CERT',
  'TLS_KEY',
  'TRUST_PROXY',
  'ALLOW_INSECURE_HTTP',
  'USER_PAGES',
  'TEMPORARY_PASSWORD_HOURS',
  'REQUIRE_REASON',
  'CALLER_VERIFICATION',
  'RESETS_PER_OPERATOR',
  'RESETS_PER_ACCOUNT',
  'SECRET_FILE',
  'LDAP_URL',
  ...directoryVariables,
] as const

/** The name of a variable. */
export type Variable = (typeof variables)[number]

const words = administratorWords.environment

/** A name of one word, such as PORT, is near too many others. */
const longNames = variables.filter((name) => name.includes('_'))
const withoutLdap = longNames
  .filter((name) => name.startsWith('LDAP_'))
  .map((name) => name.slice('LDAP_'.length))
  .filter((name) => name.includes('_'))
const prefixes = ['LDAP_', 'OPERATOR_', 'AUDIT_', 'CONSOLE_', 'DATABASE_', 'TLS_']

/** What Kubernetes and Docker put into the environment for each service: `LDAP_PORT_389_TCP`. */
const ofPlatform = /_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT(_\d+_(TCP|UDP)(_\w+)?)?)$/
/** A variable of OpenLDAP's own clients (ldap.conf(5)). */
const ofLibrary = 'LDAPBINDDN'

/**
 * Looks for misspelt variables, which nobody would read: a group in `LDAP_PRIVILEGED_GROUP` would
 * not be protected. A name close to one of ours is a problem. Other names with our prefixes are
 * listed in one warning, because platforms make such names.
 */
export function checkVariables(
  environment: Environment,
  problems: string[],
  warnings: string[],
): void {
  const others = Object.keys(environment).filter(
    (name) => environment[name] && !variables.some((known) => known === name),
  )
  for (const name of others) {
    const meant = variableMeant(name)
    if (meant !== undefined) problems.push(words.misspelt(name, meant))
  }
  const unread = others.filter(
    (name) =>
      variableMeant(name) === undefined && prefixes.some((prefix) => name.startsWith(prefix)),
  )
  if (unread.length > 0) warnings.push(words.unread(unread.sort()))
}

/** The variable of ours that somebody may have meant. */
function variableMeant(name: string): string | undefined {
  if (ofPlatform.test(name) || name === ofLibrary) return undefined
  const bare = name.replace(/^(CONSOLE|FORCE_RESET)_/, '').replace(/_FILE$/, '')
  const rest = nearestName(name, withoutLdap)
  return (
    nearestName(name, longNames) ??
    longNames.find((one) => one === bare) ??
    (rest && `LDAP_${rest}`)
  )
}
