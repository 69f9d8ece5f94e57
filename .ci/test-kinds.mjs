// Says what every test file needs. The imports tell: a test on PostgreSQL imports, directly or
// through others, the function that starts PostgreSQL. So no list is kept by hand, and no new test
// can be forgotten.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const root = fileURLToPath(new URL('..', import.meta.url))

/** @typedef {'quick' | 'databases' | 'directories' | 'proxies' | 'browser'} TestKind */

/**
 * The kind of each server, and of the browser, that packages/testing starts. A server without a
 * kind is an error.
 *
 * @type {ReadonlyMap<string, TestKind>}
 */
const kindOfServer = new Map([
  ['postgres', 'databases'],
  ['mariadb', 'databases'],
  ['pgbouncer', 'databases'],
  ['slapd', 'directories'],
  ['samba', 'directories'],
  ['389ds', 'directories'],
  ['nginx', 'proxies'],
  ['chromium', 'browser'],
  // Traces a process that writes an SQLite database.
  ['strace', 'databases'],
])

/**
 * A file that needs several kinds is counted as the first of these.
 *
 * @type {readonly TestKind[]}
 */
const kindsByWeight = ['browser', 'directories', 'databases', 'proxies']

/** The functions of packages/testing that are called with the name of a server. */
const asksForServers = ['requireServer', 'describeWithServer']

/**
 * The test files of each kind. Each file has one kind.
 *
 * @returns {Readonly<Record<TestKind, readonly string[]>>}
 */
export function testFilesByKind() {
  /** @type {Record<TestKind, string[]>} */
  const files = { quick: [], databases: [], directories: [], proxies: [], browser: [] }
  for (const file of testFiles()) files[kindOf(file)].push(file)
  return files
}

/** Every test file, as paths from the root. */
function testFiles() {
  return ['packages', 'examples']
    .flatMap((top) =>
      readdirSync(root + top, { recursive: true, encoding: 'utf8' }).map((file) =>
        posix.join(top, file),
      ),
    )
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => /^\w+\/[^/]+\/src\/.*\.test\.ts$/.test(file))
    .sort()
}

/**
 * @param {string} file
 * @returns {TestKind}
 */
function kindOf(file) {
  const kinds = filesReachedFrom(file).flatMap((reached) =>
    read(reached).servers.map(kindOfServerNamed),
  )
  for (const kind of kindsByWeight) if (kinds.includes(kind)) return kind
  if (read(file).asksForServers)
    throw new Error(`${file} needs a server, and .ci/test-kinds.mjs cannot tell which.`)
  return 'quick'
}

/**
 * @param {string} server
 * @returns {TestKind}
 */
function kindOfServerNamed(server) {
  const kind = kindOfServer.get(server)
  if (kind === undefined)
    throw new Error(`.ci/test-kinds.mjs does not know the kind of the server ${server}.`)
  return kind
}

/**
 * The file itself and every file that the file imports or names, directly or through others. From
 * an index file, only the names that are imported are followed.
 *
 * @param {string} file
 */
export function filesReachedFrom(file) {
  const seen = new Set()
  /** @type {Arrow[]} */
  const open = [{ to: file, names: undefined }]
  for (let arrow = open.pop(); arrow !== undefined; arrow = open.pop()) {
    const { to, names } = arrow
    const { imports, passedOn } = read(to)
    if (!seen.has(to)) open.push(...imports)
    seen.add(to)
    for (const passed of passedOn) {
      const wanted = passed.names?.filter((name) => names === undefined || names.includes(name))
      if (wanted?.length !== 0 && !seen.has(passed.to)) open.push({ to: passed.to, names: wanted })
    }
  }
  return [...seen]
}

/**
 * @typedef {{ readonly to: string, readonly names: readonly string[] | undefined }} Arrow - No
 * names: all of them.
 */

/**
 * @typedef {object} Module
 * @property {readonly Arrow[]} imports
 * @property {readonly Arrow[]} passedOn - What `export … from` passes on.
 * @property {readonly string[]} servers - Servers that are asked for by their names.
 * @property {boolean} asksForServers
 */

/** @type {Map<string, Module>} */
const modules = new Map()

/**
 * @param {string} file
 * @returns {Module}
 */
function read(file) {
  const known = modules.get(file)
  if (known !== undefined) return known
  const made = parse(file)
  modules.set(file, made)
  return made
}

/**
 * @param {string} file
 * @returns {Module}
 */
function parse(file) {
  /** @type {Arrow[]} */
  const imports = []
  /** @type {Arrow[]} */
  const passedOn = []
  /** @type {string[]} */
  const servers = []
  let asks = false
  /**
   * @param {Arrow[]} arrows
   * @param {string} name
   * @param {readonly string[]} [names]
   */
  const follow = (arrows, name, names) => {
    const to = resolve(file, name)
    if (to !== undefined) arrows.push({ to, names })
  }
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isImportDeclaration(node)) {
      const names = namesOf(node.importClause?.namedBindings)
      if (node.importClause?.phaseModifier !== ts.SyntaxKind.TypeKeyword && names?.length !== 0) {
        follow(imports, textOf(node.moduleSpecifier), names)
      }
    } else if (ts.isExportDeclaration(node)) {
      if (node.moduleSpecifier && !node.isTypeOnly) {
        follow(passedOn, textOf(node.moduleSpecifier), namesOf(node.exportClause))
      }
    } else if (ts.isCallExpression(node) && asksForServers.includes(node.expression.getText())) {
      asks = true
      servers.push(...stringsIn(node.arguments[0]))
      node.arguments.forEach(visit)
    } else if (ts.isStringLiteral(node) && node.text.endsWith('.ts')) {
      // A dynamic import, or a file that is started as a process of its own.
      follow(imports, node.text)
    } else {
      ts.forEachChild(node, visit)
    }
  }
  visit(ts.createSourceFile(file, readFileSync(root + file, 'utf8'), ts.ScriptTarget.Latest, true))
  return { imports, passedOn, servers, asksForServers: asks }
}

/**
 * The names of an import or export that exist at run time; undefined where everything is meant.
 *
 * @param {ts.NamedImportBindings | ts.NamedExportBindings | undefined} bindings
 */
function namesOf(bindings) {
  if (bindings === undefined || ts.isNamespaceImport(bindings) || ts.isNamespaceExport(bindings))
    return undefined
  return bindings.elements
    .filter(({ isTypeOnly }) => !isTypeOnly)
    .map(({ name, propertyName }) => (propertyName ?? name).text)
}

/** @param {ts.Node} node */
const textOf = (node) => (ts.isStringLiteral(node) ? node.text : '')

/**
 * @param {ts.Node | undefined} node
 * @returns {readonly string[]}
 */
function stringsIn(node) {
  if (node === undefined) return []
  if (ts.isStringLiteral(node)) return [node.text]
  return ts.isArrayLiteralExpression(node) ? node.elements.flatMap(stringsIn) : []
}

/**
 * The file of an imported name; undefined for packages that are not of this repository.
 *
 * @param {string} file
 * @param {string} name
 */
function resolve(file, name) {
  if (name.startsWith('.')) {
    const path = posix.join(posix.dirname(file), name)
    return existsSync(root + path) ? path : undefined
  }
  const [, folder, rest] = /^@force-reset\/([\w-]+)(\/.*)?$/.exec(name) ?? []
  if (folder === undefined) return undefined
  const { exports } = JSON.parse(readFileSync(`${root}packages/${folder}/package.json`, 'utf8'))
  const target = exports[`.${rest ?? ''}`]
  const path = target?.['@force-reset/source'] ?? target
  if (typeof path !== 'string')
    throw new Error(`${file} imports ${name}, which the package does not export.`)
  return posix.join('packages', folder, path)
}
