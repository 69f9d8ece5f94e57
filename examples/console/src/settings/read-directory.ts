import { type Environment, readFlag } from './read-flag.ts'
import { type DirectoryProduct, type DirectorySettings, directoryProducts } from './users-source.ts'

/** Variables that mean something beside `LDAP_URL` only. */
const besideUrl = [
  ...[
    'LDAP_BASE_DN',
    'LDAP_BIND_DN',
    'LDAP_BIND_PASSWORD',
    'LDAP_BIND_PASSWORD_FILE',
    'LDAP_DIALECT',
    'LDAP_CA',
  ],
  ...[
    'LDAP_PRIVILEGED_GROUPS',
    'LDAP_DEFAULT_POLICY',
    'LDAP_STAMP_ATTRIBUTE',
    'LDAP_SINGLE_SERVER',
    'AUDIT_DATABASE',
  ],
]

/** Variables that mean nothing on a directory, and why. */
const notOnDirectory: Readonly<Record<string, string>> = {
  DATABASE_URL:
    'DATABASE_URL and LDAP_URL are both set: the users are either in a database or in a directory. Leave one of them out.',
  CONSOLE_CONFIG:
    'CONSOLE_CONFIG describes the tables of a database and does not fit LDAP_URL. Leave it out.',
  USER_PAGES:
    'USER_PAGES does not fit LDAP_URL: users of a directory sign in where they always do. Leave it out.',
  TEMPORARY_PASSWORD_HOURS:
    'TEMPORARY_PASSWORD_HOURS does not fit LDAP_URL: no temporary password expires by it there. Leave it out, and use the password policy of the directory.',
}

/** SQLite's own word for a database that is in no file. */
const inMemory = ':memory:'

/**
 * Reads what the environment says of a directory;
 * `undefined` where it says nothing of one, or something is wrong with it, which is then in `problems`.
 */
export function readDirectory(
  environment: Environment,
  problems: string[],
  warnings: string[],
): DirectorySettings | undefined {
  const get = (name: string) => environment[name] || undefined
  if (environment['LDAP_URL'] === undefined) {
    const alone = besideUrl.filter((name) => get(name) !== undefined)
    if (alone.length > 0)
      problems.push(
        `${alone.join(' and ')} ${alone.length === 1 ? 'belongs' : 'belong'} to a directory: set LDAP_URL too.`,
      )
    return undefined
  }
  const before = problems.length
  for (const [name, words] of Object.entries(notOnDirectory))
    if (get(name) !== undefined) problems.push(words)
  const required = (name: string, what: string): string => {
    const value = get(name)
    if (value === undefined) problems.push(`${name} has to be set beside LDAP_URL: ${what}.`)
    return value ?? ''
  }
  const urls = readUrls(environment['LDAP_URL'], problems)
  const baseDn = required('LDAP_BASE_DN', 'the DN at and below which users are found')
  const bindDn = required('LDAP_BIND_DN', 'the account that resets passwords')
  const bindPassword = readBindPassword(
    get('LDAP_BIND_PASSWORD'),
    get('LDAP_BIND_PASSWORD_FILE'),
    problems,
  )
  const product = readProduct(get('LDAP_DIALECT'), problems)
  const privilegedGroups = readGroups(get('LDAP_PRIVILEGED_GROUPS'), product, problems)
  const [defaultPolicy, stampAttribute] = [get('LDAP_DEFAULT_POLICY'), get('LDAP_STAMP_ATTRIBUTE')]
  if (product === 'active-directory' && defaultPolicy !== undefined)
    problems.push(
      'LDAP_DEFAULT_POLICY does not fit active-directory, where the policy of each account is found by itself. Leave it out.',
    )
  if (product !== undefined && product !== 'active-directory' && stampAttribute !== undefined)
    problems.push('LDAP_STAMP_ATTRIBUTE fits active-directory only. Leave it out.')
  if (product === 'openldap' && defaultPolicy === undefined)
    warnings.push(
      'LDAP_DEFAULT_POLICY is not set: only accounts that name a password policy of their own can be reset. Set it to the ppolicy_default of the server.',
    )
  const singleServer = readFlag(environment, 'LDAP_SINGLE_SERVER', problems) ?? false
  const audit = required(
    'AUDIT_DATABASE',
    'the SQLite file of the audit trail, which is created when it is missing',
  )
  if (audit === inMemory)
    warnings.push('AUDIT_DATABASE is :memory:, so the audit trail is lost when the console stops.')
  if (product === undefined || bindPassword === undefined || problems.length > before)
    return undefined
  const auditPath = audit === inMemory ? undefined : audit
  return {
    ...{
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
    },
    caPath: get('LDAP_CA'),
  }
}

function readUrls(text: string, problems: string[]): readonly string[] {
  const urls = text.split(/[\s,]+/).filter((url) => url !== '')
  if (urls.length === 0)
    problems.push('LDAP_URL is set, but empty. Leave it out for sample accounts.')
  // The address is not repeated: somebody may have put a password into it.
  if (!urls.every(isServer))
    problems.push(
      'LDAP_URL has to be ldaps://host[:port], or ldap://host[:port] for StartTLS, and nothing else; several are separated by commas.',
    )
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
  if (value !== undefined && path !== undefined)
    problems.push(
      'LDAP_BIND_PASSWORD and LDAP_BIND_PASSWORD_FILE are both set. Leave one of them out.',
    )
  if (value !== undefined) return { value }
  if (path !== undefined) return { path }
  problems.push('LDAP_BIND_PASSWORD_FILE or LDAP_BIND_PASSWORD has to be set beside LDAP_URL.')
  return undefined
}

function readProduct(text: string | undefined, problems: string[]): DirectoryProduct | undefined {
  const product = directoryProducts.find((name) => name === text)
  if (product === undefined)
    problems.push(`LDAP_DIALECT has to be ${directoryProducts.join(', ')}.`)
  return product
}

/**
 * DNs hold commas, and a semicolon in one is escaped (RFC 4514, section 2.4): so they are separated
 * by semicolons.
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
    problems.push(
      'LDAP_PRIVILEGED_GROUPS has to name the groups whose members are not reset here, as DNs separated by semicolons; or none, if there are none.',
    )
  return groups
}
