import { describe, expect, it } from 'vitest'
import { userStoreConformance } from './conformance.ts'
import type { ConformanceSubject, OptionalProbe } from './conformance-subject.ts'
import { memorySubject } from './memory-subject.fixture.ts'
import { endsSessions, listDefects, markDefects, storeDefects } from './store-defects.fixture.ts'

type Test = readonly [title: string, body: () => Promise<void>]

/** The tests of the suite on this subject. */
function testsOn(
  create: () => ConformanceSubject,
  without?: readonly OptionalProbe[],
): readonly Test[] {
  const tests: Test[] = []
  const runner = {
    describe: (_: string, body: () => void) => body(),
    it: (title: string, body: () => Promise<void>) => void tests.push([title, body]),
  }
  userStoreConformance(runner, 'a store', async () => create(), { without })
  return tests
}

/** The titles of the tests that fail. */
async function failuresOf(tests: readonly Test[]): Promise<readonly string[]> {
  const failed: string[] = []
  for (const [title, body] of tests) await body().catch(() => failed.push(title))
  return failed
}

const promises = testsOn(() => memorySubject({})).map(([title]) => title)

it.each(['server', 'sweep', 'none'] as const)(
  'finds nothing wrong with a store that conforms, expiry %s',
  async (expiry) => {
    expect(await failuresOf(testsOn(() => memorySubject({ expiry })))).toEqual([])
    expect(await failuresOf(testsOn(() => memorySubject({ expiry }, endsSessions)))).toEqual([])
  },
)

it.each([...storeDefects, ...listDefects, ...markDefects])(
  'finds a store that $fault',
  async ({ defect, breaks, options = {} }) => {
    const tests = testsOn(() => memorySubject(options, defect))
    expect(await failuresOf(tests.filter(([title]) => title === breaks))).toEqual([breaks])
  },
)

it('has a planted defect for each of its promises', () => {
  const broken = new Set([...storeDefects, ...listDefects, ...markDefects].map((one) => one.breaks))
  expect(promises.filter((title) => !broken.has(title))).toEqual([])
})

describe('a subject without a probe', () => {
  const unlocking = withoutLock(true)
  const needsLock = promises.filter((title) => / lock /.test(title) && !/claims/.test(title))
  const untested = needsLock.map((title) => `NOT TESTED without the probe lock: ${title}`)

  it('fails the tests that need the probe', async () => {
    expect(needsLock).toHaveLength(2)
    expect(await failuresOf(testsOn(() => unlocking))).toEqual(needsLock)
  })
  it('names the promises that are not tested', async () => {
    const tests = testsOn(() => withoutLock(false), ['lock'])
    const titles = tests.map(([title]) => title)
    expect(titles.filter((title) => /^NOT TESTED/.test(title))).toEqual(untested)
    expect(await failuresOf(tests)).toEqual([])
  })
  it('is not believed where the subject has the probe', async () => {
    const failed = await failuresOf(testsOn(() => memorySubject({}), ['lock']))
    expect(failed).toEqual(untested)
  })
  it('cannot leave out the probe of an ability that its store declares', async () => {
    expect(await failuresOf(testsOn(() => unlocking, ['lock']))).toEqual(untested)
  })
})

function withoutLock(unlock: boolean): ConformanceSubject {
  const { lock: _, ...lacking } = memorySubject({}, (store) => ({
    ...store,
    capabilities: { ...store.capabilities, unlock },
  }))
  return lacking
}
