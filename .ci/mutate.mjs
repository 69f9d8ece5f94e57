// Changes the named source files in every small way that Stryker knows, one at a time, and tells
// which changes no test notices: `npm run mutate -- packages/core/src/reset/force-reset.ts`. Only
// tests without servers are run, and only those of the package of the files.
import { spawnSync } from 'node:child_process'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { filesReachedFrom, testFilesByKind } from './test-kinds.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * These tests compile the code, measure its size, count its work, or start processes, whose code no
 * mutation reaches. Suites of stores and servers take minutes for each change.
 */
const leftOut = [
  ...['size', 'cost', 'memory', 'examples', 'recipe', 'source', 'frameworks', 'expect-no-leak'],
  ...['leak-matrix', 'conformance', 'sqlite-conformance', 'races', 'sqlite-races', 'access-logs'],
  ...['attacks', 'denied-operator', 'lost-values', 'malformed-requests', 'proxy-advice'],
]

const [, , ...arguments_] = process.argv
const files = arguments_.filter((argument) => !argument.startsWith('-'))
if (files.length === 0) {
  console.error('Name the files to change: npm run mutate -- packages/core/src/reset/heard.ts')
  process.exit(1)
}
const stryker = `${root}node_modules/@stryker-mutator/core/bin/stryker.js`
const options = arguments_.filter((argument) => argument.startsWith('-'))
const quick = testFilesByKind().quick.filter(
  (test) => !leftOut.includes(basename(test, '.test.ts')),
)
for (const [folder, mutated] of Map.groupBy(files, packageOf)) {
  const tests = quick.filter(
    (test) =>
      packageOf(test) === folder && filesReachedFrom(test).some((file) => mutated.includes(file)),
  )
  // Kept for each package: Stryker then tests a change again only where its code or a test changed.
  const kept = `.cache/mutation/${folder.replace('/', '-')}`
  const { status } = spawnSync(
    process.execPath,
    [stryker, 'run', '--mutate', mutated.join(), '--incrementalFile', `${kept}.json`, ...options],
    { cwd: root, stdio: 'inherit', env: { ...process.env, MUTATE_TESTS: JSON.stringify(tests) } },
  )
  if (status !== 0) process.exitCode = status ?? 1
}

/** @param {string} file */
function packageOf(file) {
  return file.split('/').slice(0, 2).join('/')
}
