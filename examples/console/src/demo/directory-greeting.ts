import type { DirectoryServer } from '@force-reset/testing'
import type { OperatorCredentials } from '../settings/operator-credentials.ts'
import type { SampleDirectory } from './sample-directories.ts'

/** The parts of the greeting of a console on a throwaway directory. */
export interface DirectoryGreeting {
  readonly origin: string
  /** `undefined`: from the environment, so not printed. */
  readonly operator: OperatorCredentials | undefined
  readonly directory: SampleDirectory
  readonly server: DirectoryServer
}

/**
 * The text that is printed once the console on a throwaway directory answers. No password in the
 * text outlives the directory.
 */
export function directoryGreeting({
  origin,
  operator,
  directory,
  server,
}: DirectoryGreeting): string {
  const { username, password } = server.user('active')
  const checks = directory
    .checks(server)
    .flatMap(({ command, answers }) => [
      '',
      `  ${command}`,
      ...answers.map((answer) => `      ${answer}`),
    ])
  const lines = [
    '',
    `Operator Console on a throwaway ${directory.title}, with sample users: ` +
      'all of it is gone when it stops.',
    '',
    `Console         ${origin}/console`,
    `  Username      ${operator?.username ?? 'from OPERATOR_USERNAME'}`,
    `  Password      ${operator?.password ?? 'from OPERATOR_PASSWORD'}`,
    '',
    `Directory       ${server.url}, process ${server.pid}, in ${server.folder}`,
    `  Resets as     ${server.operator.dn}`,
    `  Sample user   ${username}`,
    `  Password      ${password}  (until you reset it)`,
    '',
    'See for yourself, in another terminal; each asks for the password:',
    ...checks,
    '',
    'Ctrl+C stops both.',
    '',
  ]
  return lines.join('\n')
}
