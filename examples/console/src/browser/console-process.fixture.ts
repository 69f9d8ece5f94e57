import { greeting } from '../greeting.ts'
import { readSettings } from '../settings/settings.ts'
import { startConsole } from '../start-console.ts'

// The console as `main.ts` starts it, with a clock that the test puts forward. What it prints is
// searched for passwords.
let aheadMs = 0
const read = readSettings(process.env)
if (!read.ok) throw new Error(read.problems.join(' '))

const running = await startConsole(read.settings, {
  log: (line) => console.error(line),
  now: () => Date.now() + aheadMs,
})
process.stdout.write(greeting(running, read.settings))
process.on('message', (message) => {
  if (typeof message === 'number') {
    aheadMs += message
    process.send?.('moved')
  } else {
    void running.close().then(() => process.disconnect())
  }
})
process.send?.(running.origin)
