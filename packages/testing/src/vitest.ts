import { describe, it } from 'vitest'
import { missingFor, type ServerName } from './process/required-servers.ts'

/**
 * `describe` for tests that need real servers.
 *
 * Where one is missing the tests are skipped under a title that says what to install; with
 * `CI=true` in the environment they fail instead, because a run without them proves nothing.
 */
export function describeWithServer(
  servers: ServerName | readonly ServerName[],
  title: string,
  tests: () => void,
): void {
  const missing = (typeof servers === 'string' ? [servers] : servers).flatMap(
    (server) => missingFor(server) ?? [],
  )
  if (missing.length === 0) {
    describe(title, tests)
  } else if (process.env['CI'] === 'true') {
    describe(title, () => {
      it('finds the servers that it needs', () => {
        throw new Error(missing.join('; '))
      })
    })
  } else {
    describe.skip(`${title} [skipped: ${missing.join('; ')}]`, tests)
  }
}
