// A process that is sent a value and sends back how it prints it.
import { inspect } from 'node:util'

process.once('message', (message) => {
  process.send?.(inspect(message, { showHidden: true, depth: 12, maxArrayLength: null }), () =>
    process.disconnect(),
  )
})
