import type {
  ActiveDirectoryOptions,
  Ds389Options,
  LdapUserStoreOptions,
  NamedAttributes,
  OpenLdapOptions,
  TlsOptions,
} from '@force-reset/adapter-ldap'
import type { Variable } from './variables.ts'

/** Every option of a directory, at every depth. */
type DirectoryOption =
  | Exclude<keyof LdapUserStoreOptions, 'tls'>
  | `tls.${keyof TlsOptions}`
  | Exclude<keyof (ActiveDirectoryOptions & OpenLdapOptions & Ds389Options), 'attributes'>
  | `attributes.${keyof NamedAttributes}`

/** Why the console has no variable for an option. */
interface NoVariable {
  readonly because: string
}

const defaultFits: NoVariable = { because: 'The default fits a help desk.' }

/**
 * The variable for each option of a directory. Messages of the library name options, and the
 * console names the variable in its place. An option that is missing here does not compile.
 */
export const optionVariables: Readonly<Record<DirectoryOption, Variable | NoVariable>> = {
  url: 'LDAP_URL',
  baseDn: 'LDAP_BASE_DN',
  bind: 'LDAP_BIND_DN',
  dialect: 'LDAP_DIALECT',
  'tls.ca': 'LDAP_CA',
  'tls.servername': 'LDAP_CERTIFICATE_NAME',
  'tls.minVersion': defaultFits,
  connectTimeoutMs: defaultFits,
  operationTimeoutMs: defaultFits,
  idleTimeoutMs: defaultFits,
  cacheMs: defaultFits,
  unlock: 'LDAP_UNLOCK',
  singleServer: 'LDAP_SINGLE_SERVER',
  now: { because: 'The clock is that of the computer.' },
  userFilter: 'LDAP_USER_FILTER',
  'attributes.username': 'LDAP_USERNAME_ATTRIBUTE',
  'attributes.email': 'LDAP_EMAIL_ATTRIBUTE',
  'attributes.displayName': 'LDAP_NAME_ATTRIBUTES',
  searchAttributes: 'LDAP_SEARCH_ATTRIBUTES',
  searchMode: 'LDAP_SEARCH_MODE',
  facts: 'LDAP_FACTS',
  moments: 'LDAP_MOMENTS',
  extraAttributes: { because: 'The console reads the attributes that other variables name.' },
  status: 'LDAP_SUSPENDED_WHERE',
  privileged: 'LDAP_PRIVILEGED_WHERE',
  privilegedGroups: 'LDAP_PRIVILEGED_GROUPS',
  privilegedAccounts: 'LDAP_PRIVILEGED_ACCOUNTS',
  absentMembers: 'LDAP_ABSENT_MEMBERS',
  signsInElsewhere: 'LDAP_SIGNS_IN_ELSEWHERE',
  otherHashes: 'LDAP_OTHER_HASHES',
  resetServiceAccounts: 'LDAP_RESET_SERVICE_ACCOUNTS',
  resetFormerAdministrators: 'LDAP_RESET_FORMER_ADMINISTRATORS',
  defaultPolicy: 'LDAP_DEFAULT_POLICY',
  globalPolicy: 'LDAP_DEFAULT_POLICY',
  throwawayAccount: 'LDAP_THROWAWAY_ACCOUNT',
  shadowLastChange: 'LDAP_SHADOW_LAST_CHANGE',
  stampAttribute: 'LDAP_STAMP_ATTRIBUTE',
  idAttribute: 'LDAP_ID_ATTRIBUTE',
}

/** Options whose names are words of English too: only these sentences mean the option. */
const sentences: readonly (readonly [RegExp, string])[] = [
  [/^(?:ldapUserStore|activeDirectory|openLdap|ds389): /, ''],
  [/\b(?:activeDirectory|openLdap|ds389)\(\{ (\w+) \}\)/g, '$1'],
  [/\bactiveDirectory\(\)/g, 'active-directory'],
  [/\bopenLdap\(\)/g, 'openldap'],
  [/\bds389\(\)/g, '389-ds'],
  [/\b(\w+): true\b/g, '$1=on'],
  [/\bdefaultPolicy or globalPolicy\b/g, 'defaultPolicy'],
  [/(^|\b(?:into|in|at|[Cc]heck|[Cc]orrect) )url\b/g, '$1LDAP_URL'],
  [/^bind(?=\.| is )/, 'LDAP_BIND_DN'],
  [/\bThe option bind did not return a dn and a password\b/, 'The file with the password is empty'],
  [/\bthe value of bind, or the function that is given there\b/, 'LDAP_BIND_PASSWORD_FILE'],
  [/\bThe dn that bind gives\b/, 'The name in LDAP_BIND_DN'],
  [/(^|: )bind, /, '$1LDAP_BIND_DN, '],
  [/\bwithin connectTimeoutMs\b/, 'within 5 seconds'],
  [/\bthe dialect in the configuration\b/g, 'LDAP_DIALECT'],
  [/\bChoose the dialect of the product of this server:/, 'Set LDAP_DIALECT to this product:'],
]

/** Names that no sentence has by chance, the longest first. */
const unmistakable: readonly string[] = Object.keys(optionVariables)
  .filter((name) => /[A-Z.]/.test(name))
  .sort((one, other) => other.length - one.length)
const names = new RegExp(
  `(?<![\\w.=-])(?:${unmistakable.map((name) => name.replace('.', '\\.')).join('|')})(?![\\w-])`,
  'g',
)

const ofTable = /^sqlUserStore: /

/**
 * A message of the library with the variables of the console in place of the options. The options
 * of a table have the names that they have in the file of CONSOLE_CONFIG.
 *
 * @example
 * inVariables('Correct tls.ca, the host in url, or the certificate.')
 * // 'Correct LDAP_CA, the host in LDAP_URL, or the certificate.'
 */
export function inVariables(text: string): string {
  if (ofTable.test(text)) return text.replace(ofTable, 'CONSOLE_CONFIG: ')
  return sentences
    .reduce((changed, [pattern, words]) => changed.replace(pattern, words), text)
    .replace(names, variableOf)
    .replace(/(LDAP_[A-Z_]+)\.\d+/g, '$1')
}

function variableOf(option: string): string {
  const [, variable] = Object.entries(optionVariables).find(([name]) => name === option) ?? []
  return typeof variable === 'string' ? variable : option
}
