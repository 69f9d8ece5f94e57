// A server in a process of its own, whose memory is searched for a password that it has handed out. Prints its port; ends with its input.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { User, UserStore } from '@force-reset/core'
import { forceReset } from '@force-reset/core'
import { nodeHandler } from './node-handler.ts'

const [certificateFile = '', keyFile = '', way = ''] = process.argv.slice(2)

const user: User = { id: '1', username: 'kim', status: 'active', privileged: false, version: 'v' }

/** A store that keeps nothing of a password, so that what is found was left by the handler. */
const store: UserStore = {
  name: 'forgetful',
  capabilities: {
    recheck: { version: 'in_write', status: 'in_write' },
    expiry: true,
    unlock: true,
    sessions: false,
    mustChange: 'application',
    survives: [],
  },
  find: async () => user,
  list: async () => ({ users: [user], truncated: false }),
  replacePassword: async ({ password, expiresAt = null }) => {
    await password.use(() => undefined)
    const receipt = {
      mustChange: 'application',
      expiresAt,
      unlocked: false,
      sessionsRevoked: null,
      endpoint: 'memory',
      survives: [],
    } as const
    return { outcome: 'applied', receipt }
  },
}
const config = { store, authorize: () => true, audit: () => undefined }
const operator = { id: 'op-1' }
const careful = nodeHandler({ ...config, authenticate: () => operator })

const server = createServer({ cert: readFileSync(certificateFile), key: readFileSync(keyFile) }, (request, response) => {
  if (way === 'careful') return careful(request, response)
  forceReset(config, { operator, userId: '1', version: 'v' })
    .then((result) => response.end(JSON.stringify({ temporaryPassword: result.ok ? result.temporaryPassword.reveal() : '' })))
    .catch(() => response.destroy())
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.stdout.write(`${typeof address === 'object' ? address?.port : ''}\n`)
})
process.stdin.on('end', () => process.exit()).resume()
