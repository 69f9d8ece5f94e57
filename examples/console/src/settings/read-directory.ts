import { factsProblem } from '@force-reset/core/store'
import { administratorWords } from '../words/administrator.ts'
import { type Environment, readFlag } from './read-flag.ts'
import {
  type AttributeTest,
  type DirectoryProduct,
  type DirectorySettings,
  directoryProducts,
} from './users-source.ts'
import { directoryVariables, type Variable } from './variables.ts'

const words = administratorWords.directory

/**
 * The products on which a variable means something, where that is not each of them. About
 * `LDAP_DEFAULT_POLICY` there is more to say.
 */
const onlyOn: Partial<Record<Variable, readonly DirectoryProduct[]>> = {
  LDAP_ABSENT_MEMBERS: ['openldap', '389-ds'],
  LDAP_SIGNS_IN_ELSEWHERE: ['openldap', '389-ds'],
  LDAP_OTHER_HASHES: ['openldap', '389-ds'],
  LDAP_THROWAWAY_ACCOUNT: ['openldap'],
  LDAP_SHADOW_LAST_CHANGE: ['openldap'],
  LDAP_ID_ATTRIBUTE: ['389-ds'],
  LDAP_STAMP_ATTRIBUTE: ['active-directory'],
  LDAP_RESET_SERVICE_ACCOUNTS: ['active-directory'],
  LDAP_RESET_FORMER_ADMINISTRATORS: ['active-directory'],
}

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
  const get = (name: Variable) => environment[name] || undefined
  if (environment['LDAP_URL'] === undefined) {
    const alone = directoryVariables.filter((name) => get(name) !== undefined)
    if (alone.length > 0) problems.push(words.besideUrl(alone))
    return undefined
  }
  const before = problems.length
  for (const [name, why] of Object.entries(words.doesNotFit))
    if (environment[name]) problems.push(why)
  const required = (name: Variable, what: string): string => {
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
  const defaultPolicy = get('LDAP_DEFAULT_POLICY')
  if (product === 'active-directory' && defaultPolicy !== undefined)
    problems.push(words.policyOnActiveDirectory)
  if (product !== undefined) problems.push(...misfits(get, product))
  if (product === 'openldap' && defaultPolicy === undefined) warnings.push(words.policyMissing)
  const flag = (name: Variable) => readFlag(environment, name, problems)
  const choice = <T extends string>(name: Variable, choices: readonly T[]) =>
    readChoice(name, get(name), choices, problems)
  const tests = (name: Variable) => readTests(name, get(name), problems)
  const further = {
    privilegedAccounts: listOf(get('LDAP_PRIVILEGED_ACCOUNTS')),
    privilegedWhere: tests('LDAP_PRIVILEGED_WHERE'),
    suspendedWhere: tests('LDAP_SUSPENDED_WHERE'),
    signsInElsewhere: tests('LDAP_SIGNS_IN_ELSEWHERE'),
    absentMembers: listOf(get('LDAP_ABSENT_MEMBERS')),
    otherHashes: choice('LDAP_OTHER_HASHES', ['refuse', 'survive', 'renewed']),
    resetServiceAccounts: flag('LDAP_RESET_SERVICE_ACCOUNTS'),
    resetFormerAdministrators: flag('LDAP_RESET_FORMER_ADMINISTRATORS'),
    throwawayAccount: get('LDAP_THROWAWAY_ACCOUNT'),
    shadowLastChange: flag('LDAP_SHADOW_LAST_CHANGE'),
    unlock: flag('LDAP_UNLOCK'),
    userFilter: get('LDAP_USER_FILTER'),
    idAttribute: choice('LDAP_ID_ATTRIBUTE', ['nsUniqueId', 'entryUUID', 'ipaUniqueID']),
    usernameAttribute: get('LDAP_USERNAME_ATTRIBUTE'),
    emailAttribute: get('LDAP_EMAIL_ATTRIBUTE'),
    nameAttributes: wordsIn(get('LDAP_NAME_ATTRIBUTES')),
    searchAttributes: wordsIn(get('LDAP_SEARCH_ATTRIBUTES')),
    searchMode: choice('LDAP_SEARCH_MODE', ['prefix', 'substring']),
    facts: readFacts(get('LDAP_FACTS'), problems),
    moments: flag('LDAP_MOMENTS'),
    tlsName: get('LDAP_CERTIFICATE_NAME'),
  } satisfies Partial<DirectorySettings>
  const singleServer = flag('LDAP_SINGLE_SERVER') ?? false
  const audit = required('AUDIT_DATABASE', words.auditDatabase)
  if (audit === inMemory) warnings.push(words.trailInMemory)
  if (product === undefined || bindPassword === undefined || problems.length > before)
    return undefined
  const auditPath = audit === inMemory ? undefined : audit
  return {
    ...further,
    product,
    urls,
    baseDn,
    bindDn,
    bindPassword,
    privilegedGroups,
    defaultPolicy,
    stampAttribute: get('LDAP_STAMP_ATTRIBUTE'),
    singleServer,
    auditPath,
    caPath: get('LDAP_CA'),
  }
}

function readUrls(text: string, problems: string[]): readonly string[] {
  const urls = wordsIn(text) ?? []
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

function readGroups(
  text: string | undefined,
  product: DirectoryProduct | undefined,
  problems: string[],
): DirectorySettings['privilegedGroups'] {
  if (text === 'none') return 'none'
  const groups = listOf(text) ?? []
  if (groups.length === 0 && product !== undefined && product !== 'active-directory')
    problems.push(words.privilegedGroups)
  return groups
}

/** Variables that are set and mean nothing on this product. */
function misfits(
  get: (name: Variable) => string | undefined,
  product: DirectoryProduct,
): readonly string[] {
  return directoryVariables.flatMap((name) => {
    const products = onlyOn[name]
    const fits = products === undefined || products.includes(product) || get(name) === undefined
    return fits ? [] : [words.fitsOnly(name, products)]
  })
}

/**
 * Semicolons separate the entries: a DN holds commas, and a semicolon in a DN is escaped (RFC 4514,
 * section 2.4). `undefined` where there is no entry.
 */
function listOf(text = ''): readonly string[] | undefined {
  return filled(text.split(/(?<!\\);/).map((entry) => entry.trim()))
}

function wordsIn(text = ''): readonly string[] | undefined {
  return filled(text.split(/[\s,]+/))
}

function filled(entries: readonly string[]): readonly string[] | undefined {
  const present = entries.filter((entry) => entry !== '')
  return present.length > 0 ? present : undefined
}

/** Each test is `attribute=value`, or `attribute=*` for any value. */
function readTests(
  name: Variable,
  text: string | undefined,
  problems: string[],
): readonly AttributeTest[] | undefined {
  return listOf(text)?.flatMap((test) => {
    const [, attribute, value] = /^([a-z][a-z0-9;-]*)\s*=\s*(.+)$/i.exec(test) ?? []
    if (attribute !== undefined) return [{ attribute, value: value === '*' ? undefined : value }]
    problems.push(words.tests(name))
    return []
  })
}

/** Each fact is `name=attribute`. */
function readFacts(
  text: string | undefined,
  problems: string[],
): DirectorySettings['facts'] | undefined {
  const read = listOf(text)?.map((fact) => /^([^=]*[^=\s])\s*=\s*([a-z][a-z0-9;-]*)$/i.exec(fact))
  const facts = Object.fromEntries(read?.map((match) => [match?.[1] ?? '', match?.[2] ?? '']) ?? [])
  if (read === undefined) return undefined
  if (factsProblem(facts) === undefined && Object.keys(facts).length === read.length) return facts
  problems.push(words.facts)
  return undefined
}

function readChoice<T extends string>(
  name: Variable,
  text: string | undefined,
  choices: readonly T[],
  problems: string[],
): T | undefined {
  const chosen = choices.find((one) => one === text)
  if (chosen === undefined && text !== undefined) problems.push(words.choice(name, choices))
  return chosen
}
