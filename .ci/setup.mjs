// Installs the locked dependencies when they are missing or out of date, and with them the Node
// that everything here runs on. Plain JavaScript: this file alone runs on the machine's own Node,
// which may be as old as 20.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const windows = process.platform === 'win32'
const stamp = `${root}node_modules/.force-reset-lock`
const wanted = createHash('sha256')
  .update(readFileSync(`${root}package-lock.json`))
  .digest('hex')

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  if (!isInstalled()) install()
  requirePinnedNode()
  writeFileSync(stamp, wanted)
}

/** Whether somebody ran npm already, so that every package that has to be there is. */
function isInstalled() {
  const written = `${root}node_modules/.package-lock.json`
  if (!existsSync(written)) return false
  const installed = packagesOf(written)
  return Object.entries(packagesOf(`${root}package-lock.json`)).every(
    ([path, { version, optional, devOptional, link }]) =>
      path === '' || link || optional || devOptional || installed[path]?.version === version,
  )
}

/**
 * @typedef {object} LockedPackage
 * @property {string} [version]
 * @property {boolean} [optional]
 * @property {boolean} [devOptional]
 * @property {boolean} [link]
 */

/**
 * @param {string} lock
 * @returns {Record<string, LockedPackage>}
 */
function packagesOf(lock) {
  return JSON.parse(readFileSync(lock, 'utf8')).packages
}

function install() {
  console.log('Installing dependencies (once) …')
  execFileSync('npm', ['ci', '--no-progress', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: windows,
  })
}

/**
 * The package `node` fetches its program in an install script; without the script, npm would run
 * another Node.
 */
function requirePinnedNode() {
  const { node } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')).devDependencies
  const program = `${root}node_modules/node/bin/node${windows ? '.exe' : ''}`
  const version =
    existsSync(program) && execFileSync(program, ['--version'], { encoding: 'utf8' }).trim()
  if (version === `v${node}`) return
  console.error(
    `Node ${node} was not installed. Does your npm ignore install scripts? ` +
      'See: npm config get ignore-scripts',
  )
  process.exit(1)
}
