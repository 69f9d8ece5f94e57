// Runs tests of core, adapter-sql and http on a Node that the packages support: `node
// .ci/test-on-node.mjs 22`. Kinds of tests may follow, see test-kinds.mjs; without any, everything
// runs that needs no directory and no browser.
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { delimiter, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { testFilesByKind } from './test-kinds.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const tested = ['packages/core/', 'packages/adapter-sql/', 'packages/http/']
const pinned = JSON.parse(readFileSync(`${root}package.json`, 'utf8')).devDependencies.node
/** @type {Readonly<Record<string, string>>} */
const versions = { 22: '22.23.3', 24: pinned, 26: '26.10.0' }

const [major = '', ...kinds] = process.argv.slice(2)
const version = versions[major]
if (version === undefined)
  throw new Error(`Name one of these Nodes: ${Object.keys(versions).join(', ')}.`)

const wanted = new Set(kinds.length > 0 ? kinds : ['quick', 'databases', 'proxies'])
const files = Object.entries(testFilesByKind())
  .filter(([kind]) => wanted.has(kind))
  .flatMap(([, ofKind]) =>
    ofKind.filter((file) => tested.some((folder) => file.startsWith(folder))),
  )
if (files.length === 0) throw new Error(`No test is of the kinds ${[...wanted].join(', ')}.`)

const node = pathOfNode(version)
const { status } = spawnSync(node, ['node_modules/vitest/vitest.mjs', 'run', ...files], {
  cwd: root,
  stdio: 'inherit',
  env: {
    ...process.env,
    EXPECTED_NODE: `v${version}`,
    // Tests that start `node` by its name find the same one.
    PATH: `${dirname(node)}${delimiter}${process.env['PATH'] ?? ''}`,
  },
})
process.exitCode = status ?? 1

/**
 * The program of a Node, which npm downloads into its own cache: in node_modules, two would fight
 * for one name.
 *
 * @param {string} wantedVersion
 */
function pathOfNode(wantedVersion) {
  const script = 'process.stdout.write(process.execPath)'
  const args = [
    'exec',
    '--yes',
    '--loglevel=error',
    `--package=node@${wantedVersion}`,
    '--',
    'node',
    '-e',
    script,
  ]
  const shell = process.platform === 'win32'
  return execFileSync('npm', args, { cwd: root, encoding: 'utf8', shell }).trim()
}
