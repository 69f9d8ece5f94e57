import { appendFileSync } from 'node:fs'
import type { Reporter, SerializedError, TestModule } from 'vitest/node'

/** Names of failures that one run hands on. */
const mostNames = 20

/**
 * Ends the run with one line of its own, `N passed, N failed[, N skipped]`, counted from the
 * finished test cases. An unhandled error, a file that did not load and a failed hook of a
 * `describe` are one failure each: such a run proves nothing. `COUNT_FILE` in the
 * environment names a file to which the counts are added, as a line of JSON, with the names of the
 * first failures.
 */
export default class CountReporter implements Reporter {
  onTestRunEnd(
    modules: ReadonlyArray<TestModule>,
    unhandledErrors: ReadonlyArray<SerializedError>,
  ): void {
    const count = { passed: 0, failed: unhandledErrors.length, skipped: 0, pending: 0 }
    const failures = unhandledErrors.map(({ message }) => `unhandled: ${message}`)
    for (const module of modules) {
      for (const group of [module, ...module.children.allSuites()]) {
        if (group.errors().length === 0) continue
        count.failed += 1
        failures.push(`${module.relativeModuleId}: a group of tests`)
      }
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        count[state] += 1
        if (state === 'failed' || state === 'pending')
          failures.push(`${module.relativeModuleId}: ${test.fullName}`)
      }
    }
    const { passed, skipped } = count
    const failed = count.failed + count.pending
    const file = process.env['COUNT_FILE']
    if (file !== undefined) {
      const counts = { passed, failed, skipped, failures: failures.slice(0, mostNames) }
      appendFileSync(file, `${JSON.stringify(counts)}\n`)
    }
    process.once('exit', () => {
      const line = `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
      process.stdout.write(`\n${line}\n`)
    })
  }
}
