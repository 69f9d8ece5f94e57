// Runs the tests that need no server and no browser; further arguments go to vitest.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { testFilesByKind } from './test-kinds.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const vitest = `${root}node_modules/vitest/vitest.mjs`
// The files share their processes here, because starting a process for each takes half of the time.
// `npm test` gives each file a process of its own.
const args = [vitest, 'run', '--no-isolate', ...testFilesByKind().quick, ...process.argv.slice(2)]
const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' })
process.exitCode = status ?? 1
