import { administratorWords } from '../words/administrator.ts'
import type { OperatorCredentials } from './operator-credentials.ts'
import { readDirectory } from './read-directory.ts'
import { type Environment, readFlag } from './read-flag.ts'
import type { UsersSource } from './users-source.ts'
import { checkVariables, type Variable } from './variables.ts'

/** A way to identify the caller of a reset. */
export type CallerWay = 'counter' | 'vouch'

/** What the environment says. */
export interface Settings {
  /** `undefined`: the console is switched off. */
  readonly operator: OperatorCredentials | 'random' | undefined
  readonly users: UsersSource
  readonly host: string
  /** `undefined`: 3000, or any free one when that is taken. */
  readonly port: number | undefined
  readonly tls: { readonly certPath: string; readonly keyPath: string } | undefined
  readonly allowInsecureHttp: boolean
  readonly trustProxy: boolean
  /** Whether `/signin` is served, the user's side. */
  readonly userPages: boolean
  /** `undefined`: a directory decides. */
  readonly temporaryPasswordSeconds: number | undefined
  /** Whether a reset needs a reason, or a reason of this pattern. */
  readonly requireReason: boolean | RegExp
  /** How callers can be identified. None: nobody has to be. */
  readonly callerWays: readonly CallerWay[]
  /** Most resets of one operator in ten minutes. */
  readonly resetsPerOperator: number
  /** Most resets of one account in ten minutes. */
  readonly resetsPerAccount: number
  /** The file with the secret, which is made when it is missing. `undefined`: no file. */
  readonly secretPath: string | undefined
}

/** Settings, or what is wrong with the environment, in sentences. */
export type ReadSettings =
  | { readonly ok: true; readonly settings: Settings; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly problems: readonly string[] }

const words = administratorWords.environment
const shortPassword = 15
const secondsPerHour = 3600

/** Reads the environment. Nothing here changes anything. */
export function readSettings(environment: Environment): ReadSettings {
  const problems: string[] = []
  const warnings: string[] = []
  const get = (name: Variable) => environment[name] || undefined
  checkVariables(environment, problems, warnings)

  const certPath = get('TLS_CERT')
  const keyPath = get('TLS_KEY')
  if ((certPath === undefined) !== (keyPath === undefined)) problems.push(words.tlsTogether)
  const tls = certPath !== undefined && keyPath !== undefined ? { certPath, keyPath } : undefined

  const host = get('HOST') ?? '127.0.0.1'
  const allowInsecureHttp = readFlag(environment, 'ALLOW_INSECURE_HTTP', problems) ?? false
  if (!isLoopback(host) && tls === undefined && !allowInsecureHttp)
    problems.push(words.hostNeedsTls(host))

  const users = readUsers(environment, problems, warnings)
  const inDirectory = users.in === 'directory'
  const userPages = (readFlag(environment, 'USER_PAGES', problems) ?? true) && !inDirectory
  const settings: Settings = {
    operator: readOperator(environment, users, warnings),
    users,
    host,
    port: readPort(get('PORT'), problems),
    tls,
    allowInsecureHttp,
    trustProxy: readFlag(environment, 'TRUST_PROXY', problems) ?? false,
    userPages,
    temporaryPasswordSeconds: inDirectory
      ? undefined
      : readHours(get('TEMPORARY_PASSWORD_HOURS'), problems) * secondsPerHour,
    requireReason: readReasonRule(environment, problems),
    callerWays: readCallerWays(get('CALLER_VERIFICATION'), { users, userPages }, problems),
    resetsPerOperator: readCount('RESETS_PER_OPERATOR', get('RESETS_PER_OPERATOR'), 30, problems),
    resetsPerAccount: readCount('RESETS_PER_ACCOUNT', get('RESETS_PER_ACCOUNT'), 5, problems),
    secretPath: get('SECRET_FILE') ?? besideTrail(users),
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, settings, warnings }
}

/** Where the environment is wrong, `problems` says so, and the caller ignores what is returned. */
function readUsers(environment: Environment, problems: string[], warnings: string[]): UsersSource {
  const before = problems.length
  const directory = readDirectory(environment, problems, warnings)
  if (directory !== undefined) return { in: 'directory', directory }
  if (problems.length > before) return { in: 'samples' }
  const path = readDatabasePath(environment['DATABASE_URL'], problems)
  const tableConfigPath = environment['CONSOLE_CONFIG'] || undefined
  if (path !== undefined) return { in: 'database', path, tableConfigPath }
  if (tableConfigPath !== undefined && problems.length === before)
    problems.push(words.configNeedsDatabase)
  return { in: 'samples' }
}

/** Where the secret is by default: beside the database with the audit trail. */
function besideTrail(users: UsersSource): string | undefined {
  switch (users.in) {
    case 'samples':
      return undefined
    case 'database':
      return `${users.path}.key`
    case 'directory': {
      const { auditPath } = users.directory
      return auditPath === undefined ? undefined : `${auditPath}.key`
    }
    default:
      return users satisfies never
  }
}

/** Whether only programs on this machine can reach the address. */
export function isLoopback(host: string): boolean {
  return (
    host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
  )
}

function readOperator(
  environment: Environment,
  users: UsersSource,
  warnings: string[],
): Settings['operator'] {
  const username = environment['OPERATOR_USERNAME']
  const password = environment['OPERATOR_PASSWORD']
  if (username === undefined && password === undefined && users.in === 'samples') return 'random'
  if (!username || !password) {
    warnings.push(words.consoleOff)
    return undefined
  }
  if (password.length < shortPassword) warnings.push(words.shortPassword(shortPassword))
  return { username, password }
}

function readDatabasePath(url: string | undefined, problems: string[]): string | undefined {
  if (url === undefined) return undefined
  if (url === '') {
    problems.push(words.databaseEmpty)
    return undefined
  }
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(url)?.[1]?.toLowerCase()
  if (scheme === undefined) return url
  if (scheme !== 'file' && scheme !== 'sqlite') {
    problems.push(words.databaseScheme(scheme))
    return undefined
  }
  const path = url.slice(scheme.length + 1).replace(/^\/\/(?=\/)/, '')
  try {
    return decodeURIComponent(path)
  } catch {
    problems.push(words.databasePercent)
    return undefined
  }
}

function readPort(text: string | undefined, problems: string[]): number | undefined {
  if (text === undefined) return undefined
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  problems.push(words.port)
  return undefined
}

function readHours(text: string | undefined, problems: string[]): number {
  if (text === undefined) return 24
  const hours = Number(text)
  if (hours > 0 && hours <= 720) return hours
  problems.push(words.hours)
  return 24
}

/** On, off, or a regular expression that a reason has to match. */
function readReasonRule(environment: Environment, problems: string[]): boolean | RegExp {
  const text = environment['REQUIRE_REASON'] ?? ''
  if (/^\w*$/.test(text)) return readFlag(environment, 'REQUIRE_REASON', problems) ?? false
  try {
    return new RegExp(text, 'u')
  } catch {
    problems.push(words.reasonPattern)
    return false
  }
}

/** `counter`, `vouch`, both with a comma between them, or `none`. */
function readCallerWays(
  text: string | undefined,
  { users, userPages }: Pick<Settings, 'users' | 'userPages'>,
  problems: string[],
): readonly CallerWay[] {
  if (text === undefined || text === 'none') return []
  const names = text.split(',').map((name) => name.trim())
  if (!names.every(isCallerWay) || new Set(names).size < names.length) {
    problems.push(words.callerWays)
    return []
  }
  // Whoever vouches signs in on the user's side.
  if (users.in !== 'samples' || (names.includes('vouch') && !userPages))
    problems.push(words.callersOfSamples)
  return names
}

function isCallerWay(name: string): name is CallerWay {
  return name === 'counter' || name === 'vouch'
}

function readCount(
  name: Variable,
  text: string | undefined,
  otherwise: number,
  problems: string[],
): number {
  if (text === undefined) return otherwise
  const count = Number(text)
  if (Number.isInteger(count) && count >= 1 && count <= 10_000) return count
  problems.push(words.count(name))
  return otherwise
}
