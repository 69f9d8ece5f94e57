// Checks every built package as its users get it: publint and "are the types wrong" on the packed tarball.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
/** @param {string} name */
const bin = (name) => join(root, 'node_modules', '.bin', name)
const packed = mkdtempSync(join(tmpdir(), 'force-reset-pack-'))
try {
  for (const name of ['core', 'adapter-sql', 'adapter-ldap', 'http']) {
    const cwd = join(root, 'packages', name)
    if (!existsSync(join(cwd, 'dist'))) continue
    execFileSync('npm', ['pack', '--silent', '--pack-destination', packed], { cwd, stdio: ['ignore', 'ignore', 'inherit'] })
    const tarball = join(packed, readdirSync(packed).find((file) => file.startsWith(`force-reset-${name}-`)) ?? '')
    execFileSync(bin('publint'), [tarball, '--strict'], { stdio: 'inherit' })
    execFileSync(bin('attw'), [tarball, '--profile', 'esm-only'], { stdio: 'inherit' })
  }
} finally {
  rmSync(packed, { recursive: true, force: true })
}
