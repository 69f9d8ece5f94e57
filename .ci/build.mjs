// Builds every published package, in the order of their dependencies, because each one's declarations are made from the others'.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
for (const name of ['core', 'adapter-sql', 'adapter-ldap', 'http']) {
  const cwd = `${root}packages/${name}`
  if (!existsSync(`${cwd}/tsup.config.ts`) || !existsSync(`${cwd}/src/index.ts`)) continue
  execFileSync(process.execPath, [`${root}node_modules/tsup/dist/cli-default.js`, '--silent'], { cwd, stdio: 'inherit' })
}
