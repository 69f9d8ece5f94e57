import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { mustRun, runTool, type ToolResult } from '../process/run-tool.ts'
import { type LdifEntry, parseLdif } from './ldif.ts'

/** A DN and the password with which it binds. */
export interface BindCredentials {
  readonly dn: string
  readonly password: string
}

/** The server to which OpenLDAP's command line tools connect. */
export interface LdapToolTarget {
  /** An `ldaps://` address, or an `ldap://` one for StartTLS. */
  readonly url: string
  /** File with the certificate authority. */
  readonly caFile: string
  /** Folder of mode 0700 for files with passwords. */
  readonly folder: string
  /** `false` sends everything in clear to an `ldap://` address. Default `true`. */
  readonly startTls?: boolean | undefined
  /** `false` for a server whose certificate has a fault on purpose. Default `true`. */
  readonly verify?: boolean | undefined
}

/** A search. */
export interface LdapSearch {
  readonly base: string
  /** Default `sub`. */
  readonly scope?: 'base' | 'one' | 'sub' | undefined
  /** Default `(objectClass=*)`. */
  readonly filter?: string | undefined
  /** Default `*` and `+`: all attributes, operational attributes included. */
  readonly attributes?: readonly string[] | undefined
  /** As after `-E`: `1.2.840.113556.1.4.417` shows deleted objects on Active Directory. */
  readonly extensions?: readonly string[] | undefined
}

/** LDAP result (RFC 4511, section 4.1.9) of a bind by `ldapwhoami`. */
export interface BindAnswer {
  readonly result: number
  /** The output of the tool: diagnostic message and password policy state, never a password. */
  readonly said: string
}

/** No configuration file of a user or of the system is read. */
function environment(target: LdapToolTarget): Record<string, string> {
  return {
    HOME: '/nonexistent',
    LDAPCONF: '/dev/null',
    LDAPTLS_CACERT: target.caFile,
    LDAPTLS_REQCERT: target.verify === false ? 'never' : 'demand',
  }
}

function connection(target: LdapToolTarget, dn: string, passwordFile: string): string[] {
  const startTls = target.url.startsWith('ldap:') && target.startTls !== false
  return ['-x', '-H', target.url, ...(startTls ? ['-ZZ'] : []), '-D', dn, '-y', passwordFile]
}

/**
 * Writes a password into a file that only this user can read, and removes the file after `use`.
 * Others on the machine can see arguments and environments.
 */
export async function withSecretFile<T>(
  folder: string,
  secret: string,
  use: (file: string) => Promise<T>,
): Promise<T> {
  const file = join(folder, `${crypto.randomUUID()}.secret`)
  await writeFile(file, secret, { mode: 0o600 })
  try {
    return await use(file)
  } finally {
    await rm(file, { force: true })
  }
}

/** Binds with `ldapwhoami -e ppolicy` and returns the result, good or bad. */
export async function ldapBind(
  target: LdapToolTarget,
  { dn, password }: BindCredentials,
): Promise<BindAnswer> {
  const outcome = await withSecretFile(target.folder, password, (file) =>
    runTool('ldapwhoami', [...connection(target, dn, file), '-e', 'ppolicy'], {
      env: environment(target),
    }),
  )
  return { result: resultOf(outcome), said: outcome.stderr.toString() }
}

/**
 * The result of the bind, from `ldap_bind: Invalid credentials (49)`. A server without the
 * operation "Who am I" (RFC 4532) complains about that only after a good bind.
 */
function resultOf({ status, stderr }: ToolResult): number {
  const said = stderr.toString()
  const named = /^ldap_bind: [^\n(]*\((-?\d+)\)/m.exec(said)?.[1]
  if (named !== undefined) return Number(named)
  return said.startsWith('ldap_parse_result:') ? 0 : status
}

/** Searches with `ldapsearch`. A base that does not exist has no entries. */
export async function ldapSearch(
  target: LdapToolTarget,
  credentials: BindCredentials,
  search: LdapSearch,
): Promise<LdifEntry[]> {
  const args = [
    '-LLL',
    '-o',
    'ldif-wrap=no',
    ...(search.extensions ?? []).flatMap((extension) => ['-E', extension]),
    '-b',
    search.base,
    '-s',
    search.scope ?? 'sub',
    search.filter ?? '(objectClass=*)',
    ...(search.attributes ?? ['*', '+']),
  ]
  const outcome = await withSecretFile(target.folder, credentials.password, (file) =>
    runTool('ldapsearch', [...connection(target, credentials.dn, file), ...args], {
      env: environment(target),
    }),
  )
  if (outcome.status === noSuchObject) return []
  if (outcome.status !== 0)
    throw new Error(
      `ldapsearch ended with status ${outcome.status}: ${outcome.stderr.toString().trim()}`,
    )
  return parseLdif(outcome.stdout.toString())
}

const noSuchObject = 32

/** Applies LDIF changes with `ldapmodify`; records without `changetype` are added. */
export async function ldapModify(
  target: LdapToolTarget,
  credentials: BindCredentials,
  ldif: string,
): Promise<void> {
  await withSecretFile(target.folder, credentials.password, (file) =>
    mustRun('ldapmodify', [...connection(target, credentials.dn, file), '-a'], {
      input: ldif,
      env: environment(target),
    }),
  )
}

/** As {@link ldapModify}, but returns the exit status, which is the LDAP result of a failure. */
export async function ldapTryModify(
  target: LdapToolTarget,
  credentials: BindCredentials,
  ldif: string,
): Promise<number> {
  const outcome = await withSecretFile(target.folder, credentials.password, (file) =>
    runTool('ldapmodify', [...connection(target, credentials.dn, file), '-a'], {
      input: ldif,
      env: environment(target),
    }),
  )
  return outcome.status
}

/** Changes somebody's own password with `ldappasswd` (RFC 3062). */
export function ldapPasswd(
  target: LdapToolTarget,
  { dn, password }: BindCredentials,
  newPassword: string,
): Promise<'ok' | 'refused'> {
  return withSecretFile(target.folder, password, (file) =>
    withSecretFile(target.folder, newPassword, async (newFile) => {
      const args = [...connection(target, dn, file), '-T', newFile]
      const outcome = await runTool('ldappasswd', args, { env: environment(target) })
      return outcome.status === 0 ? 'ok' : 'refused'
    }),
  )
}

/** Sets somebody else's password with `ldappasswd` (RFC 3062) and returns the LDAP result. */
export function ldapReset(
  target: LdapToolTarget,
  serviceAccount: BindCredentials,
  dn: string,
  newPassword: string,
): Promise<number> {
  return withSecretFile(target.folder, serviceAccount.password, (file) =>
    withSecretFile(target.folder, newPassword, async (newFile) => {
      const args = [...connection(target, serviceAccount.dn, file), '-T', newFile, dn]
      const { status, stdout, stderr } = await runTool('ldappasswd', args, {
        env: environment(target),
      })
      // The exit status is 1 for every refusal.
      const named = /^Result: [^\n(]*\((\d+)\)/m.exec(`${stdout}\n${stderr}`)?.[1]
      return named === undefined ? status : Number(named)
    }),
  )
}
