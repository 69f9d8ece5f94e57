import { ForceResetError } from '@force-reset/core'
import { auditEnvironment } from '@force-reset/http/environment'
import { greeting } from './greeting.ts'
import { ConfigurationError } from './settings/configuration-error.ts'
import { inVariables } from './settings/option-variables.ts'
import { readSettings } from './settings/settings.ts'
import { startConsole } from './start-console.ts'
import { administratorWords } from './words/administrator.ts'

const words = administratorWords.failures

const read = readSettings(process.env)
// From here on no crash report and no child process finds the passwords in the environment.
for (const name of ['OPERATOR_PASSWORD', 'LDAP_BIND_PASSWORD']) delete process.env[name]

if (read.ok) await run(read)
else fail(read.problems)

async function run({ settings, warnings }: Extract<typeof read, { ok: true }>): Promise<void> {
  for (const warning of warnings) console.error(warning)
  // A demonstration with sample accounts has no secrets.
  if (settings.users.in !== 'samples')
    // The console shows no error of a framework, whatever NODE_ENV is.
    for (const { key, message } of auditEnvironment(process))
      if (key !== 'not_production') console.error(message)
  try {
    const running = await startConsole(settings, { log: (line) => console.error(line) })
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => void running.close())
    process.stdout.write(greeting(running, settings))
  } catch (error) {
    fail([reasonOf(error)])
  }
}

/** Why the console could not start: our own words, or a code such as EADDRINUSE. */
function reasonOf(error: unknown): string {
  if (error instanceof ConfigurationError) return error.message
  if (error instanceof ForceResetError) return inVariables(error.message)
  if (error instanceof Error && 'code' in error) return words.start(String(error.code))
  return words.start(error instanceof Error ? error.name : words.unknown)
}

function fail(problems: readonly string[]): void {
  for (const problem of problems) console.error(problem)
  process.exitCode = 1
}
