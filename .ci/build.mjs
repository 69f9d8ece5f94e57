// Builds every published package, one after the other, because each one's declarations are made from the others'.
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { publishedPackages } from './published-packages.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
for (const name of publishedPackages) {
  const cwd = `${root}packages/${name}`
  execFileSync(process.execPath, [`${root}node_modules/tsup/dist/cli-default.js`, '--silent'], { cwd, stdio: 'inherit' })
}
