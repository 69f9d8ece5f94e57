// Builds the published packages one after the other: the declarations of each are made from those
// before it.
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { publishedPackages } from './published-packages.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const tsup = `${root}node_modules/tsup/dist/cli-default.js`
for (const name of publishedPackages) {
  execFileSync(process.execPath, [tsup, '--silent'], {
    cwd: `${root}packages/${name}`,
    stdio: 'inherit',
  })
}
