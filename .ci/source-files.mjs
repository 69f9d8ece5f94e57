import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * The files that git tracks, or would track, by their paths from the root, with their texts.
 *
 * @param {...string} patterns - Patterns of git, such as `*.md`.
 * @returns {ReadonlyMap<string, string>}
 */
export function sourceFiles(...patterns) {
  const args = [
    'ls-files',
    '-z',
    '--cached',
    '--others',
    '--exclude-standard',
    '--deduplicate',
    '--',
    ...patterns,
  ]
  const deleted = new Set(paths(['ls-files', '-z', '--deleted', '--', ...patterns]))
  const present = paths(args).filter((path) => !deleted.has(path))
  return new Map(present.map((path) => [path, readFileSync(root + path, 'utf8')]))
}

/** @param {readonly string[]} args */
function paths(args) {
  const listed = execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 })
  return listed.split('\0').filter((path) => path !== '')
}

/**
 * Whether a file is a test, a fixture of tests, or the code of a guide.
 *
 * @param {string} path
 */
export const isTest = (path) =>
  /\.(test|fixture)\.ts$|\/src\/(.*\/)?(test|fixtures|guide)\//.test(path)
