// Holds the layout of docs/architecture.md. Arrows between rooms run one way, and no two files
// import each other in a circle. A room has no more files than a reader takes in. The check proves
// itself on planted faults first.

import { posix } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import ts from 'typescript'
import { isTest, sourceFiles } from './source-files.mjs'

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
  'packages/core/src': [
    'text',
    'port',
    'password',
    'reset',
    'verification/parts',
    'verification',
    'list',
    'reconcile',
    'evidence',
    'testing/leak',
    'testing',
  ],
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
    'active-directory/privilege',
    'people',
    ['active-directory', 'openldap', 'ds389'],
    'store',
    'diagnosis',
  ],
  'packages/http/src': [
    'wire',
    'guards',
    'scripts',
    'handler',
    'shells',
    'element/words',
    'element/parts',
    'element/password',
    'element/client',
    'element/dialogs',
    'element/verification',
    'element',
  ],
  'packages/testing/src': [
    'process',
    'secrets',
    'faults',
    'races',
    'databases',
    'directories',
    'proxies',
    'browser',
  ],
  'examples/console/src': [
    'audit',
    'words',
    'names',
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

/** The sources that import nothing from outside of their package, not even from Node. */
const independent = 'packages/core/src'

/**
 * The packages that each package may import. A published package is imported by its entry points
 * only, see `exports` in its package.json.
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

/**
 * The files that a file imports, as paths from the root, and the packages, as names.
 *
 * @param {string} file
 * @param {string} text
 */
function importsOf(file, text) {
  const names = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName)
  return {
    paths: names
      .filter((name) => name.startsWith('.'))
      .map((name) => posix.join(posix.dirname(file), name)),
    packages: names.filter((name) => !name.startsWith('.')),
  }
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
 * Whether a file may import a package.
 *
 * @param {string} source - Folder of the sources that the file belongs to.
 * @param {string} name
 */
function mayImport(source, name) {
  if (!name.startsWith('@force-reset/')) return source !== independent
  return packages[source]?.includes(name.split('/').slice(0, 2).join('/')) !== false
}

/**
 * What is wrong with an arrow between two files, if anything.
 *
 * @param {string} source - Folder of the sources that the arrow starts in.
 * @param {Arrow} arrow
 */
function faultOf(source, { from, to }) {
  if (!to.startsWith(`${source}/`)) return `${from} reaches into ${to}`
  if (isTest(to)) return `${from} imports the test file ${to}`
  const here = placeOf(source, from)
  const there = placeOf(source, to)
  if (there.floor < here.floor || there.room === here.room) return undefined
  return `${from} imports ${to}, which does not stand below it`
}

/**
 * The faults of the sources of one package.
 *
 * @param {string} source - Folder of the sources.
 * @param {ReadonlyMap<string, string>} texts - By path from the root, without tests.
 * @returns {readonly string[]}
 */
function faultsOfPackage(source, texts) {
  const imports = [...texts].map(([file, text]) => ({ file, ...importsOf(file, text) }))
  const arrows = imports.flatMap(({ file, paths }) => paths.map((to) => ({ from: file, to })))
  const folders = Map.groupBy(texts.keys(), (file) => posix.dirname(file))
  return [
    ...[...texts.keys()]
      .filter((file) => placeOf(source, file).floor < 0)
      .map((file) => `${file}: no such room in the list of .ci/check-rooms.mjs`),
    ...imports.flatMap(({ file, packages: names }) =>
      names.filter((name) => !mayImport(source, name)).map((name) => `${file} imports ${name}`),
    ),
    ...arrows.flatMap((arrow) => faultOf(source, arrow) ?? []),
    ...[...folders]
      .filter(([, files]) => files.length > mostFiles)
      .map(([folder, { length }]) => `${folder} holds ${length} source files, above ${mostFiles}`),
    ...circlesIn(arrows).map(
      (circle) => `these import each other: ${[...circle].sort().join(', ')}`,
    ),
  ]
}

/**
 * The faults of a set of files.
 *
 * @param {ReadonlyMap<string, string>} files - Text by path from the root.
 * @returns {readonly string[]}
 */
function faultsIn(files) {
  return Object.keys(rooms).flatMap((source) => {
    const own = [...files].filter(([file]) => file.startsWith(`${source}/`) && !isTest(file))
    return faultsOfPackage(source, new Map(own))
  })
}

/**
 * The circles: groups of files that reach each other (Tarjan's strongly connected components).
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

const low = 'packages/core/src/port/low.ts'
const high = 'packages/core/src/reset/high.ts'
const cellar = 'packages/core/src/cellar/new.ts'
const neighbour = 'packages/adapter-ldap/src/openldap/new.ts'
/** Files with faults, and beside them imports that are none. */
const planted = new Map([
  ['packages/core/src/index.ts', "export * from './reset/high.ts'\n"],
  ['packages/core/src/reset/low.test.ts', "import 'vitest'\nimport './high.ts'\n"],
  [low, "import type { High } from '../reset/high.ts'\n"],
  [high, "import '../port/low.ts'\nimport './low.fixture.ts'\nimport '@force-reset/http'\n"],
  [cellar, "await import('../../../http/src/index.ts')\nexport * from 'node:fs'\n"],
  [neighbour, "import '../ds389/new.ts'\nimport '../plan/steps.ts'\nimport 'zod'\n"],
  ...Array.from(
    { length: mostFiles + 1 },
    (_, i) => /** @type {const} */ ([`packages/core/src/password/${i}.ts`, '']),
  ),
])
/** The faults that have to be found, or the check proves nothing. */
const plantedFaults = [
  `${low} imports ${high}, which does not stand below it`,
  `${high} imports the test file packages/core/src/reset/low.fixture.ts`,
  `${high} imports @force-reset/http`,
  `${cellar}: no such room in the list of .ci/check-rooms.mjs`,
  `${cellar} reaches into packages/http/src/index.ts`,
  `${cellar} imports node:fs`,
  `${neighbour} imports packages/adapter-ldap/src/ds389/new.ts, which does not stand below it`,
  `packages/core/src/password holds ${mostFiles + 1} source files, above ${mostFiles}`,
  `these import each other: ${low}, ${high}`,
]

const found = faultsIn(planted)
if (!isDeepStrictEqual([...found].sort(), [...plantedFaults].sort())) {
  console.error('The check finds other faults than the planted ones:', found)
  process.exit(1)
}
const files = sourceFiles(...Object.keys(rooms).map((source) => `${source}/*.ts`))
const faults = faultsIn(files)
for (const fault of faults) console.error(fault)
if (faults.length > 0) process.exit(1)
console.log(`${files.size} files stand in their rooms.`)
