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

/**
 * `describe` for tests that mount file systems.
 *
 * Where this process may not, the tests are skipped, and the title says why. That is so with
 * `CI=true`, too: many containers may not mount, and no package helps there.
 */
export function describeWithMounts(title: string, tests: () => void): void {
  const missing = missingForMounts()
  if (missing === undefined) describe(title, tests)
  else describe.skip(`${title} [skipped: ${missing}]`, tests)
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
