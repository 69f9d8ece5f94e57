import { afterAll, beforeAll, describe, it } from 'vitest'
import { type LeakWatch, watchLeaks } from './process/leak-check.ts'
import { missingFor, type ServerName } from './process/required-servers.ts'
import { missingForMounts } from './process/small-disk.ts'

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
  describeUnless(missing.length === 0 ? undefined : missing.join('; '), title, tests)
}

/** The tests, or why they cannot run: a skip, and a failure with `CI=true`. */
function describeUnless(missing: string | undefined, title: string, tests: () => void): void {
  if (missing === undefined) {
    describe(title, tests)
  } else if (process.env['CI'] === 'true') {
    describe(title, () => {
      it('finds what it needs', () => {
        throw new Error(missing)
      })
    })
  } else {
    describe.skip(`${title} [skipped: ${missing}]`, tests)
  }
}

/**
 * `describe` for tests that mount file systems.
 *
 * Where this process may not, the tests are skipped, and the title says why. With `CI=true` they
 * fail instead.
 */
export function describeWithMounts(title: string, tests: () => void): void {
  describeUnless(missingForMounts(), title, tests)
}

/**
 * Lets a file of tests fail that leaves something behind: a rejection that nobody handles, a
 * socket, a timer or an open file. To be called once at the top of the file, before its own hooks.
 *
 * @example
 * leakCheck()
 */
export function leakCheck(): void {
  let watch: LeakWatch | undefined
  beforeAll(() => {
    watch = watchLeaks()
  })
  afterAll(async () => {
    const left = (await watch?.stop()) ?? []
    if (left.length > 0) throw new Error(`The tests leave behind: ${left.join('; ')}.`)
  })
}
