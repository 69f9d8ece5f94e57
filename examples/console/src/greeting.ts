import type { Settings } from './settings/settings.ts'
import type { RunningConsole } from './start-console.ts'
import { administratorWords } from './words/administrator.ts'

const words = administratorWords.greeting

/**
 * The text that is printed once the console answers. The operator's own password is not in it, only
 * a password made up for the demonstration.
 */
export function greeting(running: RunningConsole, settings: Settings): string {
  const { origin, demo } = running
  const { users, userPages } = settings
  if (settings.operator === undefined) return `${words.off(origin)}\n`
  const lines = [
    '',
    demo ? words.demonstration : words.title,
    '',
    fact(words.console, `${origin}/console`),
    part(words.username, demo?.operator?.username ?? words.from('OPERATOR_USERNAME')),
    part(words.password, demo?.operator?.password ?? words.from('OPERATOR_PASSWORD')),
    ...(users.in === 'directory'
      ? ['', fact(words.directory, users.directory.urls.join(' '))]
      : []),
    ...(userPages ? ['', fact(words.userSignIn, `${origin}/signin`)] : []),
    ...(demo && userPages
      ? [
          part(words.sampleUser, demo.user.username),
          part(words.password, `${demo.user.password}  ${words.untilReset}`),
        ]
      : []),
    '',
    words.stop,
    '',
  ]
  return lines.join('\n')
}

function fact(name: string, value: string): string {
  return `${name.padEnd(16)}${value}`
}

function part(name: string, value: string): string {
  return fact(`  ${name}`, value)
}
