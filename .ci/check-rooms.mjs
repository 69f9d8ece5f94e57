// Holds the layout of docs/architecture.md: arrows between rooms run one way, no two files import
// each other in a circle, and no room grows beyond what a reader takes in. It proves itself on
// planted faults first.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const root = fileURLToPath(new URL('..', import.meta.url))
/** Most source files in one folder, tests and fixtures not counted. */
const mostFiles = 17

/**
 * The rooms of each package, bottom first: a room imports the rooms before it. Rooms of one list
 * within the list stand side by side and do not import each other. Files beside the rooms are entry
 * points and import every room.
 *
 * @type {Readonly<Record<string, ReadonlyArray<string | readonly string[]>>>}
 */
const rooms = {
  'packages/core/src': ['port', 'password', 'reset', 'testing'],
  'packages/adapter-sql/src': [
    'dialect',
    'options',
    'account',
    'hashing',
    'store',
    'audit',
    'check',
  ],
  'packages/adapter-ldap/src': [
    'connection',
    'plan',
    'explain',
    'dialect',
    ['active-directory', 'openldap', 'ds389'],
    'store',
    'diagnosis',
  ],
  'packages/http/src': [
    'wire',
    'guards',
    'handler',
    'shells',
    'element/words',
    'element/parts',
    'element/password',
    'element/client',
    'element/dialogs',
    'element',
  ],
  'packages/testing/src': ['process', 'secrets', 'faults', 'databases', 'directories', 'browser'],
  'examples/console/src': [
    'audit',
    'words',
    'settings',
    'accounts',
    'storage',
    'pages',
    'web',
    'operators',
    'sign-in',
    'demo',
  ],
}

/**
 * What each package may import of the others; published packages by their entry points only.
 *
 * @type {Readonly<Record<string, readonly string[]>>}
 */
const packages = {
  'packages/core/src': [],
  'packages/adapter-sql/src': ['@force-reset/core'],
  'packages/adapter-ldap/src': ['@force-reset/core'],
  'packages/http/src': ['@force-reset/core'],
}

/** @typedef {{ readonly from: string, readonly to: string }} Arrow */

/** @param {string} file */
const isSource = (file) => !/\.(test|fixture)\.ts$|\/(test|browser|fixtures|guide)\//.test(file)

/**
 * The files that a file imports: its own package's by their paths, other packages by their names.
 *
 * @param {string} file
 * @param {string} text
 * @returns {readonly string[]}
 */
function importsOf(file, text) {
  return ts
    .preProcessFile(text, true, true)
    .importedFiles.map(({ fileName }) =>
      fileName.startsWith('.')
        ? posix.normalize(posix.join(posix.dirname(file), fileName))
        : fileName,
    )
}

/**
 * The floor of a file in its package, counted from the bottom, and its room; entry points stand
 * above everything.
 *
 * @param {string} source - Folder of the package's sources.
 * @param {string} file
 */
function placeOf(source, file) {
  const folder = posix.dirname(file.slice(source.length + 1))
  const floors = (rooms[source] ?? []).map((floor) => (typeof floor === 'string' ? [floor] : floor))
  if (folder === '.') return { floor: floors.length, room: '' }
  return { floor: floors.findIndex((floor) => floor.includes(folder)), room: folder }
}

/**
 * What is wrong with a set of files.
 *
 * @param {ReadonlyMap<string, string>} files - Text by path from the root.
 * @returns {readonly string[]}
 */
function faultsIn(files) {
  const faults = []
  for (const source of Object.keys(rooms)) {
    const own = [...files.keys()].filter((file) => file.startsWith(`${source}/`) && isSource(file))
    const counts = new Map()
    /** @type {Arrow[]} */
    const arrows = []
    for (const file of own) {
      const here = placeOf(source, file)
      if (here.floor < 0) faults.push(`${file}: no such room in the list of .ci/check-rooms.mjs`)
      counts.set(posix.dirname(file), (counts.get(posix.dirname(file)) ?? 0) + 1)
      for (const to of importsOf(file, files.get(file) ?? '')) {
        if (to.startsWith('@force-reset/')) {
          const allowed = packages[source]
          const name = to.split('/').slice(0, 2).join('/')
          if (allowed && !allowed.includes(name)) faults.push(`${file} imports ${to}`)
        } else if (/^(packages|examples)\//.test(to)) {
          if (!to.startsWith(`${source}/`)) faults.push(`${file} reaches into ${to}`)
          else if (!isSource(to)) faults.push(`${file} imports the test file ${to}`)
          else {
            arrows.push({ from: file, to })
            const there = placeOf(source, to)
            if (
              there.floor > here.floor ||
              (there.floor === here.floor && there.room !== here.room)
            ) {
              faults.push(`${file} imports ${to}, which stands above it`)
            }
          }
        }
      }
    }
    for (const [folder, count] of counts) {
      if (count > mostFiles)
        faults.push(`${folder} holds ${count} source files; at most ${mostFiles} are allowed`)
    }
    for (const circle of circlesIn(arrows))
      faults.push(`these files import each other: ${circle.join(', ')}`)
  }
  return faults
}

/**
 * The groups of files of which each is reached from each other (Tarjan's strongly connected
 * components).
 *
 * @param {readonly Arrow[]} arrows
 * @returns {readonly (readonly string[])[]}
 */
function circlesIn(arrows) {
  const next = Map.groupBy(arrows, ({ from }) => from)
  const order = new Map()
  const lowest = new Map()
  /** @type {string[]} */
  const open = []
  /** @type {string[][]} */
  const circles = []
  /** @param {string} file */
  const visit = (file) => {
    order.set(file, order.size)
    lowest.set(file, order.get(file))
    open.push(file)
    for (const { to } of next.get(file) ?? []) {
      if (!order.has(to)) visit(to)
      if (open.includes(to)) lowest.set(file, Math.min(lowest.get(file), lowest.get(to)))
    }
    if (lowest.get(file) !== order.get(file)) return
    const group = open.splice(open.indexOf(file))
    if (group.length > 1) circles.push(group)
  }
  for (const file of next.keys()) if (!order.has(file)) visit(file)
  return circles
}

/** Faults that have to be found, or the check proves nothing. */
const planted = new Map([
  ['packages/core/src/port/low.ts', "import '../reset/high.ts'\nimport '@force-reset/http'\n"],
  [
    'packages/core/src/reset/high.ts',
    "import '../port/low.ts'\nexport * from './low.fixture.ts'\n",
  ],
  ['packages/core/src/cellar/new.ts', "import '../../../http/src/index.ts'\n"],
  ...Array.from(
    { length: mostFiles + 1 },
    (_, i) => /** @type {const} */ ([`packages/core/src/password/${i}.ts`, '']),
  ),
])
const plantedFaults = 7

const found = faultsIn(planted)
if (found.length !== plantedFaults) {
  console.error(`The check finds ${found.length} of ${plantedFaults} planted faults:`, found)
  process.exit(1)
}
const tracked = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts'],
  { cwd: root, encoding: 'utf8' },
)
const paths = tracked
  .split('\n')
  .filter(
    (path) => path !== '' && Object.keys(rooms).some((source) => path.startsWith(`${source}/`)),
  )
const faults = faultsIn(
  new Map(paths.map((path) => [path, readFileSync(posix.join(root, path), 'utf8')])),
)
for (const fault of faults) console.error(fault)
if (faults.length > 0) process.exit(1)
console.log(`${paths.length} files stand in their rooms.`)
