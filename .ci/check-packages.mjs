// Checks every built package as its users get it, from the packed tarball. publint and "are the
// types wrong" judge the package. No page may hold a dead link, and package.json has to declare
// every package that the built files need. Then a consumer is compiled against the packed
// declarations and run.
import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { isBuiltin } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { publishedPackages } from './published-packages.mjs'
import { deadLinks } from './relative-links.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
/** @param {string} name */
const bin = (name) => join(root, 'node_modules', '.bin', name)
const packed = mkdtempSync(join(tmpdir(), 'force-reset-pack-'))
const consumer = join(packed, 'consumer')
try {
  for (const name of publishedPackages) {
    run('npm', ['pack', '--silent', '--pack-destination', packed], join(root, 'packages', name))
    const tarball = join(
      packed,
      readdirSync(packed).find((file) => file.startsWith(`force-reset-${name}-`)) ?? '',
    )
    run(bin('publint'), [tarball, '--strict'])
    run(bin('attw'), [tarball, '--profile', 'esm-only'])
    const target = join(consumer, 'node_modules', '@force-reset', name)
    mkdirSync(target, { recursive: true })
    run('tar', ['-xzf', tarball, '-C', target, '--strip-components=1'])
    checkLinks(target)
    checkImports(target)
  }
  compileAndRun()
  console.log(`${publishedPackages.length} packages are sound.`)
} finally {
  rmSync(packed, { recursive: true, force: true })
}

/**
 * Runs a tool, which is heard only when it fails.
 *
 * @param {string} program
 * @param {readonly string[]} args
 */
function run(program, args, cwd = root) {
  try {
    execFileSync(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  } catch (error) {
    const { stdout, stderr } = /** @type {{ stdout?: Buffer, stderr?: Buffer }} */ (error)
    process.stderr.write(`${stdout ?? ''}${stderr ?? ''}`)
    throw new Error(`Failed: ${program} ${args.join(' ')}`)
  }
}

/** @param {string} folder - A package, as it is installed. */
function checkLinks(folder) {
  const readme = join(folder, 'README.md')
  if (deadLinks(readme, 'A [planted link](docs/planted.md).').length !== 1)
    throw new Error('A planted dead link is not found.')
  for (const page of globSync('{README.md,docs/*.md}', { cwd: folder })) {
    const path = join(folder, page)
    for (const target of deadLinks(path, readFileSync(path, 'utf8'))) {
      throw new Error(`${page} of ${folder} links ${target}, which is not in the package.`)
    }
  }
}

/**
 * A tool of the build that a built file imports, or holds, works here and fails at a user's.
 *
 * @param {string} folder - A package, as it is installed.
 */
function checkImports(folder) {
  const { name, dependencies, peerDependencies } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  )
  const declared = new Set(Object.keys({ ...dependencies, ...peerDependencies }))
  /** @param {string} code */
  const foreign = (code) => [
    ...importedPackages(code).filter((other) => !declared.has(other)),
    ...Array.from(code.matchAll(/^ *\/\/ .*node_modules\/.*$/gm), ([line]) => line.trim()),
  ]
  const planted = "await import('planted')\n// ../../node_modules/planted/main.js\n"
  if (foreign(planted).length !== 2) throw new Error('A planted package is not found.')
  const files = globSync('dist/**/*.js', { cwd: folder })
  if (files.length === 0) throw new Error(`${name} has no built file.`)
  for (const file of files) {
    for (const other of foreign(readFileSync(join(folder, file), 'utf8')))
      throw new Error(
        `${name}/${file} imports or holds what its package does not declare: ${other}`,
      )
  }
}

/**
 * The packages that a script imports, at once or later.
 *
 * @param {string} code
 */
function importedPackages(code) {
  const { metafile } = buildSync({
    stdin: { contents: code },
    bundle: true,
    write: false,
    format: 'esm',
    external: ['*'],
    metafile: true,
  })
  return Object.values(metafile.outputs)
    .flatMap(({ imports }) => imports)
    .filter(({ path }) => !path.startsWith('.') && !isBuiltin(path))
    .map(({ path }) => path.split('/', path.startsWith('@') ? 2 : 1).join('/'))
}

function compileAndRun() {
  for (const dependency of ['kysely', 'argon2', 'ldapts', 'zod', '@types/node', 'undici-types']) {
    const link = join(consumer, 'node_modules', dependency)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(root, 'node_modules', dependency), link)
  }
  copyFileSync(join(root, '.ci', 'consumer.ts'), join(consumer, 'consumer.ts'))
  const compilerOptions = {
    target: 'ES2024',
    module: 'NodeNext',
    strict: true,
    skipLibCheck: false,
    types: ['node'],
    outDir: 'out',
  }
  writeFileSync(
    join(consumer, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, files: ['consumer.ts'] }),
  )
  writeFileSync(join(consumer, 'package.json'), JSON.stringify({ type: 'module' }))
  run(bin('tsc'), ['-p', consumer])
  run(process.execPath, [join(consumer, 'out', 'consumer.js')])
}
