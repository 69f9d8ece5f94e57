// Checks every built package as its users get it: publint and "are the types wrong" on the packed tarball, and a consumer that compiles against the
// tarballs' declarations and runs on what they hold. Only that finds a built file that imports what does not exist.
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { publishedPackages } from './published-packages.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
/** @param {string} name */
const bin = (name) => join(root, 'node_modules', '.bin', name)
const packed = mkdtempSync(join(tmpdir(), 'force-reset-pack-'))
const consumer = join(packed, 'consumer')
try {
  for (const name of publishedPackages) {
    const cwd = join(root, 'packages', name)
    execFileSync('npm', ['pack', '--silent', '--pack-destination', packed], { cwd, stdio: ['ignore', 'ignore', 'inherit'] })
    const tarball = join(packed, readdirSync(packed).find((file) => file.startsWith(`force-reset-${name}-`)) ?? '')
    execFileSync(bin('publint'), [tarball, '--strict'], { stdio: 'inherit' })
    execFileSync(bin('attw'), [tarball, '--profile', 'esm-only'], { stdio: 'inherit' })
    const target = join(consumer, 'node_modules', '@force-reset', name)
    mkdirSync(target, { recursive: true })
    execFileSync('tar', ['-xzf', tarball, '-C', target, '--strip-components=1'], { stdio: 'inherit' })
  }
  compileAndRun()
} finally {
  rmSync(packed, { recursive: true, force: true })
}

function compileAndRun() {
  for (const dependency of ['kysely', 'argon2', 'ldapts', 'zod', '@types/node', 'undici-types']) {
    const link = join(consumer, 'node_modules', dependency)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(root, 'node_modules', dependency), link)
  }
  copyFileSync(join(root, '.ci', 'consumer.ts'), join(consumer, 'consumer.ts'))
  const compilerOptions = { target: 'ES2024', module: 'NodeNext', strict: true, skipLibCheck: false, types: ['node'], outDir: 'out' }
  writeFileSync(join(consumer, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['consumer.ts'] }))
  writeFileSync(join(consumer, 'package.json'), JSON.stringify({ type: 'module' }))
  execFileSync(bin('tsc'), ['-p', consumer], { stdio: 'inherit' })
  execFileSync(process.execPath, [join(consumer, 'out', 'consumer.js')], { stdio: 'inherit' })
}
