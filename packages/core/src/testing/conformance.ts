import { effectSuite } from './conformance-effects.ts'
import { listSuite } from './conformance-list.ts'
import { markSuite } from './conformance-marks.ts'
import { portSuite } from './conformance-port.ts'
import { readingSuite } from './conformance-reading.ts'
import { competingSuite, refusingSuite, resettingSuite } from './conformance-reset.ts'
import type { ConformanceSubject, It, OptionalProbe, Probed, Tests } from './conformance-subject.ts'
import { check } from './conformance-subject.ts'

/** The functions of a test runner that the suite needs. Those of vitest, node:test and Jest fit. */
export interface ConformanceRunner {
  describe(name: string, body: () => void): void
  it(name: string, body: () => Promise<void>): void
}

/** Options of {@link userStoreConformance}. */
export interface ConformanceOptions {
  /**
   * Optional probes that the subject lacks. The title of each test that needs one of them says that
   * the promise is not tested. Default: the subject has all of them.
   */
  readonly without?: readonly OptionalProbe[] | undefined
}

/**
 * The behaviour that every store has to have, as one suite. The suite holds a store to the
 * capabilities that the store declares, and demands nothing beyond them.
 *
 * @param create - Called once for every test: a fresh subject each time.
 * @param options - Says which optional probes the subject lacks.
 * @example
 * userStoreConformance({ describe, it }, 'my store', async () => mySubject(), {
 *   without: ['startSession'],
 * })
 */
export function userStoreConformance(
  runner: ConformanceRunner,
  name: string,
  create: () => Promise<ConformanceSubject>,
  options: ConformanceOptions = {},
): void {
  const { describe } = runner
  const { without = [] } = options
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
  const untested = (probe: OptionalProbe, title: string): void => {
    it(`NOT TESTED without the probe ${probe}: ${title}`, async (subject) => {
      const { unlock, sessions } = subject.store.capabilities
      const needed: Partial<Record<OptionalProbe, boolean>> = {
        lock: unlock,
        startSession: sessions,
      }
      check(needed[probe] !== true, `a store with this ability is tested with ${probe}`)
      check(!has(subject, probe), `the subject lacks ${probe}, as \`without\` says`)
    })
  }
  const itWith: Tests['itWith'] = (probe, title, body) => {
    if (without.includes(probe)) return untested(probe, title)
    it(title, async (subject) => {
      check(has(subject, probe), `the subject has ${probe}, or \`without\` of the suite names it`)
      await body(subject)
    })
  }
  const tests: Tests = { it, itWith }

  describe(`${name} conforms to UserStore`, () => {
    describe('reading', () => readingSuite(tests))
    describe('listing', () => listSuite(tests))
    describe('resetting', () => resettingSuite(tests))
    describe('effects', () => effectSuite(tests))
    describe('refusing', () => refusingSuite(tests))
    describe('competing resets', () => competingSuite(tests))
    describe('preparing and writing', () => portSuite(tests))
    describe('marks', () => markSuite(tests))
  })
}

function has<Probe extends OptionalProbe>(
  subject: ConformanceSubject,
  probe: Probe,
): subject is Probed<Probe> {
  return subject[probe] !== undefined
}
