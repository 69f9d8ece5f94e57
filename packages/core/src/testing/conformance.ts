import { markSuite } from './conformance-marks.ts'
import { portSuite } from './conformance-port.ts'
import { readingSuite } from './conformance-reading.ts'
import { competingSuite, refusingSuite, resettingSuite } from './conformance-reset.ts'
import type { ConformanceSubject, It } from './conformance-subject.ts'

/** The functions of a test runner that the suite needs. Those of vitest, node:test and Jest fit. */
export interface ConformanceRunner {
  describe(name: string, body: () => void): void
  it(name: string, body: () => Promise<void>): void
}

/**
 * The behaviour that every store has to have, as one suite. The suite holds a store to the
 * capabilities that the store declares, and demands nothing beyond them.
 *
 * @param create - Called once for every test: a fresh subject each time.
 * @example
 * userStoreConformance({ describe, it }, 'my store', async () => mySubject())
 */
export function userStoreConformance(
  runner: ConformanceRunner,
  name: string,
  create: () => Promise<ConformanceSubject>,
): void {
  const { describe } = runner
  const it: It = (title, body) => {
    runner.it(title, async () => {
      const subject = await create()
      try {
        await body(subject)
      } finally {
        await subject.close?.()
      }
    })
  }

  describe(`${name} conforms to UserStore`, () => {
    describe('reading', () => readingSuite(it))
    describe('resetting', () => resettingSuite(it))
    describe('refusing', () => refusingSuite(it))
    describe('competing resets', () => competingSuite(it))
    describe('preparing and writing', () => portSuite(it))
    describe('marks', () => markSuite(it))
  })
}
