// Runs every planned fault: each byte, each step, each server. Prints the seed of everything that
// is drawn by lot. Arguments that begin with packages/ choose files; further ones go to vitest.
import { spawnSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { globSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const vitest = `${root}node_modules/vitest/vitest.mjs`
const chosen = process.argv.slice(2).filter((one) => one.startsWith('packages/'))
const others = process.argv.slice(2).filter((one) => !chosen.includes(one))
// packages/testing holds the tests of the faults themselves.
const files = globSync(
  [
    'packages/*/src/faults/*.test.ts',
    // These stand beside what they test, and need no server.
    'packages/http/src/test/malformed-requests.test.ts',
    'packages/adapter-ldap/src/dialect/hostile-answers.test.ts',
    'packages/adapter-sql/src/test/hostile-rows.test.ts',
  ],
  { cwd: root },
)
  .filter((file) => !file.startsWith('packages/testing/'))
  .filter((file) => chosen.length === 0 || chosen.some((one) => file.startsWith(one)))
  .sort()
const seed = process.env['FAULT_SEED'] ?? String(randomInt(2 ** 31))
console.log(`FAULT_SEED=${seed}, ${files.length} files of faults`)
const { status } = spawnSync(process.execPath, [vitest, 'run', ...files, ...others], {
  cwd: root,
  stdio: 'inherit',
  env: { FAULT_RUNS: 'all', ...process.env, FAULT_SEED: seed },
})
process.exitCode = status ?? 1
