import { missingFor } from '@force-reset/testing'
import { directoryGreeting } from './demo/directory-greeting.ts'
import {
  environmentFor,
  type SampleDirectory,
  sampleDirectories,
} from './demo/sample-directories.ts'
import { randomOperator } from './settings/operator-credentials.ts'
import { readSettings } from './settings/settings.ts'
import { startConsole } from './start-console.ts'
import { demonstrationWords as words } from './words/demonstration.ts'

// Runs the console on a throwaway directory: `try-directory.ts openldap`, `ad` or `389ds`.
const name = process.argv[2] ?? ''
const directory: SampleDirectory | undefined = Object.entries(sampleDirectories).find(
  ([known]) => known === name,
)?.[1]
const missing = directory && missingFor(directory.needs)

if (directory === undefined) fail([words.unknown(name, Object.keys(sampleDirectories))])
else if (missing !== undefined) fail([words.cannotStart(directory.title, missing)])
else await run(directory)

async function run(directory: SampleDirectory): Promise<void> {
  console.error(words.starting(directory.title))
  try {
    // The directory ends with this process, so a signal before the console listens needs no care.
    await using server = await directory.start()
    const { OPERATOR_USERNAME, OPERATOR_PASSWORD, ...surroundings } = process.env
    const operator = OPERATOR_USERNAME && OPERATOR_PASSWORD ? undefined : randomOperator()
    const read = readSettings({
      AUDIT_DATABASE: ':memory:',
      ...surroundings,
      OPERATOR_USERNAME: operator?.username ?? OPERATOR_USERNAME,
      OPERATOR_PASSWORD: operator?.password ?? OPERATOR_PASSWORD,
      ...environmentFor(directory, server),
    })
    if (!read.ok) return fail(read.problems)
    for (const warning of read.warnings) console.error(warning)
    const running = await startConsole(read.settings, { log: (line) => console.error(line) })
    const stopped = Promise.withResolvers<void>()
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => stopped.resolve())
    process.stdout.write(directoryGreeting({ origin: running.origin, operator, directory, server }))
    await stopped.promise
    await running.close()
  } catch (error) {
    // Everything here is thrown away, so a message of a driver may be shown too.
    fail([error instanceof Error ? error.message : words.notStarted])
  }
}

function fail(problems: readonly string[]): void {
  for (const problem of problems) console.error(problem)
  process.exitCode = 1
}
