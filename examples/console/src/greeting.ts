import type { Settings } from './settings/settings.ts'
import type { RunningConsole } from './start-console.ts'

/**
 * What is printed once the console answers. The operator's own password is not in it, only one made
 * up for the demonstration.
 */
export function greeting(running: RunningConsole, settings: Settings): string {
  const { origin, demo } = running
  if (settings.operator === undefined) return `Listening on ${origin}, where everything is 404.\n`
  const user = settings.userPages ? ['', `User’s sign-in  ${origin}/signin`] : []
  const lines = [
    '',
    demo
      ? 'Operator Console with sample accounts, in memory: they are gone when it stops.'
      : 'Operator Console',
    '',
    `Console         ${origin}/console`,
    `  Username      ${demo?.operator?.username ?? 'from OPERATOR_USERNAME'}`,
    `  Password      ${demo?.operator?.password ?? 'from OPERATOR_PASSWORD'}`,
    ...(settings.users.in === 'directory'
      ? ['', `Directory       ${settings.users.directory.urls.join(' ')}`]
      : []),
    ...user,
    ...(demo && settings.userPages
      ? [
          `  Sample user   ${demo.user.username}`,
          `  Password      ${demo.user.password}  (until you reset it)`,
        ]
      : []),
    '',
    'Ctrl+C stops it.',
    '',
  ]
  return lines.join('\n')
}
