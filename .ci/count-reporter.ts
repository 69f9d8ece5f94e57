import { appendFileSync } from 'node:fs'
import type { Reporter, SerializedError, TestModule } from 'vitest/node'

/**
 * Ends the run with one line of its own, `N passed, N failed[, N skipped]`, counted from the
 * finished test cases. An unhandled error, a file that did not load and a failed hook of a
 * `describe` are one failure each: such a run proves nothing. `COUNT_FILE` in the
 * environment names a file to which the counts are added, as a line of JSON.
 */
export default class CountReporter implements Reporter {
  onTestRunEnd(
    modules: ReadonlyArray<TestModule>,
    unhandledErrors: ReadonlyArray<SerializedError>,
  ): void {
    const count = { passed: 0, failed: unhandledErrors.length, skipped: 0, pending: 0 }
    for (const module of modules) {
      for (const group of [module, ...module.children.allSuites()])
        if (group.errors().length > 0) count.failed += 1
      for (const test of module.children.allTests()) count[test.result().state] += 1
    }
    const { passed, skipped } = count
    const failed = count.failed + count.pending
    const file = process.env['COUNT_FILE']
    if (file !== undefined) appendFileSync(file, `${JSON.stringify({ passed, failed, skipped })}\n`)
    process.once('exit', () => {
      const line = `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
      process.stdout.write(`\n${line}\n`)
    })
  }
}
