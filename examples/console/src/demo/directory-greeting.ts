import type { DirectoryServer } from '@force-reset/testing'
import type { OperatorCredentials } from '../settings/operator-credentials.ts'
import { demonstrationWords } from '../words/demonstration.ts'
import type { SampleDirectory } from './sample-directories.ts'

const words = demonstrationWords.greeting

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
    words.title(directory.title),
    '',
    `Console         ${origin}/console`,
    `  Username      ${operator?.username ?? words.from('OPERATOR_USERNAME')}`,
    `  Password      ${operator?.password ?? words.from('OPERATOR_PASSWORD')}`,
    '',
    `Directory       ${words.place(server)}`,
    words.resetsAs(server.operator.dn),
    words.sampleUser(username),
    `  Password      ${password}  ${words.untilReset}`,
    '',
    words.seeForYourself,
    ...checks,
    '',
    words.stop,
    '',
  ]
  return lines.join('\n')
}
