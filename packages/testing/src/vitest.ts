import { describe, it } from 'vitest'
import { missingFor, type ServerName } from './process/required-servers.ts'

/**
 * `describe` for tests that need real servers, or a browser.
 *
 * Where a server is missing, the tests are skipped. The title then says what to install. With
 * `CI=true` in the environment the tests fail instead, because a run without them proves nothing.
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
