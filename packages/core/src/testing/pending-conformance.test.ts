import { describe, expect, it } from 'vitest'
import { memoryPendingResets } from './memory-pending-resets.ts'
import { type PendingSubject, pendingResetsConformance } from './pending-conformance.ts'

pendingResetsConformance({ describe, it }, 'memoryPendingResets', async () => {
  const pending = memoryPendingResets()
  return { pending, another: () => pending }
})

/** Runs the suite on a faulty implementation and answers the titles of the tests that fail. */
async function failures(create: () => PendingSubject): Promise<readonly string[]> {
  const tests: [title: string, body: () => Promise<void>][] = []
  const runner = {
    describe: (_: string, body: () => void) => body(),
    it: (title: string, body: () => Promise<void>) => void tests.push([title, body]),
  }
  pendingResetsConformance(runner, 'faulty', async () => create())
  const failed: string[] = []
  for (const [title, body] of tests) await body().catch(() => failed.push(title))
  return failed
}

describe('the suite for pending resets', () => {
  it('finds an implementation that hands a reset to two callers', async () => {
    const failed = await failures(() => {
      const pending = memoryPendingResets()
      const claim: typeof pending.claim = (question) =>
        pending.claim({ ...question, leaseSeconds: 0 })
      return { pending: { ...pending, claim }, another: () => ({ ...pending, claim }) }
    })
    expect(failed).toContain('hands each reset to one of many callers at once')
    expect(failed).toContain('hands out a reset again only when its lease is over')
  })

  it('finds an implementation whose other processes see nothing', async () => {
    const failed = await failures(() => ({
      pending: memoryPendingResets(),
      another: memoryPendingResets,
    }))
    expect(failed).toContain('keeps every field of a reset, for another process too')
    expect(failed).toContain('opens one of two resets with the same id at once')
  })
})
