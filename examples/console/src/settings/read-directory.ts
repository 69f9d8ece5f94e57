import { administratorWords } from '../words/administrator.ts'
import { type Environment, readFlag } from './read-flag.ts'
import { type DirectoryProduct, type DirectorySettings, directoryProducts } from './users-source.ts'

const words = administratorWords.directory

/** Variables that mean something beside `LDAP_URL` only. */
const besideUrl = [
  'LDAP_BASE_DN',
  'LDAP_BIND_DN',
  'LDAP_BIND_PASSWORD',
  'LDAP_BIND_PASSWORD_FILE',
  'LDAP_DIALECT',
  'LDAP_CA',
  'LDAP_PRIVILEGED_GROUPS',
  'LDAP_DEFAULT_POLICY',
  'LDAP_STAMP_ATTRIBUTE',
  'LDAP_SINGLE_SERVER',
  'AUDIT_DATABASE',
]

/** SQLite's own word for a database that is in no file. */
const inMemory = ':memory:'

/**
 * Reads what the environment says of a directory.
 *
 * @returns `undefined` where the environment says nothing of a directory, or where something is
 *   wrong, which is then in `problems`.
 */
export function readDirectory(
  environment: Environment,
  problems: string[],
  warnings: string[],
): DirectorySettings | undefined {
  const get = (name: string) => environment[name] || undefined
  if (environment['LDAP_URL'] === undefined) {
    const alone = besideUrl.filter((name) => get(name) !== undefined)
    if (alone.length > 0) problems.push(words.besideUrl(alone))
    return undefined
  }
  const before = problems.length
  for (const [name, why] of Object.entries(words.doesNotFit))
    if (get(name) !== undefined) problems.push(why)
  const required = (name: string, what: string): string => {
    const value = get(name)
    if (value === undefined) problems.push(words.required(name, what))
    return value ?? ''
  }
  const urls = readUrls(environment['LDAP_URL'], problems)
  const baseDn = required('LDAP_BASE_DN', words.baseDn)
  const bindDn = required('LDAP_BIND_DN', words.bindDn)
  const bindPassword = readBindPassword(
    get('LDAP_BIND_PASSWORD'),
    get('LDAP_BIND_PASSWORD_FILE'),
    problems,
  )
  const product = readProduct(get('LDAP_DIALECT'), problems)
  const privilegedGroups = readGroups(get('LDAP_PRIVILEGED_GROUPS'), product, problems)
  const [defaultPolicy, stampAttribute] = [get('LDAP_DEFAULT_POLICY'), get('LDAP_STAMP_ATTRIBUTE')]
  if (product === 'active-directory' && defaultPolicy !== undefined)
    problems.push(words.policyOnActiveDirectory)
  if (product !== undefined && product !== 'active-directory' && stampAttribute !== undefined)
    problems.push(words.stampElsewhere)
  if (product === 'openldap' && defaultPolicy === undefined) warnings.push(words.policyMissing)
  const singleServer = readFlag(environment, 'LDAP_SINGLE_SERVER', problems) ?? false
  const audit = required('AUDIT_DATABASE', words.auditDatabase)
  if (audit === inMemory) warnings.push(words.trailInMemory)
  if (product === undefined || bindPassword === undefined || problems.length > before)
    return undefined
  const auditPath = audit === inMemory ? undefined : audit
  return {
    product,
    urls,
    baseDn,
    bindDn,
    bindPassword,
    privilegedGroups,
    defaultPolicy,
    stampAttribute,
    singleServer,
    auditPath,
    caPath: get('LDAP_CA'),
  }
}

function readUrls(text: string, problems: string[]): readonly string[] {
  const urls = text.split(/[\s,]+/).filter((url) => url !== '')
  if (urls.length === 0) problems.push(words.urlEmpty)
  // The address is not repeated: somebody may have put a password into it.
  if (!urls.every(isServer)) problems.push(words.urlMalformed)
  return urls
}

function isServer(url: string): boolean {
  if (!/^ldaps?:/i.test(url) || !URL.canParse(url)) return false
  const { hostname, username, password, pathname, search, hash } = new URL(url)
  return (
    hostname !== '' &&
    username === '' &&
    password === '' &&
    ['', '/'].includes(pathname) &&
    search === '' &&
    hash === ''
  )
}

function readBindPassword(
  value: string | undefined,
  path: string | undefined,
  problems: string[],
): DirectorySettings['bindPassword'] | undefined {
  if (value !== undefined && path !== undefined) problems.push(words.bindPasswordTwice)
  if (value !== undefined) return { value }
  if (path !== undefined) return { path }
  problems.push(words.bindPasswordMissing)
  return undefined
}

function readProduct(text: string | undefined, problems: string[]): DirectoryProduct | undefined {
  const product = directoryProducts.find((name) => name === text)
  if (product === undefined) problems.push(words.product(directoryProducts))
  return product
}

/**
 * Semicolons separate the DNs: a DN holds commas, and a semicolon in a DN is escaped (RFC 4514,
 * section 2.4).
 */
function readGroups(
  text: string | undefined,
  product: DirectoryProduct | undefined,
  problems: string[],
): DirectorySettings['privilegedGroups'] {
  if (text === 'none') return 'none'
  const groups = (text ?? '')
    .split(/(?<!\\);/)
    .map((dn) => dn.trim())
    .filter((dn) => dn !== '')
  if (groups.length === 0 && product !== undefined && product !== 'active-directory')
    problems.push(words.privilegedGroups)
  return groups
}
