// Loaded into a process before the console, or a server of these tests, starts. It tells the test
// every temporary password that is revealed, masked, so that
// this process never writes one down; one that no client gets to see is told too. It collects
// garbage and writes heap snapshots when it is asked to.
import { writeHeapSnapshot } from 'node:v8'
import { TemporaryPassword } from '@force-reset/core'

/** What the test asks for. */
export type ProbeOrder =
  | { readonly order: 'collect' }
  | { readonly order: 'snapshot'; readonly file: string }

/** What it is told: a masked password in hexadecimal, or the order that was obeyed. */
export interface ProbeAnswer {
  readonly password?: string
  readonly done?: ProbeOrder['order']
}

const mask = 0x5a
const isCareless = process.env['KEEP_PASSWORDS'] === 'true'
const kept: string[] = []
const { revealBytes } = TemporaryPassword.prototype
const tell = (answer: ProbeAnswer): void => void process.send?.(answer)

Object.defineProperty(TemporaryPassword.prototype, 'revealBytes', {
  value(this: TemporaryPassword, look: (bytes: Uint8Array<ArrayBuffer>) => unknown): unknown {
    return revealBytes.call(this, (bytes) => {
      tell({ password: Buffer.from(bytes.map((byte) => byte ^ mask)).toString('hex') })
      // What a program does that remembers its answers, for a log.
      if (isCareless)
        kept.push(JSON.stringify({ temporaryPassword: new TextDecoder().decode(bytes) }))
      return look(bytes)
    })
  },
})

process.on('message', (message: ProbeOrder) => {
  // One collection leaves what only the next one finds unreachable.
  if (message.order === 'collect') for (let i = 0; i < 3; i += 1) globalThis.gc?.()
  if (message.order === 'snapshot') writeHeapSnapshot(message.file)
  tell({ done: message.order })
})
process.once('disconnect', () => process.exit())
