// Loaded into a process before the console, or a server of these tests, starts. The probe tells the
// test every temporary password that is revealed, also when no client sees the password. The
// password is masked, so that this process never writes it down. On request the probe collects
// garbage and writes heap snapshots.
import { writeHeapSnapshot } from 'node:v8'
import { TemporaryPassword } from '@force-reset/core'

/** A request of the test. */
export type ProbeOrder =
  | { readonly order: 'collect' }
  | { readonly order: 'snapshot'; readonly file: string }

/** A message to the test: a masked password in hexadecimal, or the request that is done. */
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
      // A careless program remembers its responses, as for a log.
      if (isCareless)
        kept.push(JSON.stringify({ temporaryPassword: new TextDecoder().decode(bytes) }))
      return look(bytes)
    })
  },
})

process.on('message', (message: ProbeOrder) => {
  // Some objects become unreachable only by a collection, so there are three.
  if (message.order === 'collect') for (let i = 0; i < 3; i += 1) globalThis.gc?.()
  if (message.order === 'snapshot') writeHeapSnapshot(message.file)
  tell({ done: message.order })
})
process.once('disconnect', () => process.exit())
