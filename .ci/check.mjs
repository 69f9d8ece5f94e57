// Runs every check, two at a time, and prints one line for each. The output of a check is printed
// only where the check fails. A check that fails does not keep the others from running.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
/** Scripts of package.json, the slowest first. */
const checks = [
  'check:packages',
  'check:types',
  'check:docs',
  'check:format',
  'check:unused',
  'check:rooms',
  'check:rules',
  'check:sentences',
  'check:faults',
]

const waiting = [...checks]
await Promise.all([worker(), worker()])

async function worker() {
  for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) await run(check)
}

/** @param {string} check */
async function run(check) {
  const started = performance.now()
  const shell = process.platform === 'win32'
  const child = spawn('npm', ['run', '--silent', check], {
    cwd: root,
    shell,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  /** @type {Buffer[]} */
  const said = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => said.push(chunk))
  const [status] = await once(child, 'close')
  const seconds = ((performance.now() - started) / 1_000).toFixed(0)
  console.log(`${status === 0 ? '✓' : '✗'} ${check} (${seconds} s)`)
  if (status === 0) return
  process.stdout.write(Buffer.concat(said))
  process.exitCode = 1
}
