import { visibleText } from '@force-reset/core'
import { isLoopback, type Settings } from './settings/settings.ts'
import type { DirectorySettings, UsersSource } from './settings/users-source.ts'
import type { UsersTable } from './settings/users-table.ts'
import type { RunningConsole } from './start-console.ts'
import { administratorWords } from './words/administrator.ts'

const words = administratorWords.greeting

/**
 * The text that is printed once the console answers. The operator's own password is not in it, only
 * a password made up for the demonstration.
 */
export function greeting(running: RunningConsole, settings: Settings): string {
  const { origin, demo, table } = running
  const { operator, userPages } = settings
  if (operator === undefined) return `${words.off(origin)}\n`
  const name = operator === 'random' ? (demo?.operator?.username ?? '') : operator.username
  const lines = [
    '',
    demo ? words.demonstration : words.title,
    '',
    fact(words.console, `${origin}/console`),
    part(words.username, demo?.operator?.username ?? words.from('OPERATOR_USERNAME')),
    part(words.password, demo?.operator?.password ?? words.from('OPERATOR_PASSWORD')),
    part(words.knownAs, words.knownInTrail(visibleText(name))),
    part(words.encryption, words.encrypted[encryptionOf(settings)]),
    '',
    ...usersOf(settings.users, table),
    fact(words.trail, words.trailIn(trailPlace(settings.users))),
    ...listed(words.limits, limitsOf(settings)),
    ...(userPages ? ['', fact(words.userSignIn, `${origin}/signin`)] : []),
    ...(demo && userPages
      ? [
          part(words.sampleUser, demo.user.username),
          part(words.password, `${demo.user.password}  ${words.untilReset}`),
          ...(settings.callerWays.includes('vouch')
            ? [part('', words.vouches(`${origin}/vouch`))]
            : []),
        ]
      : []),
    '',
    words.stop,
    '',
  ]
  return lines.join('\n')
}

function encryptionOf(settings: Settings): keyof typeof words.encrypted {
  if (settings.tls !== undefined) return 'own'
  if (settings.trustProxy) return 'proxy'
  return isLoopback(settings.host) ? 'loopback' : 'none'
}

/** Where the users are, and who is not reset. */
function usersOf(users: UsersSource, table: UsersTable | undefined): readonly string[] {
  if (users.in === 'directory') return directoryLines(users.directory)
  const place = users.in === 'samples' ? words.inMemory : visibleText(users.path)
  if (table === undefined) return [fact(words.users, place)]
  const { privileged } = table
  return [
    fact(words.users, place),
    part(words.table, visibleText(table.table)),
    part(words.notReset, visibleText(protectedInTable(privileged))),
  ]
}

function protectedInTable(privileged: UsersTable['privileged']): string {
  if (privileged === 'none') return words.nobodyInTable
  const { values } = privileged
  return 'column' in privileged
    ? words.values(privileged.column, values)
    : words.values(words.roleIn(privileged.role, privileged.table), values)
}

function directoryLines(directory: DirectorySettings): readonly string[] {
  return [
    fact(words.directory, directory.urls.join(' ')),
    part(words.product, directory.product),
    part(words.baseDn, visibleText(directory.baseDn)),
    part(words.serviceAccount, visibleText(directory.bindDn)),
    part(words.trust, words.authorities(directory.caPath)),
    ...listed(`  ${words.notReset}`, protectedBy(directory).map(visibleText)),
  ]
}

function protectedBy(directory: DirectorySettings): readonly string[] {
  const { product, privilegedGroups, privilegedAccounts = [], privilegedWhere = [] } = directory
  const builtIn = product === 'active-directory' ? [words.builtIn] : []
  const groups = privilegedGroups === 'none' ? [] : words.groups(privilegedGroups)
  const tests = privilegedWhere.map(({ attribute, value = '*' }) =>
    words.values(attribute, [value]),
  )
  const all = [...builtIn, ...groups, ...privilegedAccounts, ...tests]
  return all.length === 0 ? [words.nobody] : all
}

function trailPlace(users: UsersSource): string {
  const path = users.in === 'directory' ? users.directory.auditPath : pathOf(users)
  return path === undefined ? words.inMemory : visibleText(path)
}

function pathOf(users: Exclude<UsersSource, { readonly in: 'directory' }>): string | undefined {
  return users.in === 'database' ? users.path : undefined
}

function limitsOf(settings: Settings): readonly string[] {
  const { requireReason, temporaryPasswordSeconds: seconds } = settings
  const reason = requireReason === true ? 'any' : requireReason === false ? 'none' : 'pattern'
  return [
    words.resets(settings.resetsPerOperator, settings.resetsPerAccount),
    words.reason[reason],
    ...(settings.callerWays.length > 0 ? [words.callers(settings.callerWays.join(', '))] : []),
    seconds === undefined ? words.directoryDecides : words.hours(seconds / 3_600),
  ]
}

/** One fact of several lines. */
function listed(name: string, values: readonly string[]): readonly string[] {
  return values.map((value, i) => fact(i === 0 ? name : '', value))
}

function fact(name: string, value: string): string {
  return `${name.padEnd(16)}${value}`
}

function part(name: string, value: string): string {
  return fact(`  ${name}`, value)
}
