// Runs the checks and every test, and ends with one line: the sum of the counts of all runs of
// vitest. A command that fails does not keep the next one from running. A command that fails
// without a failed test counts as one failure. The names of failed tests stand above the last line.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const pinnedNode = JSON.parse(readFileSync(`${root}package.json`, 'utf8')).devDependencies.node
const folder = mkdtempSync(join(tmpdir(), 'force-reset-counts-'))
const total = { passed: 0, failed: 0, skipped: 0 }
/** @type {string[]} */
const failedCommands = []
/** @type {string[]} */
const failedTests = []
let finished = false
process.once('exit', sayTotal)

run(process.execPath, ['.ci/build.mjs'])
run(process.execPath, ['.ci/check.mjs'])
runTests(process.execPath, ['node_modules/vitest/vitest.mjs', 'run'])
runTests(process.execPath, ['.ci/test-on-node.mjs', '22'])
runTests(process.execPath, ['.ci/test-on-node.mjs', '26'])

finished = true

/** Prints the last line. An end by an error counts as one failure more. */
function sayTotal() {
  rmSync(folder, { recursive: true, force: true })
  for (const command of failedCommands) console.error(`Failed: ${command}`)
  for (const test of failedTests) console.error(`Failed: ${test}`)
  const { passed, skipped } = total
  const failed = finished ? total.failed : total.failed + 1
  if (failed > 0) process.exitCode = 1
  console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
}

/**
 * @param {string} program
 * @param {readonly string[]} args
 */
function run(program, args) {
  if (!succeeds(program, args, {})) total.failed += 1
}

/**
 * @param {string} program
 * @param {readonly string[]} args
 */
function runTests(program, args) {
  const file = join(folder, 'counts')
  writeFileSync(file, '')
  const good = succeeds(program, args, { COUNT_FILE: file, EXPECTED_NODE: `v${pinnedNode}` })
  const text = readFileSync(file, 'utf8')
  const nothing = { passed: 0, failed: 0, skipped: 0, failures: [] }
  const counted = text === '' ? nothing : JSON.parse(text)
  failedTests.push(...counted.failures)
  total.passed += counted.passed
  total.skipped += counted.skipped
  total.failed += counted.failed === 0 && (!good || text === '') ? 1 : counted.failed
}

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @param {Readonly<Record<string, string>>} environment
 */
function succeeds(program, args, environment) {
  const command = [program, ...args].join(' ')
  console.log(`\n$ ${command}`)
  const started = Date.now()
  const { status } = spawnSync(program, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  })
  console.log(`(${Math.round((Date.now() - started) / 1_000)} s)`)
  if (status !== 0) failedCommands.push(command)
  return status === 0
}
